//! Waivers: findings that are accepted for a while, by address in `parapet.hcl` or by a comment where they stand.
//!
//! A waived finding is reported as waived and never decides the exit code. A waiver that is expired, or covers nothing
//! although its rules were evaluated, fails the run: it would outlive what it was made for.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::finding::{Finding, Waived};
use crate::ledger::{Report, RuleSummary, WaiverState, WaiverSummary};
use crate::rules::matches;
use crate::settings::{Settings, WaiverSetting};
use crate::severity::Verdict;

mod comment;
mod scan;

#[cfg(test)]
mod tests;

pub use comment::{CommentError, Comments, Syntax};

use comment::{Comment, Kind};

/// Today, in UTC: the same day for everyone who looks at a report.
pub fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// Date and time, in UTC, as people read them: `2026-06-30 12:00 UTC`.
pub fn now() -> String {
    let now = TimeZone::UTC.to_datetime(Timestamp::now());
    format!("{} {:02}:{:02} UTC", now.date(), now.hour(), now.minute())
}

/// Marks the findings of a report that waivers cover, and reports what became of every waiver.
///
/// An evaluation that failed is never waived.
pub fn apply(report: &mut Report, settings: Option<&Settings>, comments: &Comments, today: Date) {
    let written = settings.map(|settings| settings.waivers.as_slice()).unwrap_or_default();
    let mut used = vec![0_u64; written.len()];
    let mut used_comments = vec![0_u64; comments.all().len()];
    let rules = &report.policies.rules;
    for finding in report.findings.iter_mut().filter(|finding| finding.verdict != Verdict::Error) {
        let aliases = rules.iter().find(|rule| rule.id == finding.rule).map(|rule| rule.aliases.as_slice());
        let aliases = aliases.unwrap_or_default();
        // Every waiver that covers it is of use; the first one written is named.
        let mut waived = None;
        for (waiver, used) in written.iter().zip(&mut used) {
            if waiver.expires >= today && waiver.covers(finding) {
                *used += 1;
                waived.get_or_insert_with(|| waiver.waived());
            }
        }
        for (comment, used) in comments.all().iter().zip(&mut used_comments) {
            if !comment.expired(today) && comment.covers(finding, aliases) {
                *used += 1;
                waived.get_or_insert_with(|| comment.waived());
            }
        }
        finding.waived = waived;
    }
    let mut waivers: Vec<WaiverSummary> =
        written.iter().zip(used).map(|(waiver, findings)| waiver.summary(findings, rules, today)).collect();
    let comments = comments.all().iter().zip(used_comments);
    // A comment made for another tool is no business of ours unless it covers something.
    let ours = comments.filter(|(comment, findings)| comment.kind == Kind::Parapet || *findings > 0);
    waivers.extend(ours.map(|(comment, findings)| comment.summary(findings, rules, today)));
    report.waivers = waivers;
}

fn state(expired: bool, findings: u64, evaluated: bool) -> WaiverState {
    match () {
        () if expired => WaiverState::Expired,
        () if findings > 0 => WaiverState::Used,
        () if evaluated => WaiverState::Unused,
        () => WaiverState::Idle,
    }
}

impl WaiverSetting {
    /// Whether the waiver, expired or not, is about this finding.
    pub fn covers(&self, finding: &Finding) -> bool {
        matches(&self.rule.value, &finding.rule) && address_matches(&self.address, &finding.subject.address)
    }

    /// Whether the waiver may be about a finding of a rule whose address is not known: as long as only its type is, the
    /// finding cannot be refused for good. Expired waivers never are.
    pub fn may_cover(&self, rule: &str, kind: &str, today: Date) -> bool {
        let named = self.address.contains(kind) || !self.address.contains('_') || self.address.ends_with('*');
        self.expires >= today && matches(&self.rule.value, rule) && named
    }

    /// The decision as a finding carries it.
    pub fn waived(&self) -> Waived {
        Waived {
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            expires: Some(self.expires.to_string()),
            place: self.place.to_string(),
        }
    }

    fn summary(&self, findings: u64, rules: &[RuleSummary], today: Date) -> WaiverSummary {
        let evaluated = rules.iter().any(|rule| rule.evaluated > 0 && matches(&self.rule.value, &rule.id));
        WaiverSummary {
            rule: self.rule.value.clone(),
            address: self.address.clone(),
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            expires: Some(self.expires.to_string()),
            place: self.place.to_string(),
            state: state(self.expires < today, findings, evaluated),
            findings,
        }
    }
}

impl Comment {
    fn summary(&self, findings: u64, rules: &[RuleSummary], today: Date) -> WaiverSummary {
        let evaluated = rules.iter().any(|rule| rule.evaluated > 0 && matches(&self.rule, &rule.id));
        WaiverSummary {
            rule: self.rule.clone(),
            address: String::new(),
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            expires: self.expires.map(|date| date.to_string()),
            place: self.place.to_string(),
            state: state(self.expired(today), findings, evaluated),
            findings,
        }
    }
}

/// Whether a pattern matches an address as it is, or without the keys of its instances: `aws_instance.web` means every
/// `aws_instance.web[0]`, and `module.a.*` everything in every `module.a["x"]`.
fn address_matches(pattern: &str, address: &str) -> bool {
    matches(pattern, address) || (!pattern.contains('[') && matches(pattern, &without_keys(address)))
}

/// `module.a["x"].aws_instance.web[0]` as `module.a.aws_instance.web`.
fn without_keys(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let (mut inside, mut quoted, mut escaped) = (false, false, false);
    for c in address.chars() {
        match c {
            '"' if inside && !escaped => quoted = !quoted,
            '[' if !inside => inside = true,
            ']' if inside && !quoted => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    out
}
