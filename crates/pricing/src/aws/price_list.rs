//! AWS Pricing API: a product of the price list, as `GetProducts` and the bulk files have it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::AwsDataError;
use crate::instance::InstanceType;
use crate::money::{self, Currency, Money};
use crate::source::{Date, Price, Quote, Source, SourceKind};

#[derive(Deserialize)]
struct Item {
    product: Product,
    #[serde(default)]
    terms: Terms,
}

#[derive(Deserialize)]
struct Product {
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
struct Terms {
    #[serde(rename = "OnDemand", default)]
    on_demand: BTreeMap<String, Offer>,
}

#[derive(Deserialize)]
struct Offer {
    #[serde(rename = "effectiveDate", default)]
    effective: String,
    #[serde(rename = "priceDimensions", default)]
    dimensions: BTreeMap<String, Dimension>,
}

#[derive(Deserialize)]
struct Dimension {
    unit: String,
    #[serde(rename = "pricePerUnit", default)]
    per_unit: BTreeMap<String, String>,
}

/// An instance type of the price list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The type.
    pub instance_type: InstanceType,
    /// Its region, where the product says it.
    pub region: Option<String>,
    /// On demand per hour. The list writes 0 for what it has no price of; that is unknown here.
    pub price: Price,
}

/// Reads one element of `PriceList`. None for a product that is not Linux on shared hardware without further software, bought
/// on demand: the list has dozens of other products for each type.
///
/// # Errors
/// Other JSON.
pub fn on_demand_linux(json: &[u8]) -> Result<Option<Listed>, AwsDataError> {
    let item: Item = serde_json::from_slice(json).map_err(|error| AwsDataError::Syntax {
        what: "a product of the price list".to_owned(),
        from: "`aws pricing get-products`",
        error,
    })?;
    let attribute = |name: &str| item.product.attributes.get(name).map(String::as_str);
    let wanted =
        [("operatingSystem", "Linux"), ("tenancy", "Shared"), ("preInstalledSw", "NA"), ("capacitystatus", "Used")];
    let Some(instance_type) = attribute("instanceType").and_then(|it| it.parse().ok()) else { return Ok(None) };
    if wanted.iter().any(|(name, value)| attribute(name) != Some(value)) {
        return Ok(None);
    }
    let region = attribute("regionCode").map(str::to_owned);
    Ok(Some(Listed { instance_type, region, price: price(item.terms) }))
}

fn price(terms: Terms) -> Price {
    let offers = terms.on_demand.into_values().flat_map(|offer| {
        let date: Option<Date> = offer.effective.get(..10).and_then(|day| day.parse().ok());
        offer.dimensions.into_values().filter(|it| it.unit == "Hrs").map(move |it| (date, it.per_unit))
    });
    let mut quotes = offers.filter_map(|(date, per_unit)| {
        let (code, amount) = per_unit.get_key_value("USD").or_else(|| per_unit.first_key_value())?;
        let currency: Currency = code.parse().ok()?;
        let money = Money { amount: money::price(amount).ok()?, currency };
        Some(Quote { money, source: Source::new(SourceKind::PricingApi, "AWS Pricing API", date), estimated: false })
    });
    match (quotes.next(), quotes.next()) {
        (Some(quote), None) => Price::Known(quote),
        (None, _) => Price::unknown("the AWS price list has no price above zero for it"),
        (Some(_), Some(_)) => Price::unknown("the AWS price list has several prices for it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(software: &str, usd: &str) -> String {
        format!(
            r#"{{"product": {{"productFamily": "Compute Instance", "sku": "X", "attributes": {{"instanceType": "m5.large",
            "regionCode": "us-east-1", "operatingSystem": "Linux", "tenancy": "Shared", "preInstalledSw": "{software}",
            "capacitystatus": "Used"}}}}, "serviceCode": "AmazonEC2", "terms": {{"OnDemand": {{"X.JRTCKXETXF": {{
            "effectiveDate": "2026-11-01T00:00:00Z", "priceDimensions": {{"X.JRTCKXETXF.6YS6EN2CT7": {{"unit": "Hrs",
            "pricePerUnit": {{"USD": "{usd}"}}}}}}}}}}}}}}"#
        )
    }

    #[test]
    fn the_plain_product_is_read() {
        let it = on_demand_linux(product("NA", "0.0960000000").as_bytes()).unwrap().unwrap();
        assert_eq!((it.instance_type.as_str(), it.region.as_deref()), ("m5.large", Some("us-east-1")));
        let quote = it.price.known().unwrap();
        assert_eq!(quote.money.amount.normalize().to_string(), "0.096");
        assert_eq!(quote.source.to_string(), "AWS Pricing API, 2026-11-01");
    }

    #[test]
    fn others_are_not() {
        assert!(on_demand_linux(product("SQL Std", "1.0").as_bytes()).unwrap().is_none());
        let free = on_demand_linux(product("NA", "0.0000000000").as_bytes()).unwrap().unwrap();
        assert!(free.price.known().is_none());
        assert!(on_demand_linux(b"[]").is_err());
    }
}
