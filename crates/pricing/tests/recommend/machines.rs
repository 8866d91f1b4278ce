//! Instances and databases.

use std::sync::Arc;

use parapet_pricing::money::Money;
use parapet_pricing::recommend::{
    Action, Ceilings, Confidence, Database, Gauge, Instance, Inventory, Lifecycle, Limits, Platform, Series,
    SpotMarket, counterparts, recommend, runs_on_graviton,
};
use parapet_pricing::source::{Price, Quote, Source, SourceKind};
use parapet_pricing::spot::{Interruption, InterruptionBucket};
use parapet_pricing::{Book, InstanceType};

use super::{becomes, database, evidence, gauge, instance, inventory, of, savings, series, some, tags, usd};

fn used(instance_type: &str, p95: f64, max: f64, memory: Option<f64>) -> Instance {
    Instance {
        cpu_percent: gauge(p95 / 2.0, p95, max),
        memory_percent: memory.map_or(Gauge::Silent, |max| gauge(max, max, max)),
        ..instance(instance_type)
    }
}

#[test]
fn a_smaller_type_carries_p95_and_max_and_the_memory() {
    for (from, p95, max, memory, expected) in [
        // Half the processors; the memory that nobody sees is kept: 0.384 - 0.252 USD an hour.
        ("m5.2xlarge", 30.0, 40.0, None, some("r5.xlarge", "96.36")),
        // The memory is seen: 0.384 - 0.192.
        ("m5.2xlarge", 30.0, 40.0, Some(30.0), some("m5.xlarge", "140.16")),
        // 70% at the 95th percentile and 90% at most are just carried.
        ("m5.2xlarge", 35.0, 45.0, Some(30.0), some("m5.xlarge", "140.16")),
        // A little more of either needs all processors, and half the memory is enough: 0.384 - 0.34.
        ("m5.2xlarge", 35.1, 45.0, Some(30.0), some("c5.2xlarge", "32.12")),
        ("m5.2xlarge", 35.0, 45.1, Some(30.0), some("c5.2xlarge", "32.12")),
        // 40% of 32 GiB are 80% of 16 GiB, and more are not.
        ("m5.2xlarge", 35.0, 45.0, Some(40.0), some("m5.xlarge", "140.16")),
        ("m5.2xlarge", 35.0, 45.0, Some(40.1), some("r5.xlarge", "96.36")),
        // A low mean and a low 95th percentile do not act against a high maximum.
        ("m5.2xlarge", 5.0, 95.0, None, None),
        // Nothing is smaller.
        ("c5.large", 1.0, 20.0, Some(10.0), None),
        // Local disks are kept: 0.452 - 0.226.
        ("m5d.2xlarge", 30.0, 40.0, Some(30.0), some("m5d.xlarge", "164.98")),
        // Credits pay for 20% of a medium: 10% of two processors in the mean are as much there. 0.0832 - 0.0416.
        ("t3.large", 20.0, 40.0, Some(30.0), some("t3.medium", "30.368")),
        ("t3.large", 50.0, 60.0, Some(30.0), None),
    ] {
        let got = becomes(Action::Rightsize, used(from, p95, max, memory));
        assert_eq!(got, expected, "{from} at {p95} and {max}, memory {memory:?}");
    }
}

#[test]
fn fourteen_days_and_their_samples_are_needed() {
    let seen = |days: u32, datapoints: u32| {
        let cpu = Series { days, datapoints, ..series(10.0, 30.0, 40.0) };
        let it = Instance { cpu_percent: Gauge::Values(cpu), ..instance("m5.2xlarge") };
        let limits = Limits { min_days: 1, ..Limits::default() };
        let inventory = Inventory { instances: vec![it], ..inventory() };
        let found = recommend(&inventory, &limits, Book::reference()).unwrap().recommendations;
        found.iter().any(|it| it.action == Action::Rightsize)
    };
    assert!(seen(14, 336));
    assert!(!seen(13, 4_000), "14 days, whatever the limits say");
    assert!(!seen(14, 335));
}

#[test]
fn what_was_not_read_or_is_no_number_is_not_judged() {
    for cpu in [Gauge::NotRead, Gauge::Silent, gauge(f64::NAN, 1.0, 1.0), gauge(1.0, 1.0, f64::INFINITY)] {
        let it =
            Instance { cpu_percent: cpu, network_bytes_per_second: gauge(0.0, 0.0, 0.0), ..instance("m5.2xlarge") };
        assert_eq!(becomes(Action::Rightsize, it.clone()), None);
        assert_eq!(becomes(Action::Stop, it), None);
    }
}

