//! What has to hold beside metrics: requests that are answered, conditions in PromQL, policies.

use std::time::Duration;

use parapet_metrics::{Access, probe};
use parapet_policy::input;
use tfplugin::path::Path;
use tfplugin::prelude::*;

use super::model::{Check, HttpProbe, PolicyProbe, RolloutGate};
use super::source::{Watcher, asked};
use crate::duration;
use crate::policy::{Check as Judgement, Judged, Selection};
use crate::provider::Clients;

/// Longest wait for an answer where nothing is said.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Runs the checks of one moment, `before` or `after`; answers what does not hold.
pub(super) async fn run(
    cx: &Context<Clients>,
    gate: &RolloutGate,
    watcher: &Watcher,
    when: &str,
) -> Result<Vec<String>> {
    let mut failed = Vec::new();
    for (index, check) in gate.check.iter().enumerate() {
        if check.when.as_deref().unwrap_or("before") != when {
            continue;
        }
        let at = Path::from(RolloutGate::paths().check.index(index));
        tracing::info!(gate = gate.name, check = check.name, "checking {when} the rollout");
        if let Some(problem) = one(cx, check, watcher, at).await? {
            failed.push(format!("check {}: {problem}", check.name));
        }
    }
    Ok(failed)
}

/// What does not hold. What cannot be looked at does not hold either.
async fn one(cx: &Context<Clients>, check: &Check, watcher: &Watcher, at: Path) -> Result<Option<String>> {
    let result = if let Some(http) = &check.http {
        answered(cx, http).await
    } else if let Some(condition) = &check.promql {
        let now = jiff::Timestamp::now().as_second();
        watcher
            .holds(cx, &condition.query, now)
            .await
            .map(|holds| (!holds).then(|| format!("{} does not hold: it answers nothing, or 0", condition.query)))
    } else if let Some(policy) = &check.policy {
        passed(cx, policy, at).await
    } else {
        Ok(None)
    };
    match result {
        Err(error) if !cx.is_stopped() => {
            let lines = error.diagnostics().iter().map(|it| format!("{}. {}", it.summary, it.detail));
            Ok(Some(lines.collect::<Vec<_>>().join(" ").trim().to_owned()))
        }
        other => other,
    }
}

async fn answered(cx: &Context<Clients>, http: &HttpProbe) -> Result<Option<String>> {
    let limit = http.timeout.as_deref().map_or(Ok(TIMEOUT), duration::parse)?;
    let url = http.url.clone();
    let (status, body) =
        asked(cx, "The service does not answer", move || probe(&url, &Access::default(), limit)).await?;
    let expected = http.status.unwrap_or(200);
    if i64::from(status) != expected {
        return Ok(Some(format!("{} answers {status}, not {expected}", http.url)));
    }
    let missing = http.contains.as_ref().filter(|text| !body.contains(text.as_str()));
    Ok(missing.map(|text| format!("the answer of {} does not contain {text:?}", http.url)))
}

async fn passed(cx: &Context<Clients>, policy: &PolicyProbe, at: Path) -> Result<Option<String>> {
    let documents = input::read("input", policy.input.clone().into_bytes()).during("reading what policies judge")?;
    let selection = Selection::configured(policy.packs.clone(), None, policy.policies.clone(), None);
    let judged = Judged { documents, ..Judged::default() };
    let fail_on = policy.fail_on.as_deref();
    Judgement { judged, at, selection, fail_on, enforcement: "mandatory" }.run(cx).await.map(|_| None)
}
