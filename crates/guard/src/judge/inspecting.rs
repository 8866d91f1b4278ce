//! Where calls come in: which of them are judged, how long that takes, and what becomes of those that cannot be.

use std::time::Instant;

use bytes::Bytes;
use parapet_policy::planned::Told;
use prost::Message as _;

use super::answer::{appended, diagnostic, refuse};
use super::messages::{ApplyResponse, Diagnostic, PlanResponse};
use super::{Judge, schema};
use crate::inspect::{Inspector, Provider};
use crate::saved::Names;

impl Judge {
    /// A message that cannot be read is not let through unseen.
    fn unreadable(&self, message: &str) -> Diagnostic {
        self.state().tally.denied += u64::from(self.enforced());
        diagnostic(Told {
            stops: self.enforced(),
            summary: "Parapet cannot read this change".to_owned(),
            detail: format!(
                "What Terraform and the provider say to each other about it is not understood: {message}. No policy has judged it. \
                 Please report this as a bug of Parapet; `--mode warn` lets it pass."
            ),
            path: Vec::new(),
        })
    }

    /// Decisions that cannot be written down are not made.
    fn unrecorded(&self) -> Option<Diagnostic> {
        let problem = self.audit_problem()?;
        let told = Told {
            stops: self.enforced(),
            summary: "Decisions cannot be recorded".to_owned(),
            detail: problem.to_string(),
            path: Vec::new(),
        };
        Some(diagnostic(told))
    }

    fn timed<T>(&self, judge: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = judge();
        self.state().tally.time += started.elapsed();
        result
    }
}

impl Inspector for Judge {
    fn reads(&self, method: &str) -> bool {
        match method {
            "ApplyResourceChange" => !self.wanted.is_empty(),
            "GetSchema" | "GetProviderSchema" | "PlanResourceChange" => !self.rules().is_empty(),
            _ => false,
        }
    }

    fn known(&self, provider: &Provider, method: &str) -> Option<Bytes> {
        self.schemas.answer(provider, method)
    }

    fn known_of(&self, provider: &Provider, method: &str, names: &Names) -> Option<Bytes> {
        let answer = self.schemas.answer(provider, method)?;
        Some(schema::trimmed(&answer, names).unwrap_or(answer))
    }

    fn request(&self, provider: &Provider, method: &str, request: &Bytes) -> Option<Bytes> {
        if method != "ApplyResourceChange" {
            return None;
        }
        let denied = self.timed(|| self.applying(provider, request));
        match (denied, self.unrecorded()) {
            (Ok(Some(denial)), _) => Some(denial),
            (Ok(None), None) => None,
            (Ok(None), Some(problem)) => self.enforced().then(|| refuse(request, provider, problem)),
            (Err(message), _) => {
                let problem = self.unreadable(&message);
                self.enforced().then(|| refuse(request, provider, problem))
            }
        }
    }

    fn response(&self, provider: &Provider, method: &str, request: &Bytes, response: Bytes) -> Bytes {
        match method {
            "GetSchema" | "GetProviderSchema" => {
                self.timed(|| self.schemas.learn(provider, method, &response, &self.wanted));
                response
            }
            "PlanResourceChange" => {
                let judged = self.timed(|| self.planned(provider, request, &response));
                let mut diagnostics = judged.unwrap_or_else(|message| vec![self.unreadable(&message)]);
                diagnostics.extend(self.unrecorded());
                appended(response, PlanResponse { diagnostics, ..PlanResponse::default() }.encode_to_vec())
            }
            "ApplyResourceChange" => {
                let judged = self.timed(|| self.applied(provider, request, &response));
                // The change is made: that its result cannot be read stops nothing any more.
                let diagnostics = judged.unwrap_or_default();
                appended(response, ApplyResponse { diagnostics, ..ApplyResponse::default() }.encode_to_vec())
            }
            _ => response,
        }
    }
}
