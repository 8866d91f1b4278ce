//! Bills, commitments and the Spot market.

use std::path::Path;

use anyhow::{Result, ensure};
use parapet_tests::tools::Terraform;
use serde_json::{Value, json};

use crate::stack::{HERE, Stack, actions, has};

const S3: &str = "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, \
                  SignedHeaders=host, Signature=0\r\n";

fn month(start: &str, groups: &[(&str, &str, &str)]) -> Value {
    let groups = groups.iter().map(|(key, amount, unit)| {
        json!({ "Keys": [key], "Metrics": { "UnblendedCost": { "Amount": amount, "Unit": unit } } })
    });
    json!({
        "TimePeriod": { "Start": start, "End": start }, "Total": {}, "Groups": groups.collect::<Vec<_>>(),
        "Estimated": false,
    })
}

fn spot_estate() -> Value {
    let instance = |id: &str, tags: Value| json!({ "id": id, "instance_type": "m5.2xlarge", "tags": tags });
    let busy = json!({ "AWS/EC2/CPUUtilization": { "mean": 60, "p95": 85, "max": 98 } });
    json!({
        "instances": [instance("i-spot", json!({ "interruptible": "true" })), instance("i-plain", json!({}))],
        "metrics": { "i-spot": busy, "i-plain": busy },
    })
}

/// Cost Explorer as moto answers it, and the Spot Instance Advisor's data in a bucket of moto's.
pub(crate) fn bills_and_spot(terraform: &Terraform, moto: &Path) -> Result<()> {
    let stack = Stack::with_moto(terraform, moto)?;
    stack.seed(HERE, &spot_estate())?;
    let compute = "Amazon Elastic Compute Cloud - Compute";
    let results = json!({ "results": [
        { "ResultsByTime": [
            month("2026-01-01", &[(compute, "812.4301", "USD"), ("Amazon Simple Storage Service", "1.5E-7", "USD")]),
            month("2026-02-01", &[(compute, "790.25", "USD"), ("Credits", "-12.5", "USD"), ("Other", "7", "EUR")]),
        ] },
        { "ResultsByTime": [month("2026-01-01", &[("team$orders", "500", "USD"), ("team$", "312.4301", "USD")])] },
    ] });
    stack.request(("POST", "/moto-api/static/ce/cost-and-usage-results"), "", results.to_string().as_bytes())?;
    let advisor = json!({
        "ranges": [{ "index": 0, "label": "<5%" }], "instance_types": {},
        "spot_advisor": { HERE: { "Linux": { "m5.2xlarge": { "s": 60, "r": 0 } } } },
    });
    stack.request(("PUT", "/spot-bid-advisor"), S3, b"")?;
    stack.request(("PUT", "/spot-bid-advisor/spot-advisor-data.json"), S3, advisor.to_string().as_bytes())?;

    stack.workspace.apply(&["-var=cost_tag=team"])?.succeeds().says("EUR");
    let found = stack.found()?;
    let row = |month: &str, service: Value, tag: Value, usd: f64| {
        let rows = found["spend"].as_array().cloned().unwrap_or_default();
        rows.iter().any(|it| {
            it["month"] == json!(month)
                && it["service"] == service
                && it["tag_value"] == tag
                && it["usd"].as_f64().is_some_and(|it| (it - usd).abs() < 1e-9)
        })
    };
    ensure!(row("2026-01-01", json!(compute), Value::Null, 812.4301), "{:#}", found["spend"]);
    ensure!(row("2026-01-01", json!("Amazon Simple Storage Service"), Value::Null, 1.5e-7), "{:#}", found["spend"]);
    ensure!(row("2026-02-01", json!("Credits"), Value::Null, -12.5), "{:#}", found["spend"]);
    ensure!(row("2026-01-01", Value::Null, json!("orders"), 500.0), "{:#}", found["spend"]);
    ensure!(row("2026-01-01", Value::Null, json!(""), 312.4301), "{:#}", found["spend"]);
    ensure!(!found["spend"].to_string().contains("Other"), "another currency: {:#}", found["spend"]);
    ensure!(found["failures"].as_array().is_some_and(|it| it.len() == 1), "{:#}", found["failures"]);

    ensure!(has(&found, "MigrateToSpot", "i-spot"), "{:#?}", actions(&found));
    ensure!(!has(&found, "MigrateToSpot", "i-plain"), "{:#?}", actions(&found));
    stack.workspace.plan_changes(&["-var=cost_tag=team"])?.succeeds().says("No changes");
    Ok(())
}

pub(crate) fn commitments(terraform: &Terraform) -> Result<()> {
    let stack = Stack::new(terraform)?;
    let of = |region: &str, on_demand: &str, covered: &str, all: &str| {
        json!({
            "Attributes": { "REGION": region },
            "Coverage": {
                "OnDemandCost": on_demand, "SpendCoveredBySavingsPlans": covered, "TotalCost": all,
                "CoveragePercentage": "20",
            },
            "TimePeriod": { "Start": "2026-01-01", "End": "2026-01-15" },
        })
    };
    let reserved = json!({ "CoveragesByTime": [{
        "TimePeriod": { "Start": "2026-01-01", "End": "2026-01-15" },
        "Groups": [{ "Attributes": { "region": HERE }, "Coverage": {
            "CoverageHours": { "ReservedHours": "0", "TotalRunningHours": "336", "OnDemandHours": "336" },
            "CoverageCost": { "OnDemandCost": "140" },
        } }],
    }] });
    let offer = json!({ "SavingsPlansPurchaseRecommendation": { "SavingsPlansPurchaseRecommendationDetails": [{
        "SavingsPlansDetails": { "Region": HERE, "InstanceFamily": "m5" }, "CurrencyCode": "USD",
        "HourlyCommitmentToPurchase": "1.25", "EstimatedMonthlySavingsAmount": "310.5",
    }] } });
    stack.seed(
        HERE,
        &json!({ "cost_explorer": {
            "GetSavingsPlansCoverage": { "SavingsPlansCoverages": [of(HERE, "800", "200", "1000"), of("eu-west-1", "5", "95", "100")] },
            "GetSavingsPlansPurchaseRecommendation": offer,
            "GetReservationCoverage": reserved,
        } }),
    )?;
    stack.workspace.apply(&[])?.succeeds();
    let found = stack.found()?;
    ensure!(found["failures"] == json!([]), "{found:#}");
    let all = found["recommendations"].as_array().cloned().unwrap_or_default();
    let plans = all.iter().find(|it| it["action"] == json!("PurchaseSavingsPlans")).cloned().unwrap_or_default();
    ensure!(plans["monthly_savings_usd"].as_f64() == Some(310.5), "{found:#}");
    ensure!(plans["recommended"].as_str().is_some_and(|it| it.contains("1.25 USD an hour")), "{plans:#}");
    ensure!(all.iter().any(|it| it["action"] == json!("PurchaseReservedInstances")), "{found:#}");
    Ok(())
}
