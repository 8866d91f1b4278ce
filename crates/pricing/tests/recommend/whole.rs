//! What holds of all recommendations together.

use std::collections::BTreeMap;

use parapet_pricing::recommend::{
    Action, Commitments, Coverage, Failure, Gauge, Instance, Inventory, LastUse, Limits, Month, Offer, Recommendations,
    Report, Spend, Tags, Volume, kind, recommend,
};
use parapet_pricing::{Book, Currency, Decimal};
use proptest::prelude::*;

use super::{ago, database, found, gauge, instance, inventory, tags, usd};

/// One that could be rightsized, upgraded and moved to Graviton.
fn promising() -> Instance {
    Instance { cpu_percent: gauge(10.0, 20.0, 30.0), ..instance("m4.2xlarge") }
}

#[test]
fn of_one_resource_the_best_is_counted() {
    let all = found(&Inventory { instances: vec![promising()], ..inventory() });
    let actions: Vec<Action> = all.recommendations.iter().map(|it| it.action).collect();
    assert!(actions.contains(&Action::Upgrade) && actions.contains(&Action::MigrateToGraviton), "{actions:?}");
    let best = all.recommendations.iter().filter_map(|it| it.monthly_savings_usd).max().unwrap();
    assert_eq!(all.total_monthly_savings_usd, best);
    assert_eq!(all.recommendations.iter().filter(|it| !it.counted_savings_usd.is_zero()).count(), 1);
}

#[test]
fn only_what_is_asked_for_is_looked_at() {
    let tagged = Instance { id: "i-2".to_owned(), tags: tags(&[("team", "shop")]), ..promising() };
    let inventory = Inventory { instances: vec![promising(), tagged], ..inventory() };
    let with = |limits: Limits| recommend(&inventory, &limits, Book::reference()).unwrap().recommendations;
    let filters =
        |all: &[(&str, &str)]| tags(all).into_iter().map(|(key, value)| (key, vec!["-".to_owned(), value])).collect();
    let shop = with(Limits { tag_filters: filters(&[("team", "shop")]), ..Limits::default() });
    assert!(!shop.is_empty() && shop.iter().all(|it| it.resource_id == "i-2"));
    let both = filters(&[("team", "shop"), ("stage", "test")]);
    assert!(with(Limits { tag_filters: both, ..Limits::default() }).is_empty());
    let upgrades = with(Limits { actions: vec![Action::Upgrade], ..Limits::default() });
    assert!(upgrades.len() == 2 && upgrades.iter().all(|it| it.action == Action::Upgrade));
    let of_databases = Limits { kinds: vec![kind::DATABASE], ..Limits::default() };
    assert!(with(of_databases).is_empty());
}

#[test]
fn an_empty_account_has_nothing_to_save() {
    assert_eq!(found(&inventory()), Recommendations::default());
}

fn covered(percent: u32, offer: Option<&str>) -> Coverage {
    Coverage {
        on_demand_usd: usd("1000"),
        covered_percent: Decimal::from(percent),
        offer: offer.map(|it| Offer { what: "Compute Savings Plan".to_owned(), monthly_savings_usd: usd(it) }),
    }
}

#[test]
fn a_commitment_counts_for_what_the_others_leave() {
    let with = |coverage: Coverage, instances: Vec<Instance>| {
        let commitments = Commitments { savings_plans: Some(coverage), ..Commitments::default() };
        found(&Inventory { commitments, instances, ..inventory() })
    };
    let one = |all: &Recommendations| {
        all.recommendations.iter().find(|it| it.action == Action::PurchaseSavingsPlans).cloned()
    };
    let alone = with(covered(50, Some("250")), vec![]);
    assert_eq!(one(&alone).unwrap().counted_savings_usd, usd("250"));
    assert!(one(&with(covered(80, Some("250")), vec![])).is_none(), "80% are enough");
    assert!(one(&with(covered(79, Some("250")), vec![])).is_some());
    assert_eq!(one(&with(covered(50, None), vec![])).unwrap().monthly_savings_usd, None);
    assert_eq!(one(&with(covered(50, Some("1001")), vec![])).unwrap().monthly_savings_usd, None, "more than all of it");

    let both = with(covered(50, Some("250")), vec![promising()]);
    let plan = one(&both).unwrap();
    let others = both.total_monthly_savings_usd - plan.counted_savings_usd;
    assert!(others > Decimal::ZERO);
    assert_eq!(plan.counted_savings_usd, usd("250") * (usd("1000") - others) / usd("1000"));
}

#[test]
fn reserved_capacity_is_by_service() {
    let reservations = BTreeMap::from([("Amazon Relational Database Service".to_owned(), covered(10, Some("300")))]);
    let commitments = Commitments { reservations, ..Commitments::default() };
    let all = found(&Inventory { commitments, ..inventory() });
    let it = &all.recommendations[0];
    assert_eq!((it.action, it.counted_savings_usd), (Action::PurchaseReservedInstances, usd("300")));
    assert_eq!(it.resource_id, "Amazon Relational Database Service");
}

#[test]
fn regions_are_merged() {
    let one = || Inventory { instances: vec![promising()], ..inventory() };
    let here = found(&one());
    let there = found(&Inventory { region: "eu-west-1".to_owned(), ..one() });
    let sum = here.total_monthly_savings_usd + there.total_monthly_savings_usd;
    let count = here.recommendations.len() + there.recommendations.len();
    let merged = Recommendations::merged([here, there]).unwrap();
    assert_eq!((merged.total_monthly_savings_usd, merged.recommendations.len()), (sum, count));
}

