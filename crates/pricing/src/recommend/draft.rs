//! Where the rules write what they found.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::cost::Cost;
use super::inventory::{Inventory, Tags};
use super::limits::Limits;
use super::output::{Action, Confidence, Recommendation};
use crate::book::Book;
use crate::money::dollars;

/// What a rule found. The desk adds what is the same for all of a region, and the sums.
pub(super) struct Draft<'a> {
    pub(super) action: Action,
    /// As [`Recommendation::resource_type`].
    pub(super) kind: &'static str,
    pub(super) arn: String,
    pub(super) id: &'a str,
    pub(super) tags: &'a Tags,
    pub(super) current: String,
    pub(super) recommended: String,
    /// What it costs now, and what it would cost then.
    pub(super) now: Cost,
    pub(super) then: Cost,
    pub(super) confidence: (Confidence, String),
    pub(super) reason: String,
    pub(super) evidence: Evidence,
    pub(super) remediation: String,
}

/// Figures by their names.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence(BTreeMap<String, String>);

impl Evidence {
    pub(super) fn with(mut self, name: &str, figure: impl ToString) -> Self {
        self.0.insert(name.to_owned(), figure.to_string());
        self
    }

    /// A measured figure, to the tenth.
    pub(super) fn measured(self, name: &str, figure: f64) -> Self {
        self.with(name, format!("{figure:.1}"))
    }
}

/// The region, the thresholds, the prices, and what was found so far.
pub(super) struct Desk<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) limits: &'a Limits,
    pub(super) book: &'a Book,
    found: Vec<Recommendation>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(inventory: &'a Inventory, limits: &'a Limits, book: &'a Book) -> Self {
        Self { inventory, limits, book, found: Vec::new() }
    }

    pub(super) fn region(&self) -> &'a str {
        &self.inventory.region
    }

    /// Whether a resource has all the tags that are asked for.
    pub(super) fn looks_at(&self, tags: &Tags) -> bool {
        self.limits.looks_at(tags)
    }

    /// Whole days from then until the inventory was read; 0 for the future.
    pub(super) fn days_since(&self, then: Timestamp) -> u32 {
        let days = self.inventory.read_at.duration_since(then).as_hours() / 24;
        u32::try_from(days).unwrap_or(0)
    }

    /// `arn:aws:ec2:eu-west-1:123456789012:volume/vol-1`
    pub(super) fn arn(&self, service: &str, resource: &str) -> String {
        let partition = match self.region() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        let end = if resource.is_empty() { String::new() } else { format!(":{resource}") };
        format!("arn:{partition}:{service}:{}:{}{end}", self.region(), self.inventory.account)
    }

    /// Takes a draft, unless nobody asked for its action and its kind or it would not lower the bill.
    pub(super) fn add(&mut self, draft: Draft<'_>) {
        let savings = draft.now.usd().zip(draft.then.usd()).map(|(now, then)| now - then);
        let wanted = self.limits.wants(draft.action) && self.limits.wants_kind(draft.kind);
        if !wanted || savings.is_some_and(|it| it <= Decimal::ZERO) {
            return;
        }
        let mut sources: Vec<String> = draft.now.sources().chain(draft.then.sources()).cloned().collect();
        sources.sort_unstable();
        sources.dedup();
        let mut evidence = draft.evidence.0;
        if let Some((now, then)) = draft.now.usd().zip(draft.then.usd()) {
            evidence.insert("monthly_usd_now".to_owned(), dollars(now));
            evidence.insert("monthly_usd_then".to_owned(), dollars(then));
        }
        let unknown = if draft.now.why().is_empty() { draft.then.why() } else { draft.now.why() };
        self.found.push(Recommendation {
            action: draft.action,
            resource_type: draft.kind.to_owned(),
            resource_arn: draft.arn,
            resource_id: draft.id.to_owned(),
            account: self.inventory.account.clone(),
            region: self.inventory.region.clone(),
            tags: draft.tags.clone(),
            current: draft.current,
            recommended: draft.recommended,
            current_monthly_usd: draft.now.usd(),
            monthly_savings_usd: savings,
            counted_savings_usd: savings.unwrap_or_default(),
            savings_unknown: unknown.to_owned(),
            confidence: draft.confidence.0,
            confidence_reason: draft.confidence.1,
            reason: draft.reason,
            evidence,
            remediation: draft.remediation,
            sources,
        });
    }

    /// Of the recommendations for one resource the one that saves most is counted.
    pub(super) fn count_once(&mut self) {
        let mut best: BTreeMap<String, (usize, Decimal)> = BTreeMap::new();
        for (index, it) in self.found.iter().enumerate() {
            let savings = it.counted_savings_usd;
            let entry = best.entry(it.resource_arn.clone()).or_insert((index, savings));
            if savings > entry.1 {
                *entry = (index, savings);
            }
        }
        for (index, it) in self.found.iter_mut().enumerate() {
            if best.get(&it.resource_arn).is_none_or(|(counted, _)| *counted != index) {
                it.counted_savings_usd = Decimal::ZERO;
            }
        }
    }

    /// What has been found.
    pub(super) fn so_far(&self) -> &[Recommendation] {
        &self.found
    }

    /// The last one, for a rule that counts less of it than it saves.
    pub(super) fn last(&mut self) -> Option<&mut Recommendation> {
        self.found.last_mut()
    }

    pub(super) fn found(self) -> Vec<Recommendation> {
        self.found
    }
}
