//! Whether a smaller machine carries what was seen on a larger one.

use super::draft::Evidence;
use super::inventory::{Ceilings, Gauge, Series};
use super::limits::Limits;
use super::output::Confidence;
use crate::instance::{InstanceType, Shape};

/// The figures of a gauge, when they are many enough to rest a judgement on.
pub(super) fn enough<'a>(gauge: &'a Gauge, limits: &Limits) -> Option<&'a Series> {
    let series = gauge.values()?;
    let sound = [series.mean, series.p95, series.max].iter().all(|it| it.is_finite() && *it >= 0.0);
    (sound && series.days >= limits.days() && series.datapoints >= limits.min_datapoints).then_some(series)
}

/// How a machine was used.
pub(super) struct Use<'a> {
    pub(super) cpu: &'a Series,
    /// Most memory in use, in MiB; none where nothing reports it.
    pub(super) memory_mib: Option<f64>,
    /// What is carried over the network and to disks, by name: most of it, and the ceiling of a type. The most is none where it was not
    /// seen.
    pub(super) carried: Vec<Carried>,
}

/// Something that a type can carry so much of.
pub(super) struct Carried {
    pub(super) name: &'static str,
    pub(super) most: Option<f64>,
    pub(super) ceiling: fn(&Ceilings) -> Option<f64>,
}

/// Whether a type fits, and what could not be compared.
pub(super) enum Fit {
    No,
    Yes { unseen: Vec<&'static str> },
}

impl Use<'_> {
    /// Whether a type carries it all with the headroom of the limits.
    pub(super) fn fits(
        &self,
        now: &Shape,
        (then, name): (&Shape, &InstanceType),
        ceilings: Option<&Ceilings>,
        limits: &Limits,
    ) -> Fit {
        let ratio = f64::from(now.vcpu) / f64::from(then.vcpu.max(1));
        let processors =
            self.cpu.p95 * ratio <= limits.cpu_p95_percent && self.cpu.max * ratio <= limits.cpu_max_percent;
        let memory = match self.memory_mib {
            Some(most) => most * 100.0 <= mib(then.memory_mib) * limits.memory_max_percent,
            // What is not seen is not taken away.
            None => then.memory_mib >= now.memory_mib,
        };
        let credits = !then.burstable || baseline_percent(name.size()).is_some_and(|it| self.cpu.mean * ratio <= it);
        if !(processors && memory && credits) {
            return Fit::No;
        }
        let mut unseen = Vec::new();
        for carried in &self.carried {
            match (carried.most, ceilings.and_then(carried.ceiling)) {
                (Some(most), Some(ceiling)) if most * 100.0 > ceiling * limits.ceiling_percent => return Fit::No,
                (Some(_), Some(_)) => {}
                _ => unseen.push(carried.name),
            }
        }
        Fit::Yes { unseen }
    }

    /// How sure one can be of a type that fits.
    pub(super) fn confidence(&self, unseen: &[&str]) -> (Confidence, String) {
        match (unseen, self.memory_mib) {
            ([], Some(_)) => (
                Confidence::High,
                "processors, memory, network and disks were seen, and all stay below their limits".to_owned(),
            ),
            ([], None) => (
                Confidence::Medium,
                "nothing reports the memory in use, so its size is kept; the CloudWatch agent would".to_owned(),
            ),
            (unseen, _) => {
                let memory =
                    if self.memory_mib.is_none() { "; nor was the memory in use, whose size is kept" } else { "" };
                (
                    Confidence::Low,
                    format!("not compared with what the smaller type carries: {}{memory}", unseen.join(", ")),
                )
            }
        }
    }

    pub(super) fn evidence(&self, now: &Shape, then: &Shape) -> Evidence {
        let ratio = f64::from(now.vcpu) / f64::from(then.vcpu.max(1));
        let mut evidence = Evidence::default()
            .measured("cpu_mean_percent", self.cpu.mean)
            .measured("cpu_p95_percent", self.cpu.p95)
            .measured("cpu_max_percent", self.cpu.max)
            .measured("cpu_p95_percent_then", self.cpu.p95 * ratio)
            .measured("cpu_max_percent_then", self.cpu.max * ratio)
            .with("days", self.cpu.days)
            .with("datapoints", self.cpu.datapoints)
            .with("vcpu", format!("{} to {}", now.vcpu, then.vcpu))
            .with("memory_mib", format!("{} to {}", now.memory_mib, then.memory_mib));
        if let Some(most) = self.memory_mib {
            evidence = evidence.measured("memory_max_mib", most);
        }
        for carried in &self.carried {
            if let Some(most) = carried.most {
                evidence = evidence.measured(&format!("{}_max", carried.name.replace(' ', "_")), most);
            }
        }
        evidence
    }
}

/// Memory of an instance is far below where a float loses MiBs.
pub(super) fn mib(memory: u64) -> f64 {
    u32::try_from(memory).map_or(f64::from(u32::MAX), f64::from)
}

/// Percent of each processor that the credits of a burstable size pay for all day: the lower of t2 and the later generations (EC2 user
/// guide, "Key concepts for burstable performance instances").
fn baseline_percent(size: &str) -> Option<f64> {
    Some(match size {
        "nano" => 5.0,
        "micro" => 10.0,
        "small" | "medium" => 20.0,
        "large" => 30.0,
        "xlarge" => 22.5,
        "2xlarge" => 17.0,
        _ => return None,
    })
}
