//! What rules said, remembered: a rule that cannot tell two inputs apart says the same of both.
//!
//! Stacks repeat themselves, under `count` and `for_each` and from service to service, in most of what a rule looks at. So
//! does the rest of a Kubernetes manifest when only its name and image differ. An evaluation takes some 30 microseconds;
//! to write down what a rule can see takes one or two.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::looks::Looks;
use super::outcome::Said;
use super::trace::dependence_of;
use crate::Value;
use crate::error::EngineError;
use crate::rules::modules::{Modules, key};
use crate::rules::{Policies, Rule, Scope};

/// Evaluations before anything is remembered: to find out what a rule depends on takes as long as some evaluations.
const FIRST: u32 = 8;
/// Evaluations after which it shows whether inputs repeat themselves.
const TRIAL: u32 = 96;
/// Of so many evaluations at least one has to be answered by another one's result.
const WORTH: u32 = 4;
/// Most inputs remembered for one rule.
const MOST: usize = 512;
/// Most bytes of an input.
const MOST_BYTES: usize = 8 << 10;

/// What each rule about single resources or objects said.
#[derive(Debug, Default)]
pub(super) struct Remembered(HashMap<String, OfRule>);

#[derive(Debug)]
struct OfRule {
    modules: Arc<Modules>,
    /// What is evaluated, as the modules know it.
    definition: String,
    /// Objects that have a pod come with it.
    with_pod: bool,
    asked: AtomicU32,
    answered: AtomicU32,
    /// `None` in it: there is nothing to remember of this rule.
    looks: OnceLock<Option<Looks>>,
    said: RwLock<HashMap<Vec<u8>, Vec<Said>>>,
}

impl Remembered {
    pub(super) fn of(policies: &Policies) -> Self {
        let single = |rule: &&Rule| matches!(rule.scope, Scope::Resource | Scope::Object);
        let rules = policies.rules().iter().filter(single);
        Self(rules.map(|rule| (rule.id.clone(), OfRule::new(&policies.inner.modules, rule))).collect())
    }

    /// What a rule says of an input: as it said before of one that is equal for it, else as it is evaluated.
    ///
    /// # Errors
    /// Those of `evaluate`. They are not remembered.
    pub(super) fn said(
        &self,
        rule: &Rule,
        input: &Value,
        evaluate: impl FnOnce() -> Result<Vec<Said>, EngineError>,
    ) -> Result<Vec<Said>, EngineError> {
        match self.0.get(&rule.id) {
            Some(remembered) => remembered.said(input, evaluate),
            None => evaluate(),
        }
    }
}

impl OfRule {
    fn new(modules: &Arc<Modules>, rule: &Rule) -> Self {
        let package: Vec<String> = rule.package.split('.').map(str::to_owned).collect();
        Self {
            modules: Arc::clone(modules),
            definition: key(&package, "deny"),
            with_pod: rule.scope == Scope::Object,
            asked: AtomicU32::new(0),
            answered: AtomicU32::new(0),
            looks: OnceLock::new(),
            said: RwLock::default(),
        }
    }

    fn said(
        &self,
        input: &Value,
        evaluate: impl FnOnce() -> Result<Vec<Said>, EngineError>,
    ) -> Result<Vec<Said>, EngineError> {
        let Some(seen) = self.seen(input) else { return evaluate() };
        if let Some(said) = self.said.read().unwrap_or_else(PoisonError::into_inner).get(&seen) {
            self.answered.fetch_add(1, Ordering::Relaxed);
            return Ok(said.clone());
        }
        let said = evaluate()?;
        if !said.is_empty() && self.looks.get().and_then(Option::as_ref).is_some_and(|looks| looks.says_more) {
            return Ok(said);
        }
        let mut known = self.said.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(seen, said.clone());
        }
        Ok(said)
    }

    /// What the rule can see of an input; `None` when it is evaluated in any case.
    fn seen(&self, input: &Value) -> Option<Vec<u8>> {
        let asked = self.asked.load(Ordering::Relaxed);
        if asked >= TRIAL && self.answered.load(Ordering::Relaxed) < asked / WORTH {
            return None;
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        if asked < FIRST {
            return None;
        }
        let find = || Looks::of(&dependence_of(&self.modules, &self.definition, self.with_pod)?);
        let looks = self.looks.get_or_init(find).as_ref()?;
        looks.seen(input).filter(|seen| seen.len() <= MOST_BYTES)
    }
}

#[cfg(test)]
mod tests;