#[test]
fn confidence_says_what_was_seen() {
    let m5: InstanceType = "m5.xlarge".parse().unwrap();
    let ceilings = |network: f64| Ceilings {
        ebs_iops: Some(6_000.0),
        ebs_bytes_per_second: Some(143_750_000.0),
        network_bytes_per_second: Some(network),
    };
    let found = |instance: Instance, ceiling: Option<Ceilings>| {
        let mut inventory = Inventory { instances: vec![instance], ..inventory() };
        inventory.ceilings.extend(ceiling.map(|it| (m5.clone(), it)));
        inventory.ceilings.extend(ceiling.map(|it| ("r5.xlarge".parse().unwrap(), it)));
        of(Action::Rightsize, &inventory).first().map(|it| (it.recommended.clone(), it.confidence))
    };
    let all = used("m5.2xlarge", 30.0, 40.0, Some(30.0));
    assert_eq!(found(all.clone(), Some(ceilings(2e6))), Some(("m5.xlarge".to_owned(), Confidence::High)));
    assert_eq!(found(all.clone(), None), Some(("m5.xlarge".to_owned(), Confidence::Low)));
    let blind = used("m5.2xlarge", 30.0, 40.0, None);
    assert_eq!(found(blind, Some(ceilings(2e6))), Some(("r5.xlarge".to_owned(), Confidence::Medium)));
    // 1 MB/s is 80% of 1.25 MB/s, and more than 80% of less. What has no ceiling known comes after.
    assert_eq!(found(all.clone(), Some(ceilings(1.25e6))), Some(("m5.xlarge".to_owned(), Confidence::High)));
    let beyond = found(all, Some(ceilings(1.2e6)));
    assert_eq!(beyond, Some(("c5.2xlarge".to_owned(), Confidence::Low)));
}

#[test]
fn an_idle_one_is_stopped() {
    let idle = |cpu: f64, per_day: f64| Instance {
        cpu_percent: gauge(cpu / 2.0, cpu, cpu),
        network_bytes_per_second: gauge(per_day / 86_400.0, 1e3, 1e6),
        ..instance("m5.large")
    };
    assert_eq!(becomes(Action::Stop, idle(4.9, 4_990_000.0)), some("stopped", "70.08"));
    assert_eq!(becomes(Action::Stop, idle(5.0, 4_990_000.0)), None);
    assert_eq!(becomes(Action::Stop, idle(4.9, 5_000_001.0)), None);
    let silent = Instance { network_bytes_per_second: Gauge::NotRead, ..idle(1.0, 0.0) };
    assert_eq!(becomes(Action::Stop, silent), None, "nobody knows what went over its network");
    let stopped = Instance { running: false, ..idle(1.0, 0.0) };
    assert_eq!(becomes(Action::Stop, stopped), None);
    let accelerated = Instance { instance_type: "g5.xlarge".parse().unwrap(), ..idle(1.0, 0.0) };
    assert_eq!(becomes(Action::Stop, accelerated), None, "what its GPU does is not seen");
}

#[test]
fn previous_generations_are_upgraded_where_that_costs_less() {
    for (from, expected) in [
        ("m4.large", some("m6i.large", "2.92")),
        ("r4.large", some("r6i.large", "5.11")),
        ("t2.micro", some("t3.micro", "0.876")),
        // 0.105 - 0.085, 0.133 - 0.096, 0.166 - 0.126, 0.853 - 0.312, 0.175 - 0.096.
        ("c3.large", some("c6i.large", "14.6")),
        ("m3.large", some("m6i.large", "27.01")),
        ("r3.large", some("r6i.large", "29.2")),
        ("i2.xlarge", some("i3.xlarge", "394.93")),
        ("m1.large", some("m6i.large", "57.67")),
        ("m5.large", None),
        ("m7i.large", None),
    ] {
        assert_eq!(becomes(Action::Upgrade, instance(from)), expected, "{from}");
    }
}

