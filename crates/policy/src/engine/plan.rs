//! Evaluation of a plan: its resources one by one and in parallel, then the rules about the plan as a whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use rayon::prelude::*;

use super::Engine;
use super::cause::Causes;
use super::object;
use super::outcome::{self, Facts, Outcome};
use super::reads::Reads;
use super::settled::Settled;
use super::worker::Worker;
use crate::Value;
use crate::error::EngineError;
use crate::finding::{Finding, Subject};
use crate::input::Plan;
use crate::input::plan_json::Change;
use crate::input::redact::Secrets;
use crate::ledger::Ledger;
use crate::path::AttributePath;
use crate::rules::{Program, Rule, Scope};
use crate::severity::{Severity, Verdict};

/// Resources a thread takes at a time: large enough to pay for its engine, small enough to share the work evenly.
const SHARE: usize = 64;

/// A resource with something to do for it.
struct Job<'a> {
    change: &'a Change,
    /// Indices of the rules about the resource.
    rules: Vec<usize>,
    /// Rules about the plan want to see it.
    in_plan: bool,
}

/// A resource as rules about the plan see it.
struct Seen<'a> {
    change: &'a Change,
    value: Value,
    unknown: Vec<AttributePath>,
}

/// What rules about the plan see beside its resources.
struct Whole<'a> {
    plan: &'a Plan,
    causes: &'a Causes<'a>,
    /// What the plan costs; none when no rule asks.
    cost: Option<Result<Value, EngineError>>,
}

/// Evaluates the rules about resources and about the plan.
pub(super) fn evaluate(engine: &Engine, plan: &Plan, settled: &Settled, ledger: &mut Ledger) -> Outcome {
    let jobs = lay_out(engine, plan, settled, ledger);
    let causes = Causes::new(plan);
    let plan_rules: Vec<(&Rule, &Program)> = engine.rules_of_scope(Scope::Plan).collect();
    let needs = needs_of(plan_rules.iter().map(|(_, program)| &program.reads));
    let cost = plan_rules.iter().any(|(_, program)| program.reads.cost).then(|| {
        let computed = crate::cost::input(plan, engine.policies.cost_basis());
        computed.map_err(|error| EngineError::Evaluation { what: "input.cost".to_owned(), message: error.to_string() })
    });
    let whole = Whole { plan, causes: &causes, cost };

    let (mut outcome, mut seen) = jobs
        .par_iter()
        .with_min_len(SHARE)
        .map_init(|| engine.worker(), |worker, job| evaluate_job(engine, plan, &causes, needs, worker, job))
        .fold(
            || (Outcome::default(), Vec::new()),
            |(outcome, mut all), (one, seen)| {
                all.extend(seen);
                (outcome.add(one), all)
            },
        )
        .reduce(
            || (Outcome::default(), Vec::new()),
            |(a, mut seen), (b, mut more)| {
                seen.append(&mut more);
                (a.add(b), seen)
            },
        );

    if !plan_rules.is_empty() {
        seen.sort_by(|a, b| a.change.address.cmp(&b.change.address));
        let about_plan = plan_rules
            .par_iter()
            .map_init(
                || engine.worker(),
                |worker, (rule, program)| evaluate_plan_rule(&whole, &seen, worker, rule, program),
            )
            .reduce(Outcome::default, Outcome::add);
        outcome = outcome.add(about_plan);
    }
    outcome.findings.extend(plan.left_out().map(|cause| incomplete(plan, cause)));
    outcome
}

/// What says of a plan that Terraform left something out of it: nobody knows what the rules would say about that.
fn incomplete(plan: &Plan, cause: String) -> Finding {
    let subject = Subject { document: plan.name.clone(), kind: "plan".to_owned(), ..Subject::default() };
    Finding {
        title: "The plan is complete".to_owned(),
        verdict: Verdict::Undetermined,
        message: "this plan is not complete: what it leaves out was not checked".to_owned(),
        remediation: "Check a plan of everything: without `-target`, and once nothing is deferred.".to_owned(),
        severity: Severity::Low,
        ..outcome::unreadable(&subject, cause)
    }
}

/// Which parts of a resource beside its values are needed: prior, config.
pub(super) fn needs_of<'a>(reads: impl Iterator<Item = &'a Reads>) -> (bool, bool) {
    reads.fold((false, false), |(prior, config), reads| (prior || reads.prior, config || reads.config))
}

