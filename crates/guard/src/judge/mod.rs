//! The judging half: reads what Terraform asks providers and what they answer, and lets the policies have a say.
//!
//! A planned change is judged when the provider has planned it, and a violation joins the answer as a diagnostic. Before a
//! change is made it is judged again, with what has become known; a violation is answered in the provider's place.

mod answer;
mod audit;
mod decode;
mod inspecting;
mod making;
mod messages;
mod schema;
mod tally;
mod whole;
mod written;

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use parapet_policy::planned::{PlannedChange, PlannedValue, Shape, Told};
use parapet_policy::{Engine, Finding, Resource, Rule, Scope, Severity, Verdict, waiver};
use prost::Message as _;

use crate::inspect::Provider;
use answer::diagnostic;
use messages::{Diagnostic, DiagnosticSeverity, PlanRequest, PlanResponse};

pub use audit::{Audit, AuditError};
pub use tally::{Open, Tally};
pub use whole::{Refusal, WholePlan};

/// What violations do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Those at or above the threshold stop the change.
    #[default]
    Enforce,
    /// All of them are warnings.
    Warn,
}

/// What the command that runs behind the guard does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Plans and nothing else. Where a waiver may cover something, the finished plan is judged as well.
    Plan,
    /// Plans and applies in one: no finished plan is at hand in between.
    Alone,
    /// Applies a plan that has been judged: what was shown is not shown again.
    Apply,
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Self::Plan | Self::Alone => "plan",
            Self::Apply => "apply",
        }
    }
}

/// Judges calls with the rules of an engine.
#[derive(Debug)]
pub struct Judge {
    engine: Engine,
    fail_on: Severity,
    mode: Mode,
    audit: Option<Audit>,
    /// Types that rules about single resources name.
    wanted: HashSet<String>,
    schemas: schema::Schemas,
    /// The configuration, where it is at hand.
    written: Option<written::Written>,
    /// Rules of which comments waive something in the finished plan, once it was judged.
    waived: OnceLock<BTreeSet<String>>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    stage: Stage,
    tally: Tally,
    /// Told while planning; applying does not repeat it.
    told: BTreeSet<tally::Key>,
}

/// One change on its way, decoded.
struct Change {
    kind: String,
    prior: PlannedValue,
    planned: PlannedValue,
    config: PlannedValue,
    replaces: bool,
}

impl Change {
    /// As the engine takes it.
    fn resource(&self, provider: &Provider, shape: &Shape) -> Resource {
        let planned = PlannedChange {
            kind: &self.kind,
            provider: &provider.source,
            actions: PlannedChange::actions_of(&self.prior, &self.planned, self.replaces),
            prior: &self.prior,
            planned: &self.planned,
            config: &self.config,
            shape,
        };
        planned.resource()
    }
}

/// What the rules said of a change.
struct Judged {
    findings: Vec<Finding>,
    /// Beside each finding how it is told.
    told: Vec<Told>,
    /// Whether rules wait for the finished plan.
    held: bool,
}

impl Judge {
    /// A judge with these policies. `audit` gets a line for each decision.
    pub fn new(engine: Engine, fail_on: Severity, mode: Mode, audit: Option<Audit>) -> Self {
        let rules = engine.policies().rules().iter().filter(|rule| rule.scope == Scope::Resource);
        let wanted = rules.flat_map(|rule| rule.resources.iter().cloned()).collect();
        let state = State { stage: Stage::Plan, tally: Tally::default(), told: BTreeSet::new() };
        Self {
            engine,
            fail_on,
            mode,
            audit,
            wanted,
            schemas: schema::Schemas::default(),
            written: None,
            waived: OnceLock::new(),
            state: Mutex::new(state),
        }
    }

    /// Reads the configuration in a directory: comments in it waive findings of the finished plan, which name their place.
    #[must_use]
    pub fn with_configuration(mut self, directory: &Path) -> Self {
        self.written = written::Written::read(directory, &self.engine);
        self
    }

    /// Comments that should waive something and are not complete.
    pub fn incomplete_comments(&self) -> &[waiver::CommentError] {
        self.written.as_ref().map(written::Written::errors).unwrap_or_default()
    }

    /// The policies it judges with.
    pub fn rules(&self) -> &[Rule] {
        self.engine.policies().rules()
    }

    /// A command begins; what follows is counted for it.
    pub fn enter(&self, stage: Stage) {
        let mut state = self.state();
        let before = std::mem::take(&mut state.tally);
        state.told.extend(before.told);
        state.stage = stage;
    }

