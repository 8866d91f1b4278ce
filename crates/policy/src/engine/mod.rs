//! Evaluation: policies are prepared once, every thread clones them, every rule is on its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;

use crate::Value;
use crate::error::EngineError;
use crate::finding::Finding;
use crate::input::Document;
use crate::input::plan_json::Change;
use crate::ledger::{DocumentSummary, Ledger, Report};
use crate::rules::{Entry, Policies, Program, Rule, Scope};
use crate::severity::Severity;

pub(crate) mod builtins;
mod cause;
mod document;
mod looks;
mod namespace;
mod object;
mod origin;
mod outcome;
mod plan;
mod pod;
mod profile;
mod promql;
mod query;
pub(crate) mod reads;
mod remembered;
mod resource;
mod settled;
mod trace;
mod worker;

use outcome::{Facts, Outcome, Said};
use profile::Profiler;
use remembered::Remembered;
use resource::Waiting;
use worker::Worker;

pub use profile::RuleCost;
pub use query::{EvaluatedFile, Explored};
pub use resource::Judgement;
pub use settled::Settled;

/// How to evaluate.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Time for one rule on one resource, object or document; on a plan for every thousand of its resources. 2 seconds
    /// by default.
    pub evaluation_timeout: Duration,
    /// Threads; by default one per processor.
    pub threads: Option<usize>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { evaluation_timeout: Duration::from_secs(2), threads: None }
    }
}

/// Evaluates [`Policies`]. Cheap to clone, safe to share.
#[derive(Debug, Clone)]
pub struct Engine {
    policies: Policies,
    options: EngineOptions,
    pool: Arc<rayon::ThreadPool>,
    by_type: Arc<HashMap<String, Vec<usize>>>,
    waiting: Waiting,
    /// Only when the time of rules is to be measured.
    profiler: Option<Arc<Profiler>>,
    remembered: Arc<Remembered>,
}

impl Engine {
    /// Bytes of stack of a thread that evaluates. Rego functions that call each other nest deep in the interpreter; only used
    /// pages count.
    pub const STACK_BYTES: usize = 16 << 20;

    /// Makes an engine; its threads are started here.
    ///
    /// # Errors
    /// [`EngineError::Threads`] when they cannot be.
    pub fn new(policies: &Policies, options: EngineOptions) -> Result<Self, EngineError> {
        let threads = options.threads.unwrap_or(0);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(Self::STACK_BYTES)
            .thread_name(|index| format!("policy-{index}"))
            .build()
            .map_err(|error| EngineError::Threads { threads, message: error.to_string() })?;
        Ok(Self {
            policies: policies.clone(),
            options,
            pool: Arc::new(pool),
            by_type: Arc::new(resource::by_type(policies)),
            waiting: Waiting::default(),
            profiler: None,
            remembered: Arc::new(Remembered::of(policies)),
        })
    }

    /// The engine, measuring from here on what each rule of a [`Self::check`] takes; see [`Self::profile`].
    #[must_use]
    pub fn profiled(self) -> Self {
        Self { profiler: Some(Arc::default()), ..self }
    }

    /// What each rule has taken so far, the slowest first; `None` unless the engine is [`Self::profiled`].
    pub fn profile(&self) -> Option<Vec<RuleCost>> {
        self.profiler.as_deref().map(Profiler::slowest_first)
    }

    /// The policies the engine evaluates.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Checks documents. What goes wrong with one rule or one resource is a finding, and hides nothing else.
    pub fn check(&self, documents: &[Document], fail_on: Severity) -> Report {
        self.check_rest(documents, fail_on, &Settled::default())
    }

    /// [`Self::check`] without what was settled before, when providers had planned the resources of a plan.
    pub fn check_rest(&self, documents: &[Document], fail_on: Severity, settled: &Settled) -> Report {
        let (outcome, ledger) = self.pool.install(|| {
            documents
                .par_iter()
                .map_init(
                    || self.worker(),
                    |worker, document| {
                        let mut ledger = Ledger::default();
                        let of_document = document::evaluate_document(self, document, worker, &mut ledger);
                        let of_content = match document {
                            Document::Plan(plan) => plan::evaluate(self, plan, settled, &mut ledger),
                            Document::Kubernetes(object) | Document::AdmissionReview { object, .. } => {
                                document::evaluate_object(self, object, worker, &mut ledger)
                            }
                            Document::Value { .. } => Outcome::default(),
                        };
                        let outcome = of_document.add(of_content);
                        ledger.resources_evaluated += outcome.evaluated;
                        ledger.evaluations_done += outcome.done;
                        (outcome, ledger)
                    },
                )
                .reduce(
                    || (Outcome::default(), Ledger::default()),
                    |(outcome, mut ledger), (more, other)| {
                        ledger.add(&other);
                        (outcome.add(more), ledger)
                    },
                )
        });
        let (outcome, ledger) = self.pool.install(|| namespace::evaluate(self, documents, outcome, ledger));
        let mut findings = outcome.findings;
        findings.sort_by(Finding::report_order);
        let mut policies = self.policies.summary();
        for rule in &mut policies.rules {
            let tally = outcome.tallies.get(&rule.id).copied().unwrap_or_default();
            (rule.evaluated, rule.passed) = (tally.done, tally.passed);
        }
        Report {
            findings,
            passed: outcome.passed,
            ledger,
            policies,
            fail_on,
            documents: documents.iter().map(summary).collect(),
            waivers: Vec::new(),
            baseline: None,
        }
    }

