//! What the configuration of an accelerator says.

use std::time::Duration;

use aws_sdk_globalaccelerator::types::Accelerator;
use tfplugin::path::Field;
use tfplugin::prelude::*;
use tfplugin::validate::Validator;
use tfplugin::value::Value;

use crate::aws::{Deadline, Tags, Timeouts};

/// Longest time for an operation, unless the configuration says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30 * 60);
/// Hosted zone of all accelerators, for Route 53 alias records.
const HOSTED_ZONE_ID: &str = "Z2BJ6XQ5FK7U4H";
/// Most that a health check path may be made of besides letters and digits.
const PATH_PUNCTUATION: &str = "-@:%_\\+.~#?&/=";

/// A standard AWS Global Accelerator with its listeners and endpoint groups: the front door of a stack in several regions.
///
/// Traffic dials are written when an endpoint group is created and never again: from then on they belong to `parapet_failover`. While a
/// failover has fenced a region, the endpoints of that region are neither compared nor added again.
#[derive(Clone, Debug, Model)]
#[model(name = "global_accelerator")]
pub(crate) struct GlobalAccelerator {
    /// ARN of the accelerator; import by it.
    #[attr(key)]
    pub(crate) arn: Computed<String>,
    /// Name of the accelerator: up to 64 letters, digits, dots and hyphens.
    #[attr(validate = accelerator_name())]
    pub(crate) name: String,
    /// Whether the accelerator takes traffic.
    #[attr(default = true)]
    pub(crate) enabled: bool,
    /// `IPV4` or `DUAL_STACK`.
    #[attr(default = "IPV4", validate = one_of(&["IPV4", "DUAL_STACK"]))]
    pub(crate) ip_address_type: String,
    /// Tags of the accelerator, over those of the provider block.
    pub(crate) tags: Option<Tags>,
    /// All tags, those of the provider block among them.
    pub(crate) tags_all: Computed<Tags>,
    /// Name under which the accelerator is found.
    #[attr(keep)]
    pub(crate) dns_name: Computed<String>,
    /// Static addresses of the accelerator.
    #[attr(keep)]
    pub(crate) ip_addresses: Computed<Vec<String>>,
    /// Route 53 zone id for alias records to the accelerator.
    #[attr(keep)]
    pub(crate) hosted_zone_id: Computed<String>,
    /// `DEPLOYED`, or `IN_PROGRESS` while AWS carries a change to its edge.
    pub(crate) status: Computed<String>,
    /// Flow logs. Off when left out.
    #[attr(block)]
    pub(crate) attributes: Option<Attributes>,
    /// A listener. Listeners are told apart by protocol and ports, not by their order.
    #[attr(block)]
    pub(crate) listener: Vec<Listener>,
    /// How long operations may take. 30 minutes when left out.
    #[attr(block)]
    pub(crate) timeouts: Option<Timeouts>,
}

/// Flow logs of an accelerator.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(crate) struct Attributes {
    /// Whether flow logs are written.
    #[attr(default = false)]
    pub(crate) flow_logs_enabled: bool,
    /// Bucket for flow logs. Needed when they are written.
    #[attr(validate = length(1..=255))]
    pub(crate) flow_logs_s3_bucket: Option<String>,
    /// Prefix of flow logs in the bucket.
    #[attr(validate = length(0..=255))]
    pub(crate) flow_logs_s3_prefix: Option<String>,
}

/// A listener.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Listener {
    /// ARN of the listener.
    #[attr(keep)]
    pub(crate) arn: Computed<String>,
    /// `TCP` or `UDP`.
    #[attr(default = "TCP", validate = one_of(&["TCP", "UDP"]))]
    pub(crate) protocol: String,
    /// `NONE`, or `SOURCE_IP` to keep a client at the endpoint it had.
    #[attr(default = "NONE", validate = one_of(&["NONE", "SOURCE_IP"]))]
    pub(crate) client_affinity: String,
    /// Ports the listener takes. Listeners of one protocol share none.
    #[attr(block, min_items = 1, max_items = 10)]
    pub(crate) port_range: Vec<PortRange>,
    /// An endpoint group; one for each region.
    #[attr(block)]
    pub(crate) endpoint_group: Vec<EndpointGroup>,
}

/// A range of ports, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Model)]
pub(crate) struct PortRange {
    /// First port.
    #[attr(validate = range(1..=65535))]
    pub(crate) from_port: i64,
    /// Last port.
    #[attr(validate = range(1..=65535))]
    pub(crate) to_port: i64,
}

