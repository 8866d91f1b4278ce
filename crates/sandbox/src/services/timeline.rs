//! A status that changes by itself as simulated time passes.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// The status of a resource now, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline<E> {
    status: String,
    steps: VecDeque<Step<E>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Step<E> {
    at: Moment,
    status: String,
    effect: Option<E>,
}

impl<E> Timeline<E> {
    /// A status that stays.
    pub fn at(status: &str) -> Self {
        Self { status: status.to_owned(), steps: VecDeque::new() }
    }

    /// Now.
    #[must_use]
    pub fn status(&self) -> &str {
        &self.status
    }

    /// Whether it stays as it is.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.steps.is_empty()
    }

    /// Replaces what was to come: each status holds for its seconds, one after another, then `rest` for good. The effect
    /// of a status is due when it ends.
    pub fn go<const N: usize>(&mut self, now: Moment, through: [(&str, u32, Option<E>); N], rest: &str) {
        self.steps.clear();
        let mut at = now;
        let mut before: Option<(Moment, Option<E>)> = None;
        for (status, seconds, effect) in through {
            self.enter(before.take(), status);
            at = at.after(seconds);
            before = Some((at, effect));
        }
        self.enter(before, rest);
    }

    /// Enters a status when the one before it ends; without one before it, at once.
    fn enter(&mut self, before: Option<(Moment, Option<E>)>, status: &str) {
        match before {
            None => status.clone_into(&mut self.status),
            Some((at, effect)) => self.steps.push_back(Step { at, status: status.to_owned(), effect }),
        }
    }

    /// When the next change is due.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        self.steps.front().map(|step| step.at)
    }

    /// Makes the next change, if it is due at `now`, and returns its effect.
    pub fn step(&mut self, now: Moment) -> Option<Option<E>> {
        if self.due()? > now {
            return None;
        }
        let step = self.steps.pop_front()?;
        self.status = step.status;
        Some(step.effect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_through_every_status_in_its_time() {
        let mut timeline = Timeline::at("available");
        timeline.go(Moment(0), [("modifying", 120, None), ("rebooting", 60, Some("promoted"))], "available");
        assert_eq!(timeline.status(), "modifying");
        assert_eq!(timeline.step(Moment(119_999)), None);
        assert_eq!(timeline.step(Moment(120_000)), Some(None));
        assert_eq!((timeline.status(), timeline.due()), ("rebooting", Some(Moment(180_000))));
        assert_eq!(timeline.step(Moment(180_000)), Some(Some("promoted")));
        assert_eq!(timeline.status(), "available");
        assert!(timeline.is_settled());
    }
}