#[test]
fn local_disks_are_not_lost_without_a_word() {
    let rightsized = |from: &str| becomes(Action::Rightsize, used(from, 10.0, 20.0, Some(10.0)));
    assert_eq!(rightsized("i3.2xlarge"), None, "it was chosen for its disks");
    assert!(rightsized("m5d.2xlarge").is_some());
    for (action, from) in [(Action::Rightsize, "m5d.2xlarge"), (Action::Upgrade, "c3.large")] {
        let inventory = Inventory { instances: vec![used(from, 10.0, 20.0, Some(10.0))], ..inventory() };
        let found = of(action, &inventory);
        let found = found.first().unwrap();
        assert_eq!(found.confidence, Confidence::Low, "{from}");
        assert!(found.remediation.contains("Its local disks do not come along"), "{}", found.remediation);
    }
    let without = Inventory { instances: vec![used("m5.2xlarge", 10.0, 20.0, Some(10.0))], ..inventory() };
    assert!(!of(Action::Rightsize, &without).first().unwrap().remediation.contains("disks"));
}

#[test]
fn graviton_is_for_linux_on_x86() {
    for (from, expected) in [
        ("m5.large", some("m6g.large", "13.87")),
        ("m7i.large", some("m7g.large", "14.016")),
        ("t3.micro", some("t4g.micro", "1.46")),
        ("m5d.large", some("m6gd.large", "16.498")),
        ("m7g.large", None),
        ("g5.xlarge", None),
    ] {
        assert_eq!(becomes(Action::MigrateToGraviton, instance(from)), expected, "{from}");
    }
    let windows = Instance { platform: Platform::Windows, ..instance("m5.large") };
    assert_eq!(becomes(Action::MigrateToGraviton, windows), None);
}

#[test]
fn what_has_no_price_has_savings_that_are_not_known() {
    let small = used("m5.2xlarge", 30.0, 40.0, Some(30.0));
    for it in [
        Instance { platform: Platform::Windows, ..small.clone() },
        Instance { platform: Platform::Other("Red Hat Enterprise Linux".to_owned()), ..small.clone() },
        Instance { shared_tenancy: false, ..small.clone() },
        Instance { lifecycle: Lifecycle::Spot, ..small.clone() },
    ] {
        assert_eq!(becomes(Action::Rightsize, it.clone()), some("m5.xlarge", "not known"), "{it:?}");
    }
    // A region of which no book knows anything: a size of the same family is still smaller.
    let elsewhere = Inventory { region: "xx-nowhere-1".to_owned(), instances: vec![small], ..inventory() };
    let found = recommend(&elsewhere, &Limits::default(), Book::reference()).unwrap();
    let it = found.recommendations.iter().find(|it| it.action == Action::Rightsize).unwrap();
    assert_eq!((it.recommended.as_str(), it.monthly_savings_usd), ("m5.xlarge", None));
    assert!(it.savings_unknown.contains("no price book has m5.2xlarge in xx-nowhere-1"), "{}", it.savings_unknown);
    assert_eq!(found.unpriced_count, found.recommendations.len());
    assert!(found.total_monthly_savings_usd.is_zero());
}

fn market(price: &str, bucket: Option<InterruptionBucket>) -> SpotMarket {
    let source = Source::new(SourceKind::SpotHistory, "Spot price history", None);
    let quote = Quote { money: Money::usd(usd(price)), source: Arc::clone(&source), estimated: false };
    SpotMarket { price: Price::Known(quote), interruption: bucket.map(|bucket| Interruption { bucket, source }) }
}

#[test]
fn spot_is_for_tagged_workloads_below_both_limits() {
    let allowed = tags(&[("interruptible", "true")]);
    let calm = Some(InterruptionBucket::From5To10);
    // m5.large is 0.096 on demand; 0.7 of that is 0.0672.
    for (tags, price, bucket, expected) in [
        (allowed.clone(), "0.0671", calm, some("m5.large on Spot", "21.097")),
        (allowed.clone(), "0.0672", calm, None),
        (allowed.clone(), "0.03", Some(InterruptionBucket::From10To15), None),
        (allowed.clone(), "0.03", None, None),
        (tags(&[("interruptible", "false")]), "0.03", calm, None),
        (tags(&[]), "0.03", calm, None),
    ] {
        let it = Instance { tags, ..instance("m5.large") };
        let mut inventory = Inventory { instances: vec![it], ..inventory() };
        inventory.spot.insert("m5.large".parse().unwrap(), market(price, bucket));
        let got = of(Action::MigrateToSpot, &inventory);
        let got = got.first().map(|it| (it.recommended.clone(), savings(it)));
        assert_eq!(got, expected, "{price} {bucket:?}");
    }
    let unread = Inventory { instances: vec![Instance { tags: allowed, ..instance("m5.large") }], ..inventory() };
    assert!(of(Action::MigrateToSpot, &unread).is_empty(), "a market nobody read says nothing");
}

