//! A failover that is only asked about: what the drill and the readiness data source have in common.

use tfplugin::model::Model;
use tfplugin::path::Field;
use tfplugin::prelude::*;

use super::model::{Failover, Fencing, PostPromotion, Site, Traffic};
use super::rules;

/// The failover that is asked about, as it is configured.
#[derive(Clone, Debug)]
pub(crate) struct Rehearsal<'a> {
    /// Name of the group, for evidence.
    pub(crate) name: &'a str,
    /// Region that writes now.
    pub(crate) active_region: &'a str,
    /// Region that would take over; the only other one when left out.
    pub(crate) target_region: Option<&'a str>,
    /// Most data that may be lost, in seconds.
    pub(crate) rpo_seconds: i64,
    /// How far back the lag is looked at, in seconds.
    pub(crate) replica_lag_window_seconds: i64,
    /// Regions that can write.
    pub(crate) region: &'a [Site],
    /// How traffic would be moved.
    pub(crate) traffic: Option<&'a Traffic>,
    /// How the old writer would be fenced.
    pub(crate) fencing: Option<&'a Fencing>,
    /// What the promoted database would need.
    pub(crate) post_promotion: Option<&'a PostPromotion>,
}

impl Rehearsal<'_> {
    /// The group as it would be once it had failed over.
    ///
    /// # Errors
    /// Several regions could take over and none is named, or the one named is the active one.
    pub(crate) fn group(&self) -> Result<Failover> {
        Ok(Failover {
            active_region: self.target()?,
            rpo_seconds: self.rpo_seconds,
            replica_lag_window_seconds: self.replica_lag_window_seconds,
            region: self.region.to_vec(),
            traffic: self.traffic.cloned(),
            fencing: self.fencing.cloned(),
            post_promotion: self.post_promotion.cloned(),
            ..Failover::imported(self.name)
        })
    }

    fn target(&self) -> Result<String> {
        // Both have the argument under this name.
        let at = tfplugin::path::Path::root().attribute("target_region");
        let others: Vec<&Site> = self.region.iter().filter(|site| site.name != self.active_region).collect();
        match (self.target_region, others.as_slice()) {
            (Some(target), _) if target == self.active_region => {
                Err(Error::new("A region does not take over from itself")
                    .detail(format!("`active_region` is {target}, too."))
                    .at(at))
            }
            (Some(target), _) => Ok(target.to_owned()),
            (None, [only]) => Ok(only.name.clone()),
            (None, _) => Err(Error::new("Which region would take over?")
                .detail("There are several besides `active_region`: set `target_region`.")
                .at(at)),
        }
    }
}

/// The rules of `parapet_failover` for what is asked about.
pub(crate) fn check<M: Model>(
    config: View<'_, M>,
    region: &Field<Vec<Site>>,
    active_region: &Field<String>,
    traffic: &Field<Option<Traffic>>,
    fencing: &Field<Option<Fencing>>,
    problems: &mut Problems,
) {
    rules::regions(config, region, Some(active_region), problems);
    rules::traffic(config, traffic, region, problems);
    rules::fencing(config, fencing, region, problems);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(regions: &[&str], named: Option<&str>) -> Result<String> {
        let site = |name: &&str| Site {
            name: (*name).to_owned(),
            db_instance_identifier: Some("orders".to_owned()),
            db_cluster_arn: None,
            endpoint_group_arn: None,
        };
        let region: Vec<Site> = regions.iter().map(site).collect();
        let rehearsal = Rehearsal {
            name: "orders",
            active_region: "a",
            target_region: named,
            rpo_seconds: 5,
            replica_lag_window_seconds: 60,
            region: &region,
            traffic: None,
            fencing: None,
            post_promotion: None,
        };
        let group = rehearsal.group()?;
        assert_eq!((group.rpo_seconds, group.replica_lag_window_seconds, group.region.len()), (5, 60, regions.len()));
        Ok(group.active_region)
    }

    #[test]
    fn the_only_other_region_or_the_one_named_takes_over() {
        assert_eq!(target(&["a", "b"], None).unwrap(), "b");
        assert_eq!(target(&["a", "b", "c"], Some("c")).unwrap(), "c");
        for (regions, named, expected) in [
            (&["a", "b", "c"][..], None, "Which region would take over?"),
            (&["a", "b"][..], Some("a"), "A region does not take over from itself"),
        ] {
            let error = target(regions, named).unwrap_err();
            let problem = &error.diagnostics()[0];
            assert_eq!((problem.summary.as_str(), problem.path.to_string().as_str()), (expected, "target_region"));
        }
    }
}
