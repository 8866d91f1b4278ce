//! Recommendations for a spreadsheet (RFC 4180).

use parapet_policy::report::csv::line;
use parapet_pricing::money::digits;
use parapet_pricing::recommend::Report;

pub(super) fn render(report: &Report) -> String {
    let header = [
        "action",
        "resource_type",
        "resource_id",
        "resource_arn",
        "account",
        "region",
        "name",
        "current",
        "recommended",
        "current_monthly_usd",
        "monthly_savings_usd",
        "counted_savings_usd",
        "confidence",
        "confidence_reason",
        "reason",
        "savings_unknown",
        "evidence",
        "remediation",
    ];
    let rows = report.found.recommendations.iter().map(|it| {
        let evidence: Vec<String> = it.evidence.iter().map(|(name, figure)| format!("{name}={figure}")).collect();
        line([
            it.action.to_string(),
            it.resource_type.clone(),
            it.resource_id.clone(),
            it.resource_arn.clone(),
            it.account.clone(),
            it.region.clone(),
            it.tags.get("Name").cloned().unwrap_or_default(),
            it.current.clone(),
            it.recommended.clone(),
            it.current_monthly_usd.map(digits).unwrap_or_default(),
            it.monthly_savings_usd.map(digits).unwrap_or_default(),
            digits(it.counted_savings_usd),
            it.confidence.to_string(),
            it.confidence_reason.clone(),
            it.reason.clone(),
            it.savings_unknown.clone(),
            evidence.join("; "),
            it.remediation.clone(),
        ])
    });
    std::iter::once(line(header.map(str::to_owned))).chain(rows).collect()
}
