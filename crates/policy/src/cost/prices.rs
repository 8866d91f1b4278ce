//! `data.parapet.prices`: what things cost by the unit.

use std::collections::BTreeMap;

use parapet_pricing::Book;
use parapet_pricing::book::UnitPrice;

use super::{number, object};
use crate::Value;

/// Where the document is in the data of policies.
pub(crate) const PATH: [&str; 3] = ["data", "parapet", "prices"];

/// Everything a book knows, as rules look it up: `regions[region][service][sku]`.
pub(crate) fn document(book: &Book) -> Value {
    let mut newest = None;
    let mut regions = BTreeMap::new();
    for region in book.priced_regions() {
        let mut services = BTreeMap::new();
        for (service, skus) in book.prices(region) {
            let skus = skus.into_iter().map(|(sku, price)| {
                newest = newest.max(price.quote.source.date);
                (Value::from(sku), unit_price(&price))
            });
            services.insert(Value::from(service), Value::from(skus.collect::<BTreeMap<_, _>>()));
        }
        regions.insert(Value::from(region), Value::from(services));
    }
    object([
        ("currency", Some(Value::from("USD"))),
        ("date", newest.map(|date| Value::from(date.to_string()))),
        ("regions", Some(Value::from(regions))),
    ])
}

fn unit_price(price: &UnitPrice) -> Value {
    object([
        ("usd", Some(number(price.quote.money.amount))),
        ("unit", Some(Value::from(price.unit.as_str()))),
        ("estimated", Some(Value::from(price.quote.estimated))),
        ("source", Some(Value::from(price.quote.source.name.as_str()))),
        ("date", price.quote.source.date.map(|date| Value::from(date.to_string()))),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_found_by_region_service_and_sku() {
        let own = br#"{"format": "parapet-price-book/1", "name": "Ours", "date": "2026-11-01",
            "instances": {"us-east-1": {"m5.large": "0.05"}}, "services": {"xx-test-1": {"ebs": {"gp3": {"unit": "GB-month", "usd": 0.1}}}}}"#;
        let book = Book::parse("ours.json", own).unwrap().over(Book::reference());
        let seen = serde_json::to_value(document(&book)).unwrap();
        let at_home = &seen["regions"]["us-east-1"]["ec2"];
        assert_eq!(at_home["m5.large"]["usd"], serde_json::json!(0.05));
        assert_eq!(at_home["m5.large"]["date"], "2026-11-01");
        assert_eq!(at_home["m5.xlarge"]["usd"], serde_json::json!(0.192));
        assert_eq!(seen["regions"]["xx-test-1"]["ebs"]["gp3"]["unit"], "GB-month");
        assert!(seen["regions"]["xx-test-1"].get("ec2").is_none(), "nothing is known of instances there");
        assert_eq!((&seen["currency"], &seen["date"]), (&"USD".into(), &"2026-11-01".into()));
    }
}
