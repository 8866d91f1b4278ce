//! Price books of users, and the shapes of the reference book.

#![expect(clippy::unwrap_used, reason = "a name or a choice that there is not fails the test that asked")]

use parapet_pricing::{Architecture, Book, InstanceType, SourceKind};

fn name(text: &str) -> InstanceType {
    text.parse().unwrap()
}

const BOOK: &str = r#"{
  "format": "parapet-price-book/1", "name": "Our rates", "date": "2026-11-01",
  "instances": {"eu-west-1": {"m7i.xlarge": "0.1500"}},
  "families": {"m7i": {"unit_usd": 0.1, "memory_gib": 16, "sizes": "large xlarge", "exceptions": {"large": {"usd": 0.07}}}},
  "regions": {"eu-west-2": {"estimated": true, "unit_usd": {"m7i": 0.2}}},
  "services": {"us-east-1": {"ebs": {"gp3": {"unit": "GB-month", "usd": 0.06}}}}
}"#;

#[test]
fn a_users_book_comes_before_the_reference() {
    let book = Book::parse("rates.json", BOOK.as_bytes()).unwrap().over(Book::reference());
    let quote = |region: &str, it: &str| book.on_demand(region, &name(it)).known().cloned();
    let ours = quote("eu-west-1", "m7i.xlarge").unwrap();
    assert_eq!((ours.money.to_string().as_str(), ours.source.kind), ("0.1500 USD", SourceKind::PriceBook));
    assert_eq!(ours.source.to_string(), "Our rates, 2026-11-01");
    assert_eq!(quote("us-east-1", "m7i.large").unwrap().money.amount.to_string(), "0.07");
    assert_eq!(quote("us-east-1", "m7a.large").unwrap().source.kind, SourceKind::ReferenceBook);
    assert_eq!(book.unit_price("us-east-1", "ebs", "gp3").unwrap().quote.money.amount.to_string(), "0.06");
    assert_eq!(book.unit_price("us-east-1", "ebs", "gp2").unwrap().quote.source.kind, SourceKind::ReferenceBook);
}

#[test]
fn prices_of_a_region_are_listed_with_their_sources() {
    let book = Book::parse("rates.json", BOOK.as_bytes()).unwrap().over(Book::reference());
    let here = serde_json::to_value(book.prices("us-east-1")).unwrap();
    assert_eq!((&here["ebs"]["gp3"]["usd"], &here["ebs"]["gp3"]["unit"]), (&"0.06".into(), &"GB-month".into()));
    assert_eq!(here["ebs"]["gp3"]["source"]["name"], "Our rates");
    assert_eq!(
        (&here["ec2"]["m7i.large"]["usd"], &here["ec2"]["t3.medium"]["usd"]),
        (&"0.07".into(), &"0.0416".into())
    );
    assert_eq!(here["rds"]["mysql:db.m5.large"]["usd"], "0.171");
    let there = book.prices("eu-west-1");
    assert_eq!(there.keys().collect::<Vec<_>>(), ["ec2", "rds"], "prices of one region are not those of another");
    assert_eq!(there["rds"]["mysql:db.m5.large"].quote.money.amount.to_string(), "0.189");
    assert_eq!(there["ec2"]["m7i.xlarge"].quote.money.amount.to_string(), "0.1500");
    assert!(book.prices("nowhere-1").is_empty());
}

#[test]
fn classes_elsewhere_follow_those_at_home() {
    let elsewhere = |edition: &str| {
        let text = format!(
            r#"{{"format": "parapet-price-book/1", "name": "x", "date": "2026-11-01", "home_region": "eu-west-1",
            "classes": {{"eu-west-1": {{"rds": {{"mysql": {{"db.m5":
                {{"usd": 0.4, "sizes": "large xlarge 8xlarge", "exceptions": {{"8xlarge": 3.5}}}}}}}}}}}},
            "elsewhere": {{"eu-west-2": {{"rds": {{"{edition}": {{"db.m5": 0.45}}}}}}}}}}"#
        );
        Book::parse("x.json", text.as_bytes())
    };
    let book = elsewhere("mysql").unwrap();
    let price = |sku: &str| book.unit_price("eu-west-2", "rds", sku).map(|it| it.quote.money.amount.to_string());
    assert_eq!(price("mysql:db.m5.large").as_deref(), Some("0.225"));
    assert_eq!(price("mysql:db.m5.8xlarge"), None, "what does not follow at home is not known elsewhere");
    let error = elsewhere("postgres").unwrap_err().to_string();
    assert!(error.contains("elsewhere.eu-west-2.rds.postgres.db.m5") && error.contains("to follow"), "{error}");
}