/// The endpoints of a listener in one region.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct EndpointGroup {
    /// ARN of the endpoint group.
    #[attr(keep)]
    pub(crate) arn: Computed<String>,
    /// Region of the endpoints.
    #[attr(validate = length(1..=255))]
    pub(crate) region: String,
    /// Percentage of the region's traffic that the group takes when it is created. The dial is not written again: a change here has
    /// no effect on a group that exists.
    #[attr(default = 100.0, validate = range(0..=100))]
    pub(crate) initial_traffic_dial_percentage: f64,
    /// Port of health checks. The first port of the listener when left out.
    #[attr(validate = range(1..=65535))]
    pub(crate) health_check_port: Option<i64>,
    /// `TCP`, `HTTP` or `HTTPS`.
    #[attr(default = "TCP", validate = one_of(&["TCP", "HTTP", "HTTPS"]))]
    pub(crate) health_check_protocol: String,
    /// Path of HTTP health checks. `/` when left out.
    #[attr(validate = health_check_path())]
    pub(crate) health_check_path: Option<String>,
    /// Seconds between health checks: 10 or 30.
    #[attr(default = 30, validate = check_interval())]
    pub(crate) health_check_interval_seconds: i64,
    /// How many health checks in a row turn an endpoint healthy or unhealthy.
    #[attr(default = 3, validate = range(1..=10))]
    pub(crate) threshold_count: i64,
    /// An endpoint.
    #[attr(block)]
    pub(crate) endpoint: Vec<Endpoint>,
}

/// An endpoint: a load balancer, an instance or an Elastic IP.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Endpoint {
    /// ARN of a load balancer, id of an instance, or allocation id of an Elastic IP.
    #[attr(validate = length(1..=255))]
    pub(crate) endpoint_id: String,
    /// Share of the group's traffic, from 0 (none) to 255. Left to AWS when left out, which begins with 128.
    #[attr(validate = range(0..=255))]
    pub(crate) weight: Option<i64>,
    /// Whether endpoints see the client's address. Left to AWS when left out.
    pub(crate) client_ip_preservation_enabled: Option<bool>,
}

/// Rule for the name of an accelerator.
pub(crate) fn accelerator_name() -> Validator {
    let fits = |text: &str| {
        let inner = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.');
        let edge = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric());
        text.len() <= 64 && text.chars().all(inner) && edge(text.chars().next()) && edge(text.chars().next_back())
    };
    Validator::new(
        "up to 64 letters, digits, dots and hyphens, with a letter or digit at both ends",
        move |value| matches!(value, Value::String(text) if fits(text)),
    )
}

/// Rule for the path of a health check.
pub(crate) fn health_check_path() -> Validator {
    let fits = |text: &str| {
        let allowed = |character: char| character.is_ascii_alphanumeric() || PATH_PUNCTUATION.contains(character);
        text.starts_with('/') && text.len() <= 255 && text.chars().all(allowed)
    };
    Validator::new(
        "a path that begins with `/`, without a host",
        move |value| matches!(value, Value::String(text) if fits(text)),
    )
}

/// Rule for the time between health checks.
pub(crate) fn check_interval() -> Validator {
    Validator::new(
        "10 or 30",
        |value| matches!(value, Value::Number(number) if matches!(number.to_i64(), Some(10 | 30))),
    )
}

/// Paths of the blocks that the configuration has; none while it is not known how many there are.
pub(super) fn blocks<T>(config: View<'_, GlobalAccelerator>, field: &Field<Vec<T>>) -> Vec<Field<T>> {
    match config.raw(field.path()) {
        Value::List(items) => (0..items.len()).map(|index| field.index(index)).collect(),
        _ => Vec::new(),
    }
}

impl GlobalAccelerator {
    /// The ARN of an accelerator that exists.
    pub(crate) fn known_arn(&self) -> Result<&str> {
        self.arn.known().map(String::as_str).ok_or_else(|| {
            Error::new("AWS did not say the accelerator's ARN")
                .detail("Look for the accelerator in AWS. If it is there, import it by its ARN; if not, apply again.")
        })
    }

    /// When an operation has to be done.
    pub(crate) fn deadline(&self, of: impl Fn(&Timeouts) -> Option<&String>) -> Result<Deadline> {
        Deadline::of(self.timeouts.as_ref().and_then(of), TIMEOUT)
    }

    /// Fills in what AWS says of the accelerator itself.
    pub(crate) fn describe(&mut self, accelerator: Option<&Accelerator>) {
        let Some(accelerator) = accelerator else { return };
        self.arn = accelerator.accelerator_arn.clone().into();
        self.dns_name = accelerator.dns_name.clone().into();
        let addresses = accelerator.ip_sets().iter().flat_map(|set| set.ip_addresses().iter().cloned());
        self.ip_addresses = Computed::Known(addresses.collect());
        self.hosted_zone_id = Computed::Known(HOSTED_ZONE_ID.to_owned());
        self.status = accelerator.status.as_ref().map(|status| status.as_str().to_owned()).into();
    }
}
