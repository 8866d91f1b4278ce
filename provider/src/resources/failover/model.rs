//! `parapet_failover` as configuration and state.

use tfplugin::prelude::*;

/// Which region a service writes in, as desired state: changing `active_region` fails the database and the traffic over.
///
/// A failover checks first and changes nothing while anything is in the way, then fences the old writer, makes sure that no more data is lost
/// than `rpo_seconds` allows, promotes the replica, and moves the traffic in steps. Interrupted at any point, the next apply goes
/// on from there; the promotion is never repeated.
#[derive(Clone, Debug, Model)]
#[model(name = "failover")]
pub(crate) struct Failover {
    /// Name of the failover group.
    #[attr(key, validate = length(1..=64))]
    pub(crate) name: String,
    /// Region that writes and gets the traffic. A change fails over to that region, and needs `confirm_region`.
    pub(crate) active_region: String,
    /// Must equal the new `active_region` when that changes, so that no edit fails over by accident.
    pub(crate) confirm_region: Option<String>,
    /// Most data that may be lost, as replication lag in seconds.
    #[attr(default = 300, validate = range(0..=86_400))]
    pub(crate) rpo_seconds: i64,
    /// Recovery time objective in minutes: what the measured time is compared with.
    #[attr(default = 15, validate = range(1..=1_440))]
    pub(crate) rto_minutes: i64,
    /// How far back the replication lag is looked at, in seconds: the highest value counts.
    #[attr(default = 300, validate = range(60..=3_600))]
    pub(crate) replica_lag_window_seconds: i64,
    /// Promotes even though the lag is above `rpo_seconds` or unknown. For the day when the old region is gone.
    #[attr(default = false)]
    pub(crate) allow_data_loss: bool,
    /// A region that can write.
    #[attr(block, min_items = 2)]
    pub(crate) region: Vec<Site>,
    /// How traffic is moved. Without it, only the database fails over.
    #[attr(block)]
    pub(crate) traffic: Option<Traffic>,
    /// How the old writer is kept from writing before the new one is opened.
    #[attr(block)]
    pub(crate) fencing: Option<Fencing>,
    /// What the promoted database needs that the replica did not.
    #[attr(block)]
    pub(crate) post_promotion: Option<PostPromotion>,
    /// Where failovers are recorded, so that only one runs at a time and an interrupted one can be continued.
    #[attr(block)]
    pub(crate) coordination: Option<Coordination>,
    /// Where evidence of failovers is written.
    #[attr(block)]
    pub(crate) evidence: Option<EvidenceTarget>,
    /// How long operations may take.
    #[attr(block)]
    pub(crate) timeouts: Option<Timeouts>,
    /// Region in which the database was last seen to write; null when none could be made out.
    pub(crate) observed_writer_region: Computed<String>,
    /// Counts failovers.
    #[attr(keep)]
    pub(crate) epoch: Computed<i64>,
    /// `active`, `failing_over` (a failover was interrupted; apply again), `split` (two databases could write) or `unknown` (a region did not
    /// answer; the last known values stay).
    pub(crate) status: Computed<String>,
    /// Why the status is what it is.
    pub(crate) status_reason: Computed<String>,
    /// Highest replication lag in the window before the last failover, in seconds; null when it was unknown.
    #[attr(keep)]
    pub(crate) last_replica_lag_seconds: Computed<f64>,
    /// Steps of the last failover that were completed.
    #[attr(keep)]
    pub(crate) completed_steps: Computed<Vec<String>>,
    /// Time from the start of the last failover until all traffic was moved, in seconds.
    #[attr(keep)]
    pub(crate) measured_rto_seconds: Computed<f64>,
    /// Data that the last failover can have lost, in seconds; null when the lag was unknown.
    #[attr(keep)]
    pub(crate) estimated_rpo_seconds: Computed<f64>,
    /// SHA-256 of the evidence of the last failover.
    #[attr(keep)]
    pub(crate) evidence_sha256: Computed<String>,
}

/// A region that can write.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Site {
    /// Region, such as `eu-west-1`.
    pub(crate) name: String,
    /// RDS instance. Exactly one of `db_instance_identifier` and `db_cluster_arn`.
    pub(crate) db_instance_identifier: Option<String>,
    /// Aurora cluster, a member of a global cluster.
    pub(crate) db_cluster_arn: Option<String>,
    /// Global Accelerator endpoint group that gets this region's traffic.
    pub(crate) endpoint_group_arn: Option<String>,
}

