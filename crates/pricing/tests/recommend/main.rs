//! Recommendations from the outside: every rule with its boundaries, at prices of us-east-1, and what holds of all of them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod idle;
mod machines;
mod storage;
mod whole;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use parapet_pricing::Book;
use parapet_pricing::money::{decimal, digits};
use parapet_pricing::recommend::{
    Action, Database, Gauge, Instance, Inventory, Lifecycle, Limits, Platform, Recommendation, Recommendations, Series,
    Tags, recommend,
};

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn ago(days: i64) -> Timestamp {
    now() - SignedDuration::from_hours(24 * days)
}

fn inventory() -> Inventory {
    Inventory::empty("123456789012", "us-east-1", now(), 14)
}

fn tags(all: &[(&str, &str)]) -> Tags {
    all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn series(mean: f64, p95: f64, max: f64) -> Series {
    Series { mean, p95, max, datapoints: 4_032, days: 14 }
}

fn gauge(mean: f64, p95: f64, max: f64) -> Gauge {
    Gauge::Values(series(mean, p95, max))
}

/// A running one on demand, busy enough to be left alone.
fn instance(instance_type: &str) -> Instance {
    Instance {
        id: "i-1".to_owned(),
        instance_type: instance_type.parse().unwrap(),
        running: true,
        platform: Platform::Linux,
        lifecycle: Lifecycle::OnDemand,
        shared_tenancy: true,
        launched: ago(100),
        auto_scaling_group: None,
        tags: Tags::new(),
        cpu_percent: gauge(60.0, 80.0, 95.0),
        memory_percent: Gauge::Silent,
        network_bytes_per_second: gauge(1e6, 1e6, 1e6),
        ebs_iops: gauge(100.0, 100.0, 100.0),
        ebs_bytes_per_second: gauge(1e6, 1e6, 1e6),
    }
}

fn database(class: &str) -> Database {
    Database {
        arn: "arn:aws:rds:us-east-1:123456789012:db:shop".to_owned(),
        id: "shop".to_owned(),
        class: class.to_owned(),
        engine: "mysql".to_owned(),
        engine_version: "8.0.35".to_owned(),
        multi_az: false,
        available: true,
        io_optimized: false,
        replica: false,
        created: ago(100),
        cpu_percent: gauge(60.0, 80.0, 95.0),
        connections: gauge(5.0, 9.0, 12.0),
        least_free_bytes: None,
        tags: Tags::new(),
    }
}

fn found(inventory: &Inventory) -> Recommendations {
    recommend(inventory, &Limits::default(), Book::reference()).unwrap()
}

/// Those of one action.
fn of(action: Action, inventory: &Inventory) -> Vec<Recommendation> {
    let all = found(inventory).recommendations;
    all.into_iter().filter(|it| it.action == action).collect()
}

/// What an instance should become, with what that saves.
fn becomes(action: Action, instance: Instance) -> Option<(String, String)> {
    let found = of(action, &Inventory { instances: vec![instance], ..inventory() });
    found.first().map(|it| (it.recommended.clone(), savings(it)))
}

fn savings(it: &Recommendation) -> String {
    it.monthly_savings_usd.map_or_else(|| "not known".to_owned(), digits)
}

fn some(to: &str, savings: &str) -> Option<(String, String)> {
    Some((to.to_owned(), savings.to_owned()))
}

/// The reference book with some prices of one's own.
fn book(services: &str) -> Book {
    let json = format!(
        r#"{{"format": "parapet-price-book/1", "name": "ours", "date": "2026-11-01", "services": {{"us-east-1": {services}}}}}"#
    );
    Book::parse("ours.json", json.as_bytes()).unwrap().over(Book::reference())
}

fn usd(text: &str) -> parapet_pricing::Decimal {
    decimal(text).unwrap()
}

fn evidence<'a>(it: &'a Recommendation, name: &str) -> &'a str {
    let figures: &BTreeMap<String, String> = &it.evidence;
    figures.get(name).map(String::as_str).unwrap_or_default()
}
