//! What each rule takes: measured when asked for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::rules::Rule;

/// What the evaluations of one rule took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCost {
    /// Id of the rule.
    pub rule: String,
    /// Time in the rule, added up over all threads.
    pub time: Duration,
    /// How often it was evaluated.
    pub evaluations: u64,
}

impl RuleCost {
    /// Mean time of one evaluation.
    pub fn each(&self) -> Duration {
        let evaluations = u32::try_from(self.evaluations).unwrap_or(u32::MAX).max(1);
        self.time / evaluations
    }
}

/// Adds up what rules take, from all threads.
#[derive(Debug, Default)]
pub(crate) struct Profiler(Mutex<HashMap<String, (Duration, u64)>>);

impl Profiler {
    fn add(&self, rule: &str, time: Duration) {
        let mut costs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cost = match costs.get_mut(rule) {
            Some(cost) => cost,
            None => costs.entry(rule.to_owned()).or_default(),
        };
        cost.0 += time;
        cost.1 += 1;
    }

    /// The rules by their time; of equal ones by name.
    pub(crate) fn slowest_first(&self) -> Vec<RuleCost> {
        let costs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rules: Vec<RuleCost> = costs
            .iter()
            .map(|(rule, (time, evaluations))| RuleCost { rule: rule.clone(), time: *time, evaluations: *evaluations })
            .collect();
        rules.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.rule.cmp(&b.rule)));
        rules
    }
}

/// Runs one evaluation of a rule, and writes down what it took when somebody wants to know.
pub(crate) fn measured<T>(profiler: Option<&Profiler>, rule: &Rule, evaluate: impl FnOnce() -> T) -> T {
    let Some(profiler) = profiler else { return evaluate() };
    let start = Instant::now();
    let value = evaluate();
    profiler.add(&rule.id, start.elapsed());
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_rule_is_first() {
        let profiler = Profiler::default();
        for (rule, millis) in [("a", 2), ("b", 3), ("a", 4), ("c", 3)] {
            profiler.add(rule, Duration::from_millis(millis));
        }
        let rules = profiler.slowest_first();
        assert_eq!(rules.iter().map(|cost| cost.rule.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!((rules[0].time, rules[0].evaluations), (Duration::from_millis(6), 2));
        assert_eq!(rules[0].each(), Duration::from_millis(3));
    }
}