/// How traffic is moved.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Traffic {
    /// Accelerator, whose deployment is awaited after each step.
    pub(crate) accelerator_arn: String,
    /// Traffic dial of the new region at each step, in percent; the old region gets the rest. `[10, 50, 100]` when left out.
    pub(crate) dial_steps: Option<Vec<i64>>,
    /// Time between steps, in seconds, in which the endpoints must stay healthy.
    #[attr(default = 30, validate = range(0..=3_600))]
    pub(crate) step_interval_seconds: i64,
}

impl Traffic {
    pub(crate) fn steps(&self) -> Vec<i64> {
        self.dial_steps.clone().unwrap_or_else(|| vec![10, 50, 100])
    }
}

/// How the old writer is kept from writing.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Fencing {
    /// `none`, `remove_endpoints` (takes the old region's endpoints off the accelerator) or `security_group` (nothing can connect to the
    /// old database any more). A traffic dial of 0 is no fence: with no healthy endpoint elsewhere Global Accelerator sends traffic
    /// there all the same.
    #[attr(validate = one_of(&["none", "remove_endpoints", "security_group"]))]
    pub(crate) mode: String,
    /// Stops before the promotion when the fence cannot be put up.
    #[attr(default = false)]
    pub(crate) required: bool,
}

/// What the promoted database needs.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct PostPromotion {
    /// Days for which backups are kept.
    #[attr(validate = range(1..=35))]
    pub(crate) backup_retention_period: Option<i64>,
    /// A standby in another availability zone. RDS instances only.
    pub(crate) multi_az: Option<bool>,
}

/// Where failovers are recorded: exactly one of the two, in a region that is not lost together with the old writer.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Coordination {
    /// DynamoDB table with the partition key `LockID` (string), in every region of the group under this name (a global table) or at least in the
    /// one failed over to.
    pub(crate) dynamodb_table: Option<String>,
    /// S3 bucket.
    pub(crate) s3_bucket: Option<String>,
    /// Region of the table or bucket. The region failed over to when left out.
    pub(crate) region: Option<String>,
    /// How long a failover that gives no sign of life keeps others from taking over, in seconds.
    #[attr(default = 30, validate = range(1..=600))]
    pub(crate) lease_seconds: i64,
}

/// Where evidence is written: exactly one of the two.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct EvidenceTarget {
    /// Directory; each failover writes `<name>-epoch-<n>.jsonl`.
    pub(crate) path: Option<String>,
    /// Bucket in the region failed over to; each failover writes `failover/<name>/epoch-<n>.jsonl`.
    pub(crate) s3_bucket: Option<String>,
}

/// How long operations may take.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Timeouts {
    /// A failover, such as `30m`. 60 minutes when left out.
    #[attr(validate = crate::aws::duration_text())]
    pub(crate) update: Option<String>,
}

impl Failover {
    /// The site of a region.
    pub(crate) fn site(&self, region: &str) -> Option<&Site> {
        self.region.iter().find(|site| site.name == region)
    }

    /// What is known right after an import: the name.
    pub(crate) fn imported(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            active_region: String::new(),
            confirm_region: None,
            rpo_seconds: 300,
            rto_minutes: 15,
            replica_lag_window_seconds: 300,
            allow_data_loss: false,
            region: Vec::new(),
            traffic: None,
            fencing: None,
            post_promotion: None,
            coordination: None,
            evidence: None,
            timeouts: None,
            observed_writer_region: Computed::Null,
            epoch: Computed::Null,
            status: Computed::Null,
            status_reason: Computed::Null,
            last_replica_lag_seconds: Computed::Null,
            completed_steps: Computed::Null,
            measured_rto_seconds: Computed::Null,
            estimated_rpo_seconds: Computed::Null,
            evidence_sha256: Computed::Null,
        }
    }

    pub(crate) fn fencing_mode(&self) -> &str {
        self.fencing.as_ref().map_or("none", |fencing| fencing.mode.as_str())
    }

    pub(crate) fn fencing_required(&self) -> bool {
        self.fencing.as_ref().is_some_and(|fencing| fencing.required)
    }
}
