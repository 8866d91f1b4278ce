//! Changes that are being made: judged with what has become known, before the provider is asked and after it has answered.

use std::collections::BTreeSet;

use bytes::Bytes;
use parapet_policy::Verdict;
use parapet_policy::planned::Told;
use prost::Message as _;

use super::answer::{diagnostic, refusal};
use super::messages::{ApplyRequest, ApplyResponse, Diagnostic};
use super::{Change, Judge, Stage, decode};
use crate::inspect::Provider;

impl Judge {
    /// A change that is about to be made: the answer in the provider's place, when it must not be.
    pub(super) fn applying(&self, provider: &Provider, request: &Bytes) -> Result<Option<Bytes>, String> {
        let request = ApplyRequest::decode(request.clone()).map_err(|error| error.to_string())?;
        if !self.wanted.contains(&request.type_name) {
            return Ok(None);
        }
        let change = change_of(&request, &request.planned_state)?;
        let shape = self.schemas.shape(provider, &change.kind);
        let judged = self.judge(provider, &change, Stage::Apply, &shape);
        let stopping: Vec<Diagnostic> = judged.told.into_iter().filter(|told| told.stops).map(diagnostic).collect();
        let mut state = self.state();
        state.tally.changes += 1;
        state.tally.denied += u64::try_from(stopping.len()).unwrap_or(u64::MAX);
        if stopping.is_empty() {
            return Ok(None);
        }
        Ok(Some(refusal(request, provider.protocol, stopping)))
    }

    /// A change that has been made: what only the provider knew is judged now. It is too late to deny it, and an error would
    /// taint the object; so it is told as a warning, and the run fails in the end.
    pub(super) fn applied(
        &self,
        provider: &Provider,
        request: &Bytes,
        response: &Bytes,
    ) -> Result<Vec<Diagnostic>, String> {
        let request = ApplyRequest::decode(request.clone()).map_err(|error| error.to_string())?;
        if !self.wanted.contains(&request.type_name) {
            return Ok(Vec::new());
        }
        let response = ApplyResponse::decode(response.clone()).map_err(|error| error.to_string())?;
        // As a rule everything was known before, and nothing is new.
        let Some(new_state) = response.new_state.filter(|it| *it != request.planned_state) else {
            return Ok(Vec::new());
        };
        let made = change_of(&request, &new_state)?;
        let before = change_of(&request, &request.planned_state)?;
        if made.planned.is_null() || before.planned == made.planned {
            return Ok(Vec::new());
        }
        let shape = self.schemas.shape(provider, &made.kind);
        let open: BTreeSet<String> = {
            let resource = before.resource(provider, &shape);
            let findings = self.engine.judge_resource_here(&resource).findings;
            findings.into_iter().filter(|it| it.verdict == Verdict::Undetermined).map(|it| it.rule).collect()
        };
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let judged = self.judge(provider, &made, Stage::Apply, &shape);
        let late = judged.findings.iter().zip(judged.told).filter(|(finding, _)| open.contains(&finding.rule));
        let mut state = self.state();
        let mut diagnostics = Vec::new();
        for (finding, told) in late {
            if finding.verdict == Verdict::Undetermined {
                state.tally.open(finding);
                continue;
            }
            state.tally.late += u64::from(told.stops);
            state.tally.warnings += u64::from(!told.stops);
            let detail =
                format!("{}\nThe provider decided this while the change was made; it has been made.", told.detail);
            diagnostics.push(diagnostic(Told { stops: false, detail, ..told }));
        }
        Ok(diagnostics)
    }
}

fn change_of(request: &ApplyRequest, planned: &Bytes) -> Result<Change, String> {
    Ok(Change {
        kind: request.type_name.clone(),
        prior: decode::planned_value(&request.prior_state)?,
        planned: decode::planned_value(planned)?,
        config: decode::planned_value(&request.config)?,
        replaces: false,
    })
}