    /// What was judged since [`Self::enter`].
    pub fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    /// Why the audit log is not complete, if it is not.
    pub fn audit_problem(&self) -> Option<AuditError> {
        self.audit.as_ref().and_then(Audit::problem)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enforced(&self) -> bool {
        self.mode == Mode::Enforce
    }

    /// How a finding about a change is told. One that a waiver may cover is nothing to stop a change for: waivers are by address, which
    /// only the finished plan has.
    fn tell(&self, finding: &Finding, shape: &Shape) -> Told {
        let told = Told::of(finding, shape, self.fail_on, self.enforced());
        if told.stops && self.may_be_waived(finding) {
            let detail =
                format!("{}\nA waiver may cover this; the guard cannot tell before the plan is finished.", told.detail);
            return Told { stops: false, detail, ..told };
        }
        told
    }

    fn may_be_waived(&self, finding: &Finding) -> bool {
        finding.verdict != Verdict::Error && (self.may_be_commented(finding) || self.may_be_listed(finding))
    }

    /// Whether a comment may cover it: until the plan is finished any comment about its rule.
    fn may_be_commented(&self, finding: &Finding) -> bool {
        let known = self.waived.get().or_else(|| self.written.as_ref().map(written::Written::commented));
        known.is_some_and(|rules| rules.contains(&finding.rule))
    }

    /// Whether a waiver of the settings may cover it.
    fn may_be_listed(&self, finding: &Finding) -> bool {
        let waivers = self.engine.policies().settings().map(|settings| settings.waivers.as_slice()).unwrap_or_default();
        if waivers.is_empty() {
            return false;
        }
        let today = waiver::today();
        waivers.iter().any(|waiver| waiver.may_cover(&finding.rule, &finding.subject.kind, today))
    }

    /// Lets the rules say what they have to say about a change, and writes it down.
    fn judge(&self, provider: &Provider, change: &Change, stage: Stage, shape: &Shape) -> Judged {
        let resource = change.resource(provider, shape);
        let judgement = match stage {
            // Terraform does not say which resource it asks about; the plan that is finished next does.
            Stage::Plan => self.engine.judge_unplaced_here(&resource),
            Stage::Alone | Stage::Apply => self.engine.judge_resource_here(&resource),
        };
        let held = !judgement.held.is_empty();
        let mut findings = judgement.findings;
        if change.replaces {
            // Terraform asks again, for the object that takes the place: open questions and warnings are its. What is said about
            // the deletion is said now.
            let about_deletion = |finding: &Finding| {
                let rule = judgement.rules.iter().find(|rule| rule.id == finding.rule);
                rule.is_some_and(|rule| {
                    !rule.actions.is_empty() && !rule.actions.iter().any(|action| action == "create")
                })
            };
            findings.retain(|finding| about_deletion(finding) || self.tell(finding, shape).stops);
        }
        let told: Vec<Told> = findings.iter().map(|finding| self.tell(finding, shape)).collect();
        self.state().tally.evaluations += u64::try_from(judgement.rules.len()).unwrap_or(u64::MAX);
        if let Some(audit) = &self.audit {
            let time = audit::now();
            for rule in judgement.rules {
                let of_rule: Vec<(&Finding, &Told)> =
                    findings.iter().zip(&told).filter(|(finding, _)| finding.rule == rule.id).collect();
                let mut line = audit::Decision {
                    time: time.clone(),
                    stage: stage.as_str(),
                    provider: Some(&provider.source),
                    r#type: &change.kind,
                    address: None,
                    actions: &resource.actions,
                    rule: &rule.id,
                    severity: rule.severity.as_str(),
                    verdict: Verdict::Pass.as_str(),
                    path: None,
                    denied: false,
                    policies: self.engine.policies().digest(),
                };
                if of_rule.is_empty() {
                    audit.write(&line);
                }
                for (finding, told) in of_rule {
                    line.verdict = finding.verdict.as_str();
                    line.path = finding.path.as_ref().map(ToString::to_string);
                    line.denied = told.stops;
                    audit.write(&line);
                }
            }
        }
        Judged { findings, told, held }
    }

    /// A planned change on its way back: what is to be added to the answer.
    fn planned(&self, provider: &Provider, request: &Bytes, response: &Bytes) -> Result<Vec<Diagnostic>, String> {
        let request = PlanRequest::decode(request.clone()).map_err(|error| error.to_string())?;
        self.state().tally.kinds.insert(request.type_name.clone());
        if !self.wanted.contains(&request.type_name) {
            return Ok(Vec::new());
        }
        let response = PlanResponse::decode(response.clone()).map_err(|error| error.to_string())?;
        let failed = response.diagnostics.iter().any(|it| it.severity() == DiagnosticSeverity::Error);
        let Some(planned) = response.planned_state.filter(|_| !failed) else { return Ok(Vec::new()) };
        let change = Change {
            prior: decode::planned_value(&request.prior_state)?,
            planned: decode::planned_value(&planned)?,
            config: decode::planned_value(&request.config)?,
            replaces: !response.requires_replace.is_empty(),
            kind: request.type_name,
        };
        if change.prior.is_null() && change.planned.is_null() {
            return Ok(Vec::new());
        }
        let replaces = change.replaces && !change.prior.is_null() && !change.planned.is_null();
        let change = Change { replaces, ..change };
        let stage = self.state().stage;
        let shape = self.schemas.shape(provider, &change.kind);
        let judged = self.judge(provider, &change, stage, &shape);

        let mut state = self.state();
        let mut diagnostics = Vec::new();
        state.tally.deferred |= judged.held;
        // A replacement is asked for twice, unless it is stopped the first time.
        state.tally.resources += u64::from(!change.replaces || judged.told.iter().any(|told| told.stops));
        if !change.replaces {
            state.tally.settled.judged(&provider.source, &change.kind);
        }
        for (finding, told) in judged.findings.iter().zip(judged.told) {
            if finding.verdict == Verdict::Undetermined || self.may_be_waived(finding) {
                state.tally.settled.left_open(&provider.source, &change.kind, &finding.rule);
            }
            if finding.verdict == Verdict::Undetermined {
                // Where applying follows at once, it answers the question, or asks it of what was made.
                if stage == Stage::Plan {
                    state.tally.open(finding);
                    // What it waives has to be known when the value is.
                    state.tally.deferred |= self.may_be_commented(finding);
                }
                if !finding.warning {
                    continue;
                }
            }
            if stage == Stage::Plan && self.may_be_waived(finding) {
                state.tally.deferred = true;
                continue;
            }
            let key = tally::key(finding);
            if !told.stops && stage == Stage::Apply && state.told.contains(&key) {
                continue;
            }
            state.tally.denied += u64::from(told.stops);
            state.tally.warnings += u64::from(!told.stops);
            state.tally.told.insert(key);
            diagnostics.push(diagnostic(told));
        }
        Ok(diagnostics)
    }
}

#[cfg(test)]
mod tests;
