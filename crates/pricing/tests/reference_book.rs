//! The reference book against price lists of AWS.
//!
//! The lists lie beside the checkout and are no part of it; where they are absent, what needs them is skipped.

#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that skips says so; a name that is none fails it"
)]

use std::path::Path;

use parapet_pricing::{Book, Decimal, InstanceType, money};

fn shared(file: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/prices").join(file);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: there is no ../shared/prices/{file}");
    }
    text
}

/// The fields of each line below the header.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

fn known(region: &str, name: &str) -> Option<(Decimal, bool)> {
    let name: InstanceType = name.parse().unwrap();
    Book::reference().on_demand(region, &name).known().map(|quote| (quote.money.amount, quote.estimated))
}

#[test]
fn all_files_of_the_book_are_read() {
    let book = Book::reference();
    assert!(book.regions().len() > 20, "{:?}", book.regions());
    assert!(known("us-east-1", "m7i.xlarge").is_some() && known("us-west-2", "m7i.xlarge").is_some());
    assert!(book.unit_price("us-east-1", "ebs", "gp3").is_some());
}

#[test]
fn every_price_of_the_list_that_the_book_knows_is_the_same() {
    let Some(list) = shared("ec2_ondemand_karpenter.csv") else { return };
    let (mut agreed, mut elsewhere) = (0, 0);
    for row in rows(&list) {
        let [_, region, name, _, usd] = row[..] else { panic!("{row:?}") };
        let Some((amount, estimated)) = known(region, name) else { continue };
        assert_eq!(amount, money::decimal(usd).unwrap().normalize(), "{name} in {region}");
        assert!(!estimated, "{name} in {region} is exact");
        *if region == "us-east-1" { &mut agreed } else { &mut elsewhere } += 1;
    }
    assert!(agreed >= 1_200, "only {agreed} types of us-east-1");
    assert!(elsewhere >= 700, "only {elsewhere} types elsewhere");
}

#[test]
fn estimates_are_called_so_and_agree_with_what_they_were_made_of() {
    let Some(list) = shared("ec2_ondemand_libcloud_cleaned.csv") else { return };
    let mut agreed = 0;
    for row in rows(&list) {
        let [_, region, name, _, usd, confidence] = row[..] else { panic!("{row:?}") };
        // Other dates for these; a low confidence is the list's own doubt.
        if region == "us-east-1" || region.starts_with("us-gov") || confidence != "high" {
            continue;
        }
        let Some((amount, estimated)) = known(region, name) else { continue };
        assert_eq!(amount, money::decimal(usd).unwrap().normalize(), "{name} in {region}");
        assert!(estimated, "{name} in {region} is an estimate");
        agreed += 1;
    }
    assert!(agreed >= 5_000, "only {agreed}");
}

#[test]
fn services_cost_what_the_list_says() {
    let Some(list) = shared("core_us-east-1.csv") else { return };
    for row in rows(&list) {
        let [service, region, sku, unit, usd] = row[..] else { panic!("{row:?}") };
        let price = Book::reference().unit_price(region, service, sku).unwrap_or_else(|| panic!("{service} {sku}"));
        assert_eq!((price.unit.as_str(), price.quote.money.amount), (unit, money::decimal(usd).unwrap()), "{sku}");
    }
}

#[test]
fn database_instances_cost_what_the_list_says() {
    let Some(list) = shared("rds_ondemand_flexera.csv") else { return };
    let book = Book::reference();
    let (mut agreed, mut elsewhere) = (0, 0);
    for row in rows(&list) {
        let [_, region, class, engine, deployment, unit, usd, _] = row[..] else { panic!("{row:?}") };
        let engine = match engine {
            "MySQL" => "mysql",
            "MariaDB" => "mariadb",
            "PostgreSQL" => "postgres",
            "Aurora MySQL" => "aurora-mysql",
            "Aurora PostgreSQL" => "aurora-postgresql",
            _ => continue,
        };
        let zones = match deployment {
            "Single-AZ" => "",
            "Multi-AZ" => "-multi-az",
            _ => continue,
        };
        if unit != "hour-ondemand" {
            continue;
        }
        let Some(price) = book.unit_price(region, "rds", &format!("{engine}{zones}:{class}")) else { continue };
        let listed = money::decimal(usd).unwrap().normalize();
        assert_eq!(price.quote.money.amount.normalize(), listed, "{class} {engine} {deployment} in {region}");
        *if region == "us-east-1" { &mut agreed } else { &mut elsewhere } += 1;
    }
    assert!(agreed >= 600, "only {agreed}");
    assert!(elsewhere >= 5_000, "only {elsewhere} in other regions");
}

#[test]
fn cache_nodes_cost_what_the_list_says() {
    let Some(list) = shared("core_us-east-1.csv") else { return };
    let mut agreed = 0;
    for row in rows(&list).filter(|row| row[2].starts_with("cache.")) {
        for engine in ["redis", "memcached"] {
            let price = Book::reference().unit_price(row[1], "elasticache", &format!("{engine}:{}", row[2])).unwrap();
            assert_eq!(price.quote.money.amount.normalize(), money::decimal(row[4]).unwrap().normalize(), "{}", row[2]);
        }
        agreed += 1;
    }
    assert_eq!(agreed, 3);
}
