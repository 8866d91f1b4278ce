//! Faults that are injected on purpose.

use serde::{Deserialize, Serialize};

use crate::services::Call;

/// A region that does not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blackout {
    /// What callers see of it.
    #[serde(default)]
    pub mode: Silence,
    /// Whether what runs in the region is cut off from its users as well, and not only its API from its callers: a writer there is
    /// then no open writer.
    #[serde(default = "yes")]
    pub workloads: bool,
}

fn yes() -> bool {
    true
}

/// How a blackout shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// Connections are dropped at once.
    #[default]
    Drop,
    /// Connections hang, and are dropped after this many milliseconds of the clock on the wall.
    Hang(u64),
}

/// A fault, and the calls it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The name the service is signed with; any when absent.
    #[serde(default)]
    pub service: Option<String>,
    /// The operation, or its beginning and `*`; any when absent.
    #[serde(default)]
    pub operation: Option<String>,
    /// The region; any when absent.
    #[serde(default)]
    pub region: Option<String>,
    /// How many matching calls pass before it strikes.
    #[serde(default)]
    pub skip: u32,
    /// How many matching calls it strikes; every one when absent.
    #[serde(default)]
    pub count: Option<u32>,
    /// What it does.
    pub effect: FaultEffect,
}

/// What a fault does to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultEffect {
    /// Answers that the caller is too fast, in the service's own words. Nothing is carried out.
    Throttle,
    /// Answers with an error. Nothing is carried out.
    Error {
        /// HTTP status.
        #[serde(default = "internal")]
        status: u16,
        /// The error's code.
        #[serde(default = "failure")]
        code: String,
        /// For a person.
        #[serde(default)]
        message: String,
    },
    /// Waits this many milliseconds of the clock on the wall, then carries the call out.
    Latency(u64),
    /// Drops the connection. Nothing is carried out.
    DropBefore,
    /// Carries the call out and drops the connection instead of an answer.
    DropAfter,
}

fn internal() -> u16 {
    500
}

fn failure() -> String {
    "InternalFailure".to_owned()
}

impl Fault {
    fn matches(&self, call: &Call) -> bool {
        let is = |wanted: &Option<String>, given: &str| wanted.as_ref().is_none_or(|wanted| wanted == given);
        let operation = self.operation.as_ref().is_none_or(|wanted| match wanted.strip_suffix('*') {
            Some(beginning) => call.operation.starts_with(beginning),
            None => *wanted == call.operation,
        });
        operation && is(&self.service, &call.service) && is(&self.region, &call.region)
    }
}

/// Faults in the order they were injected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds one.
    pub fn inject(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Those that still wait.
    #[must_use]
    pub fn all(&self) -> &[Fault] {
        &self.0
    }

    /// What strikes a call, if anything: the first fault that matches and is not waiting for a later call.
    pub fn strike(&mut self, call: &Call) -> Option<FaultEffect> {
        let mut struck = None;
        for fault in self.0.iter_mut().filter(|fault| fault.matches(call)) {
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            if let Some(count) = &mut fault.count {
                *count = count.saturating_sub(1);
            }
            struck = Some(fault.effect.clone());
            break;
        }
        self.0.retain(|fault| fault.count != Some(0));
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::protocol::Protocol;

    fn call(operation: &str, region: &str) -> Call {
        Call {
            account: "123456789012".to_owned(),
            region: region.to_owned(),
            service: "rds".to_owned(),
            operation: operation.to_owned(),
            protocol: Protocol::Query,
            request_id: String::new(),
            now: Moment(0),
            wall: 0,
        }
    }

    #[test]
    fn strikes_the_calls_it_was_made_for_and_no_others() {
        let mut faults = Faults::default();
        let json =
            r#"{"service":"rds","operation":"Promote*","region":"eu-west-1","skip":1,"count":2,"effect":"throttle"}"#;
        faults.inject(serde_json::from_str(json).unwrap());
        let promote = call("PromoteReadReplica", "eu-west-1");
        assert_eq!(faults.strike(&call("PromoteReadReplica", "us-east-1")), None);
        assert_eq!(faults.strike(&call("DescribeDBInstances", "eu-west-1")), None);
        assert_eq!(faults.strike(&promote), None, "the first is let pass");
        assert_eq!(faults.strike(&promote), Some(FaultEffect::Throttle));
        assert_eq!(faults.strike(&promote), Some(FaultEffect::Throttle));
        assert_eq!(faults.strike(&promote), None);
        assert!(faults.all().is_empty());
    }

    #[test]
    fn effects_are_written_in_json() {
        for (json, effect) in [
            (r#""drop_after""#, FaultEffect::DropAfter),
            (r#"{"latency":250}"#, FaultEffect::Latency(250)),
            (
                r#"{"error":{"status":503}}"#,
                FaultEffect::Error { status: 503, code: "InternalFailure".to_owned(), message: String::new() },
            ),
        ] {
            assert_eq!(serde_json::from_str::<FaultEffect>(json).unwrap(), effect);
        }
    }
}