#[test]
fn a_report_is_read_back_with_amounts_as_text_or_numbers() {
    let month = Month {
        start: "2026-10-01".parse().unwrap(),
        estimated: false,
        by_service: BTreeMap::from([("EC2".to_owned(), usd("12.5"))]),
        by_tag: BTreeMap::from([(String::new(), usd("-1.25"))]),
    };
    let spend = Spend { currency: Currency::USD, tag: Some("team".to_owned()), months: vec![month] };
    let failure = Failure {
        service: "RDS".to_owned(),
        operation: "DescribeDBInstances".to_owned(),
        region: Some("us-east-1".to_owned()),
        reason: "access denied".to_owned(),
        permission: Some("rds:DescribeDBInstances".to_owned()),
    };
    let report = Report {
        found: found(&Inventory { instances: vec![promising()], ..inventory() }),
        failures: vec![failure],
        spend: spend.bills(),
    };
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    let total = parapet_pricing::money::digits(report.found.total_monthly_savings_usd);
    let numbers = text.replace(
        &format!("\"total_monthly_savings_usd\":\"{total}\""),
        &format!("\"total_monthly_savings_usd\":{total}"),
    );
    assert_ne!(numbers, text);
    assert_eq!(serde_json::from_str::<Report>(&numbers).unwrap(), report);
}

fn level() -> impl Strategy<Value = Gauge> {
    let values = (0.0..100.0f64, 0.0..100.0f64, 0.0..100.0f64);
    prop_oneof![
        1 => Just(Gauge::NotRead),
        1 => Just(Gauge::Silent),
        6 => values.prop_map(|(a, b, c)| gauge(a.min(b).min(c), a, a.max(b).max(c))),
    ]
}

prop_compose! {
    fn any_instance()(
        kind in prop::sample::select(vec!["m4.large", "m5.4xlarge", "t2.medium", "t3.2xlarge", "r4.xlarge", "c5d.2xlarge", "m7i-flex.large", "x9.large"]),
        cpu in level(), memory in level(), network in level(), running in any::<bool>(),
    ) -> Instance {
        Instance { cpu_percent: cpu, memory_percent: memory, network_bytes_per_second: network, running, ..instance(kind) }
    }
}

prop_compose! {
    fn any_volume()(
        kind in prop::sample::select(vec!["gp2", "gp3", "io1", "st1", "gp9"]),
        size in 1u32..20_000, attached in any::<bool>(), iops in prop::option::of(100u32..64_000), mibps in prop::option::of(125u32..1_000),
    ) -> Volume {
        Volume {
            id: "vol-1".to_owned(), kind: kind.to_owned(), size_gib: size, iops, throughput_mib: mibps,
            attached_to: if attached { vec!["i-1".to_owned()] } else { Vec::new() },
            created: ago(100), last_attached: LastUse::NotInLookback, tags: Tags::new(),
        }
    }
}

proptest! {
    #[test]
    fn nothing_raises_the_bill_and_the_sum_stays_below_it(
        instances in prop::collection::vec(any_instance(), 0..8),
        volumes in prop::collection::vec(any_volume(), 0..8),
        classes in prop::collection::vec((prop::sample::select(vec!["db.m4.large", "db.m5.2xlarge", "db.t3.medium", "db.zz.large"]), level()), 0..4),
    ) {
        let numbered = |kind: &str, index: usize| format!("{kind}-{index}");
        let instances = instances.into_iter().enumerate().map(|(at, it)| Instance { id: numbered("i", at), ..it });
        let volumes = volumes.into_iter().enumerate().map(|(at, it)| Volume { id: numbered("vol", at), ..it });
        let databases = classes.into_iter().enumerate().map(|(at, (class, cpu))| {
            parapet_pricing::recommend::Database { arn: numbered("arn:db", at), cpu_percent: cpu, ..database(class) }
        });
        let all = found(&Inventory {
            instances: instances.collect(), volumes: volumes.collect(), databases: databases.collect(), ..inventory()
        });
        let mut bills: BTreeMap<&str, Decimal> = BTreeMap::new();
        let mut counted: BTreeMap<&str, Decimal> = BTreeMap::new();
        for it in &all.recommendations {
            if let Some(savings) = it.monthly_savings_usd {
                let bill = it.current_monthly_usd.unwrap();
                prop_assert!(savings > Decimal::ZERO && savings <= bill, "{it:?}");
                bills.insert(&it.resource_arn, bill);
            }
            prop_assert!(it.counted_savings_usd <= it.monthly_savings_usd.unwrap_or_default());
            *counted.entry(&it.resource_arn).or_default() += it.counted_savings_usd;
        }
        for (arn, counted) in &counted {
            prop_assert!(*counted <= bills.get(arn).copied().unwrap_or_default(), "{arn}");
        }
        prop_assert_eq!(all.total_monthly_savings_usd, counted.values().sum::<Decimal>());
        prop_assert!(all.total_monthly_savings_usd <= bills.values().sum::<Decimal>());
        prop_assert_eq!(all.unpriced_count, all.recommendations.iter().filter(|it| it.monthly_savings_usd.is_none()).count());
    }
}