fn of_database(action: Action, it: Database) -> Option<(String, String)> {
    let found = of(action, &Inventory { databases: vec![it], ..inventory() });
    found.first().map(|it| (it.recommended.clone(), savings(it)))
}

#[test]
fn databases_are_judged_as_well() {
    let quiet = Database { connections: gauge(0.0, 0.0, 0.0), ..database("db.m5.large") };
    // db.m5.large of MySQL is 0.171 an hour.
    assert_eq!(of_database(Action::Delete, quiet.clone()), some("a final snapshot, then nothing", "124.83"));
    assert_eq!(of_database(Action::Delete, Database { replica: true, ..quiet.clone() }), None);
    assert_eq!(of_database(Action::Delete, Database { connections: Gauge::NotRead, ..quiet }), None);

    let small = Database { cpu_percent: gauge(10.0, 20.0, 30.0), ..database("db.m5.2xlarge") };
    assert_eq!(of_database(Action::Rightsize, small.clone()).map(|it| it.0), Some("db.r5.xlarge".to_owned()));
    // 28 of 32 GiB are free: 4 GiB are used.
    let light = Database { least_free_bytes: Some(28 << 30), ..small };
    assert_eq!(of_database(Action::Rightsize, light).map(|it| it.0), Some("db.m5.xlarge".to_owned()));

    assert_eq!(of_database(Action::Upgrade, database("db.m4.large")).map(|it| it.0), Some("db.m5.large".to_owned()));
    let graviton = of_database(Action::MigrateToGraviton, database("db.m5.large")).map(|it| it.0);
    assert_eq!(graviton, Some("db.m6g.large".to_owned()));
    let old = Database { engine_version: "5.7.44".to_owned(), ..database("db.m5.large") };
    assert_eq!(of_database(Action::MigrateToGraviton, old), None);
}

#[test]
fn engines_run_on_graviton_from_a_version_on() {
    for (engine, version, expected) in [
        ("mysql", "8.0.17", true),
        ("mysql", "8.0.16", false),
        ("mysql", "8.0", false),
        ("postgres", "13", true),
        ("postgres", "12.2", false),
        ("mariadb", "10.4.13", true),
        ("aurora-postgresql", "15.4", true),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", true),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.2", false),
        ("oracle-se2", "19.0", false),
        ("sqlserver-ex", "15.00", false),
    ] {
        assert_eq!(runs_on_graviton(engine, version), expected, "{engine} {version}");
    }
}

#[test]
fn whoever_reads_the_account_learns_which_ceilings_to_ask_for() {
    let named = counterparts(&"m5.2xlarge".parse().unwrap(), Book::reference(), "us-east-1");
    for wanted in ["m5.xlarge", "m5.large", "r5.xlarge", "c5.2xlarge", "m6g.2xlarge"] {
        assert!(named.contains(&wanted.parse().unwrap()), "{wanted}");
    }
    assert!(!named.contains(&"m5.2xlarge".parse().unwrap()) && !named.contains(&"m5.4xlarge".parse().unwrap()));
    assert!(counterparts(&"zz9.large".parse().unwrap(), Book::reference(), "us-east-1").is_empty());
}

#[test]
fn figures_stand_beside_a_recommendation() {
    let found =
        of(Action::Rightsize, &Inventory { instances: vec![used("m5.2xlarge", 30.0, 40.0, None)], ..inventory() });
    let it = &found[0];
    let figure = |name| evidence(it, name);
    assert_eq!((figure("cpu_p95_percent"), figure("cpu_max_percent_then"), figure("vcpu")), ("30.0", "80.0", "8 to 4"));
    assert_eq!((figure("monthly_usd_now"), figure("monthly_usd_then")), ("$280.32", "$183.96"));
    assert_eq!(it.resource_arn, "arn:aws:ec2:us-east-1:123456789012:instance/i-1");
    assert_eq!(it.sources, ["Parapet reference book, 2026-07-20"]);
}