    /// Evaluates a query against a module and an input. The value of the query; a list when it has several results;
    /// [`Value::Undefined`] when it has none.
    ///
    /// # Errors
    /// [`EngineError`] when the module or query is not valid Rego, calls what does not exist, fails or takes too long.
    pub fn query(&self, query: &str, module: &str, input: Value) -> Result<Value, EngineError> {
        self.pool.install(|| query::evaluate(query, module, input, self.options.evaluation_timeout))
    }

    /// Evaluates a query against all policies, as `data.parapet.aws.s3.tls.deny`, with an input if there is one; with
    /// `trace` the lines that were evaluated are in the answer.
    ///
    /// # Errors
    /// [`EngineError`] when the query is not valid Rego, fails or takes too long.
    pub fn explore(&self, query: &str, input: Option<Value>, trace: bool) -> Result<Explored, EngineError> {
        let prepared = &self.policies.inner.engine;
        self.pool.install(|| query::explore(prepared, query, input, trace, self.options.evaluation_timeout))
    }

    fn worker(&self) -> Worker<'_> {
        Worker::new(&self.policies.inner.engine, self.options.evaluation_timeout)
            .measured_by(self.profiler.as_deref())
            .remembering(&self.remembered)
    }

    fn program(&self, index: usize) -> Option<(&Rule, &Program)> {
        Some((self.policies.inner.rules.get(index)?, self.policies.inner.programs.get(index)?))
    }

    fn rules_of_scope(&self, scope: Scope) -> impl Iterator<Item = (&Rule, &Program)> {
        let inner = &self.policies.inner;
        let pairs = inner.rules.iter().zip(&inner.programs);
        pairs.filter(move |(rule, program)| rule.scope == scope && !inner.is_idle(program))
    }

    /// Whether a rule about namespaces wants to see objects of a kind.
    fn related(&self, kind: &str) -> bool {
        self.rules_of_scope(Scope::Namespace)
            .any(|(rule, _)| rule.kinds.iter().any(|wanted| wanted == kind || wanted == "*"))
    }

    fn rule_applies(&self, index: usize, change: &Change) -> bool {
        self.program(index).is_some_and(|(rule, _)| actions_apply(rule, &change.actions, change.exists_afterwards()))
    }
}

/// A rule that names actions is about those; any other about every resource that exists after the plan.
fn actions_apply(rule: &Rule, actions: &[String], exists_afterwards: bool) -> bool {
    if rule.actions.is_empty() { exists_afterwards } else { rule.actions.iter().any(|action| actions.contains(action)) }
}

fn summary(document: &Document) -> DocumentSummary {
    let resources = match document {
        Document::Plan(plan) => plan.len(),
        Document::Kubernetes(_) | Document::AdmissionReview { .. } => 1,
        Document::Value { .. } => 0,
    };
    DocumentSummary {
        name: document.name().to_owned(),
        kind: document.kind().to_owned(),
        resources: u64::try_from(resources).unwrap_or(u64::MAX),
    }
}

/// Evaluates a rule and judges what it says.
fn evaluate_rule(worker: &mut Worker<'_>, rule: &Rule, program: &Program, facts: &Facts<'_>) -> Vec<Finding> {
    let said = match worker.remembered() {
        Some((remembered, input)) => remembered.said(rule, &input, || say(worker, rule, program)),
        None => say(worker, rule, program),
    };
    match said {
        Ok(said) => outcome::judge(rule, &program.reads, said, facts),
        Err(error) => {
            let mut finding = outcome::failed(rule, facts.subject, &error);
            outcome::redact(&mut finding, &(facts.secrets)());
            vec![finding]
        }
    }
}

fn say(worker: &mut Worker<'_>, rule: &Rule, program: &Program) -> Result<Vec<Said>, EngineError> {
    let mut all = Vec::new();
    for entry in &program.entries {
        all.append(&mut say_entry(worker, rule, entry)?);
    }
    Ok(all)
}

fn say_entry(worker: &mut Worker<'_>, rule: &Rule, entry: &Entry) -> Result<Vec<Said>, EngineError> {
    let value = profile::measured(worker.profiler(), rule, || worker.evaluate(&entry.path))?;
    outcome::said(&value, rule).map_err(|message| EngineError::Evaluation { what: entry.path.clone(), message })
}
