//! A selection for programs. Amounts are strings: a number of JSON would become a binary float where it is read.

use parapet_pricing::spot::{Chosen, Infeasible, Reason, Selection};
use parapet_pricing::{Money, Price, Source};
use serde_json::{Value, json};

pub(super) fn selection(region: &str, selection: &Selection) -> Value {
    let money = |money: Option<Money>| money.map(|it| it.amount.normalize().to_string());
    json!({
        "feasible": true,
        "region": region,
        "vcpu": selection.shape.vcpu,
        "memory_mib": selection.shape.memory_mib,
        "architecture": selection.shape.architecture.as_str(),
        "gpus": selection.shape.gpus,
        "instance_types": selection.chosen.iter().map(chosen).collect::<Vec<_>>(),
        "mean_on_demand_usd": money(selection.mean_on_demand),
        "mean_spot_usd": money(selection.mean_spot),
        "savings_percent": selection.savings_percent().map(|it| it.round_dp(4).normalize().to_string()),
        "selection_hash": selection.hash,
        "considered": selection.considered,
        "left_out": left_out(&selection.left_out),
    })
}

pub(super) fn infeasible(region: &str, infeasible: &Infeasible) -> Value {
    let relaxations = infeasible.relaxations.iter().map(|it| {
        let changes =
            it.changes.iter().map(|(attribute, from, to)| json!({"attribute": attribute, "from": from, "to": to}));
        json!({
            "changes": changes.collect::<Vec<_>>(),
            "brings": it.brings.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
        })
    });
    json!({
        "feasible": false,
        "region": region,
        "message": infeasible.to_string(),
        "considered": infeasible.considered,
        "fitting": infeasible.fitting,
        "left_out": left_out(&infeasible.left_out),
        "relaxations": relaxations.collect::<Vec<_>>(),
    })
}

fn left_out(counts: &std::collections::BTreeMap<Reason, usize>) -> Value {
    counts.iter().map(|(reason, count)| (reason.as_str().to_owned(), json!(count))).collect()
}

fn chosen(it: &Chosen) -> Value {
    json!({
        "type": it.instance_type.as_str(),
        "vcpu": it.vcpu,
        "memory_mib": it.memory_mib,
        "on_demand": price(&it.on_demand),
        "spot": price(&it.spot),
        "savings_percent": it.savings_percent.map(|it| it.round_dp(4).normalize().to_string()),
        "interruption": it.interruption.as_ref().map(|it| json!({"rate": it.bucket.as_str(), "source": source(&it.source)})),
        "placement_score": it.placement_score,
        "zones": it.zones,
        "score": it.score,
        "why": it.why,
    })
}

fn price(price: &Price) -> Value {
    match price {
        Price::Known(quote) => json!({
            "usd_per_hour": quote.money.amount.normalize().to_string(),
            "estimated": quote.estimated,
            "source": source(&quote.source),
        }),
        Price::Unknown(why) => json!({"usd_per_hour": null, "unknown": why}),
    }
}

fn source(source: &Source) -> Value {
    json!({"kind": source.kind.as_str(), "name": source.name, "date": source.date.map(|it| it.to_string())})
}
