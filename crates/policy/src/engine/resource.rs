//! Rules about one resource that is about to be planned or changed: for the provider and the guard.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::outcome::Facts;
use super::plan::needs_of;
use super::worker::Worker;
use super::{Engine, actions_apply, evaluate_rule, object};
use crate::Value;
use crate::finding::{Finding, Subject};
use crate::input::redact::Secrets;
use crate::input::{Resource, json};
use crate::rules::{Policies, Program, Rule, Scope};

/// What the rules about one resource said.
#[derive(Debug)]
pub struct Judgement<'a> {
    /// The rules that were asked.
    pub rules: Vec<&'a Rule>,
    /// What they found; nothing from a rule that passes.
    pub findings: Vec<Finding>,
    /// The rules that were not asked, because they read what is not known yet: the finished plan has it.
    pub held: Vec<&'a Rule>,
}

/// Engines that wait for the next resource. A new one makes room for every expression of every rule before it evaluates
/// the first, which takes longer than the few rules about one resource do.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Vec<regorus::Engine>>>);

impl Waiting {
    fn take(&self) -> Option<regorus::Engine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put_back(&self, engine: regorus::Engine) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(engine);
    }
}

/// Indices of the rules about single resources, by type.
pub(super) fn by_type(policies: &Policies) -> HashMap<String, Vec<usize>> {
    let mut index: HashMap<String, Vec<usize>> = HashMap::new();
    let rules = policies.rules().iter().enumerate().filter(|(_, rule)| rule.scope == Scope::Resource);
    for (position, rule) in rules {
        for kind in &rule.resources {
            let positions = index.entry(kind.clone()).or_default();
            if positions.last() != Some(&position) {
                positions.push(position);
            }
        }
    }
    index
}

impl Engine {
    /// Evaluates the rules about one planned resource.
    pub fn evaluate_resource(&self, resource: &Resource) -> Vec<Finding> {
        self.judge_resource(resource).findings
    }

    /// [`Self::evaluate_resource`], with the rules that were asked.
    pub fn judge_resource(&self, resource: &Resource) -> Judgement<'_> {
        self.pool.install(|| self.judge_resource_here(resource))
    }

    /// [`Self::judge_resource`] on the calling thread, which has to have [`Self::STACK_BYTES`] of stack. On a machine whose
    /// processors are busy, handing over to another thread takes longer than judging does.
    pub fn judge_resource_here(&self, resource: &Resource) -> Judgement<'_> {
        self.judge_holding(resource, |_| false)
    }

    /// [`Self::judge_resource_here`] without the rules that read the address, name or module of a resource that has none yet.
    pub fn judge_unplaced_here(&self, resource: &Resource) -> Judgement<'_> {
        self.judge_holding(resource, |program| program.reads.place)
    }

    /// Whether a rule reads where a resource stands: its address, name or module.
    pub fn reads_place(&self, rule: &Rule) -> bool {
        let position = self.policies.rules().iter().position(|it| it.id == rule.id);
        position.and_then(|position| self.program(position)).is_some_and(|(_, program)| program.reads.place)
    }

    fn judge_holding(&self, resource: &Resource, holds: impl Fn(&Program) -> bool) -> Judgement<'_> {
        let exists = !resource.actions.iter().all(|action| action == "delete" || action == "forget");
        let about = self.rules_about(&resource.kind).iter().filter_map(|index| self.program(*index));
        let (mut asked, mut held) = (Vec::new(), Vec::new());
        for (rule, program) in about.filter(|(rule, _)| actions_apply(rule, &resource.actions, exists)) {
            if holds(program) {
                held.push(rule);
            } else {
                asked.push((rule, program));
            }
        }
        let rules = asked.iter().map(|(rule, _)| *rule).collect();
        if asked.is_empty() {
            return Judgement { rules, findings: Vec::new(), held };
        }
        let subject = Subject {
            document: resource.document.clone(),
            address: resource.address.clone(),
            kind: resource.kind.clone(),
            actions: resource.actions.clone(),
            previous_address: None,
        };
        let facts = Facts {
            subject: &subject,
            kind: &resource.kind,
            unknown: &resource.unknown,
            cause: &|_| "known only after apply".to_owned(),
            secrets: &|| {
                Secrets::of([
                    (&resource.values, resource.sensitive.as_slice()),
                    (&resource.prior, resource.sensitive.as_slice()),
                ])
            },
        };
        let (needs_prior, needs_config) = needs_of(asked.iter().map(|(_, program)| &program.reads));
        let input = object::resource(&object::Parts {
            address: &resource.address,
            kind: &resource.kind,
            name: &resource.name,
            provider: &resource.provider,
            module: &resource.module,
            actions: &resource.actions,
            values: json::drop_nulls(resource.values.clone()),
            prior: if needs_prior { json::drop_nulls(resource.prior.clone()) } else { Value::new_object() },
            config: if needs_config { resource.config.clone() } else { Value::new_object() },
        });
        let mut worker =
            Worker::resuming(&self.policies.inner.engine, self.waiting.take(), self.options.evaluation_timeout)
                .remembering(&self.remembered);
        worker.set_input(object::of([("resource", input)]));
        let mut findings: Vec<Finding> =
            asked.iter().flat_map(|(rule, program)| evaluate_rule(&mut worker, rule, program, &facts)).collect();
        self.waiting.put_back(worker.into_engine());
        findings.sort_by(Finding::report_order);
        Judgement { rules, findings, held }
    }

    /// Indices of the rules about single resources of a type.
    pub(super) fn rules_about(&self, kind: &str) -> &[usize] {
        self.by_type.get(kind).map(Vec::as_slice).unwrap_or_default()
    }
}