/// Finds what there is to do, and writes down what there is not, and why.
fn lay_out<'a>(engine: &Engine, plan: &'a Plan, settled: &Settled, ledger: &mut Ledger) -> Vec<Job<'a>> {
    let mut jobs = Vec::new();
    let mut skipped: HashMap<&'static str, u64> = HashMap::new();
    let settled = settled.of(plan);
    let all_plan_rules = engine.rules_of_scope(Scope::Plan).count();
    // A rule that looks at costs alone needs no values.
    let plan_rules: Vec<&Rule> =
        engine.rules_of_scope(Scope::Plan).filter(|(_, program)| program.reads.plan).map(|(rule, _)| rule).collect();
    let every_type = plan_rules.iter().any(|rule| rule.resources.is_empty());
    let plan_types: HashMap<&str, ()> =
        plan_rules.iter().flat_map(|rule| rule.resources.iter()).map(|kind| (kind.as_str(), ())).collect();
    for change in plan.changes() {
        let about = engine.rules_about(&change.kind).iter().copied();
        let (known, rules): (Vec<usize>, Vec<usize>) =
            about.filter(|index| engine.rule_applies(*index, change)).partition(|index| {
                engine.program(*index).is_some_and(|(rule, program)| settled.knows(change, rule, program))
            });
        let in_plan = change.exists_afterwards()
            && ((every_type && change.is_managed()) || plan_types.contains_key(change.kind.as_str()));
        // The call of a module is no resource: it is evaluated, and not counted.
        ledger.resources_planned += u64::from(!change.is_call);
        ledger.evaluations_expected += u64::try_from(rules.len()).unwrap_or(u64::MAX);
        if rules.is_empty() && !in_plan {
            let reason = if known.is_empty() { reason(change) } else { Settled::REASON };
            *skipped.entry(reason).or_default() += u64::from(!change.is_call);
        } else {
            jobs.push(Job { change, rules, in_plan });
        }
    }
    skipped.into_iter().for_each(|(reason, count)| ledger.skip(reason, count));
    ledger.evaluations_expected += u64::try_from(all_plan_rules).unwrap_or(u64::MAX);
    jobs
}

fn reason(change: &Change) -> &'static str {
    match () {
        () if change.is_data => "data source, no selected rule is about it",
        () if change.is_deposed => "deposed object, deleted by the plan",
        () if !change.exists_afterwards() && change.does("forget") => "forgotten by the plan",
        () if !change.exists_afterwards() => "deleted by the plan",
        () => "no selected rule is about its type",
    }
}

pub(super) fn subject(document: &str, change: &Change) -> Subject {
    Subject {
        document: document.to_owned(),
        address: change.address.clone(),
        kind: change.kind.clone(),
        actions: change.actions.clone(),
        previous_address: change.previous_address.clone(),
    }
}

/// The object a rule sees of a resource, and the paths of what is unknown in it.
fn read_resource(plan: &Plan, change: &Change, needs: (bool, bool)) -> Result<(Value, Vec<AttributePath>), String> {
    let (needs_prior, needs_config) = needs;
    let empty = Value::new_object;
    let prior = if needs_prior { plan.before(change)? } else { empty() };
    let config = if needs_config {
        plan.configuration()
            .expressions(&change.module, &format!("{}.{}", change.kind, change.name))
            .unwrap_or_else(empty)
    } else {
        empty()
    };
    let value = object::resource(&object::Parts {
        address: &change.address,
        kind: &change.kind,
        name: &change.name,
        provider: &change.provider,
        module: &change.module,
        actions: &change.actions,
        values: plan.after(change)?,
        prior,
        config,
    });
    Ok((value, plan.unknown(change)?))
}

fn secrets_of(plan: &Plan, change: &Change) -> Secrets {
    let marked = plan.sensitive(change);
    Secrets::of(marked.iter().map(|(value, paths)| (value, paths.as_slice())))
}

fn evaluate_job<'a>(
    engine: &Engine,
    plan: &Plan,
    causes: &Causes<'_>,
    plan_needs: (bool, bool),
    worker: &mut Worker<'_>,
    job: &Job<'a>,
) -> (Outcome, Option<Seen<'a>>) {
    let change = job.change;
    let mut outcome = Outcome { evaluated: u64::from(!change.is_call), ..Outcome::default() };
    let programs = || job.rules.iter().filter_map(|index| engine.program(*index));
    let (prior, config) = needs_of(programs().map(|(_, program)| &program.reads));
    let needs = (prior || job.in_plan && plan_needs.0, config || job.in_plan && plan_needs.1);
    let subject = subject(&plan.name, change);
    let (value, unknown) = match read_resource(plan, change, needs) {
        Ok(read) => read,
        Err(cause) => {
            outcome.findings.push(outcome::unreadable(&subject, cause));
            outcome.done += u64::try_from(job.rules.len()).unwrap_or(u64::MAX);
            return (outcome, None);
        }
    };
    let facts = Facts {
        subject: &subject,
        kind: &change.kind,
        unknown: &unknown,
        cause: &|path| causes.of(change, path),
        secrets: &|| secrets_of(plan, change),
    };
    if !job.rules.is_empty() {
        worker.set_input(object::of([("resource", value.clone())]));
    }
    for (rule, program) in programs() {
        outcome.conclude(rule, super::evaluate_rule(worker, rule, program, &facts));
    }
    let seen = job.in_plan.then_some(Seen { change, value, unknown });
    (outcome, seen)
}