#[test]
fn classes_are_written_by_family() {
    let classes = |family: &str| {
        let text = format!(
            r#"{{"format": "parapet-price-book/1", "name": "x", "date": "2026-11-01",
            "classes": {{"eu-west-1": {{"rds": {{"mysql mariadb": {{"db.m5": {family}}}}}}}}}}}"#
        );
        Book::parse("x.json", text.as_bytes())
    };
    let book = classes(r#"{"usd": 0.4296, "sizes": "large xlarge 8xlarge", "exceptions": {"8xlarge": 3.5}}"#).unwrap();
    for (sku, expected) in
        [("mysql:db.m5.large", "0.215"), ("mariadb:db.m5.xlarge", "0.43"), ("mysql:db.m5.8xlarge", "3.5")]
    {
        let price = book.unit_price("eu-west-1", "rds", sku).unwrap();
        assert_eq!(
            (price.unit.as_str(), price.quote.money.amount.normalize().to_string().as_str()),
            ("hour", expected)
        );
    }
    for (family, says) in [
        (r#"{"usd": 1, "sizes": "huge"}"#, "classes.eu-west-1.rds.mysql mariadb.db.m5: how large is `huge`?"),
        (r#"{"usd": 1, "sizes": "large", "exceptions": {"xlarge": 2}}"#, "exceptions name `xlarge`"),
        (r#"{"usd": -1, "sizes": "large"}"#, "-1 is not a price"),
    ] {
        let error = classes(family).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn exceptions_at_home_are_unknown_elsewhere() {
    let book = Book::parse("rates.json", BOOK.as_bytes()).unwrap();
    let there = |it: &str| book.on_demand("eu-west-2", &name(it));
    let quote = there("m7i.xlarge").known().cloned().unwrap();
    assert!(quote.estimated && quote.money.amount.to_string() == "0.2");
    assert!(there("m7i.large").known().is_none() && there("nope.large").known().is_none());
}

#[test]
fn mistakes_name_their_place() {
    let error = |from: &str, to: &str| {
        let text = BOOK.replace(from, to);
        assert_ne!(text, BOOK);
        Book::parse("rates.json", text.as_bytes()).unwrap_err().to_string()
    };
    let cases = [
        ("price-book/1", "price-book/9", "the format is `parapet-price-book/9`"),
        (r#""0.1500""#, "0", "line 3, column"),
        (r#""0.1500""#, "0", "0 is not a price"),
        (r#""0.1500""#, "-1", "-1 is not a price"),
        (r#""0.1500""#, "null", "`null` is not an amount"),
        (r#""estimated""#, r#""guessed""#, "unknown field `guessed`"),
        ("large xlarge", "huge xlarge large", "families.m7i: how large is `huge`?"),
        ("large xlarge", "xlarge", "exceptions name `large`, which is not among the sizes"),
        ("m7i.xlarge", "m7ixlarge", "instances.eu-west-1: `m7ixlarge` is not an instance type"),
        (r#""memory_gib""#, r#""architecture": "sparc", "memory_gib""#, "`sparc` is not an architecture"),
        (r#""instances""#, r#""currency": "EUR", "instances""#, "`EUR` is not supported"),
        ("2026-11-01", "yesterday", "line 2"),
    ];
    for (from, to, expected) in cases {
        let message = error(from, to);
        assert!(message.contains("rates.json") && message.contains(expected), "{message}");
    }
}

#[test]
fn shapes_are_those_of_aws() {
    let shape = |it: &str| Book::reference().shape(&name(it)).cloned().unwrap();
    // vCPU and GiB as AWS documents them.
    for (it, vcpu, gib, arm) in [
        ("m7i.xlarge", 4, 16, false),
        ("c6g.medium", 1, 2, true),
        ("r5.24xlarge", 96, 768, false),
        ("t3.micro", 2, 1, false),
        ("c5.metal", 96, 192, false),
        ("x2gd.4xlarge", 16, 256, true),
        ("c4.8xlarge", 36, 60, false),
    ] {
        let shape = shape(it);
        let expected = if arm { Architecture::Arm64 } else { Architecture::X86_64 };
        assert_eq!((shape.vcpu, shape.memory_mib, shape.architecture), (vcpu, gib * 1024, expected), "{it}");
        assert_eq!((shape.burstable, shape.bare_metal), (it.starts_with('t'), it.contains("metal")), "{it}");
    }
    let gpu = shape("g5.12xlarge").gpu.unwrap();
    assert_eq!((gpu.manufacturer.as_str(), gpu.name.as_str(), gpu.count), ("NVIDIA", "A10G", 4));
    assert!(shape("m7i.xlarge").gpu.is_none());
}