fn evaluate_plan_rule(
    whole: &Whole<'_>,
    seen: &[Seen<'_>],
    worker: &mut Worker<'_>,
    rule: &Rule,
    program: &Program,
) -> Outcome {
    let (plan, causes) = (whole.plan, whole.causes);
    let mut outcome = Outcome::default();
    let about_all = Subject { document: plan.name.clone(), kind: "plan".to_owned(), ..Subject::default() };
    let cost = match &whole.cost {
        Some(cost) if program.reads.cost => cost.as_ref().map(Some),
        _ => Ok(None),
    };
    let cost = match cost {
        Ok(cost) => cost,
        Err(error) => {
            outcome.conclude(rule, vec![outcome::failed(rule, &about_all, error)]);
            return outcome;
        }
    };
    let wanted = |change: &Change| {
        if !program.reads.plan {
            false
        } else if rule.resources.is_empty() {
            change.is_managed()
        } else {
            rule.resources.contains(&change.kind)
        }
    };
    let seen: Vec<&Seen<'_>> = seen.iter().filter(|s| wanted(s.change)).collect();
    let mut by_type: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for resource in &seen {
        by_type.entry(&resource.change.kind).or_default().push(resource.value.clone());
    }
    let by_type: BTreeMap<Value, Value> =
        by_type.into_iter().map(|(kind, list)| (Value::from(kind), Value::from(list))).collect();
    let resources: Vec<Value> = seen.iter().map(|resource| resource.value.clone()).collect();
    let content = object::of([("resources", Value::from(resources)), ("by_type", Value::from(by_type))]);
    worker.set_input(match cost {
        Some(cost) => object::of([("plan", content), ("cost", cost.clone())]),
        None => object::of([("plan", content)]),
    });
    worker.allow_for(if cost.is_some() { plan.len() } else { seen.len() });

    let said = match super::say(worker, rule, program) {
        Ok(said) => said,
        Err(error) => {
            outcome.conclude(rule, vec![outcome::failed(rule, &about_all, &error)]);
            return outcome;
        }
    };
    // What was said of each resource; of the plan as a whole under the empty address.
    let mut about: BTreeMap<String, Vec<outcome::Said>> = BTreeMap::new();
    for item in said {
        about.entry(item.address.clone().unwrap_or_default()).or_default().push(item);
    }
    let mut findings = Vec::new();
    // Gathered once, when there is a finding to redact: a plan rule may find something in every resource.
    let gathered = OnceLock::new();
    let all_secrets = || {
        let gather = || {
            let marked: Vec<_> = seen.iter().flat_map(|resource| plan.sensitive(resource.change)).collect();
            Secrets::of(marked.iter().map(|(value, paths)| (value, paths.as_slice())))
        };
        gathered.get_or_init(gather).clone()
    };
    for resource in &seen {
        let subject = subject(&plan.name, resource.change);
        let facts = Facts {
            subject: &subject,
            kind: &resource.change.kind,
            unknown: &resource.unknown,
            cause: &|path| causes.of(resource.change, path),
            secrets: &all_secrets,
        };
        let said = about.remove(&resource.change.address).unwrap_or_default();
        findings.append(&mut outcome::judge(rule, &program.reads, said, &facts));
    }
    // Said of the plan, or of an address that is not in it.
    for (address, said) in about {
        let named = plan.changes().iter().find(|change| !change.is_deposed && change.address == address);
        let subject = match named {
            Some(change) => subject(&plan.name, change),
            None => Subject { address, ..about_all.clone() },
        };
        let facts =
            Facts { subject: &subject, kind: "plan", unknown: &[], cause: &|_| String::new(), secrets: &all_secrets };
        findings.append(&mut outcome::judge(rule, &program.reads, said, &facts));
    }
    outcome.conclude(rule, findings);
    outcome
}
