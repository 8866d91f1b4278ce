//! The products of the list.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use parapet_pricing::{Book, InstanceType};
use serde_json::{Value, json};

use super::places::{location, prefix};
use super::units::{UNITS, Unit};
use crate::services::digest;

/// Services with prices, by their codes.
pub(super) const SERVICES: [&str; 8] = [
    "AWSELB",
    "AWSGlobalAccelerator",
    "AmazonCloudWatch",
    "AmazonEC2",
    "AmazonEKS",
    "AmazonElastiCache",
    "AmazonRDS",
    "AmazonS3",
];

/// The price facts beside a checkout.
const FACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/prices");

/// Files of facts on EC2 with the day they were true, the better ones first.
const EC2: [(&str, &str); 2] =
    [("ec2_ondemand_karpenter.csv", "2026-07-20"), ("ec2_ondemand_libcloud_cleaned.csv", "2025-03-02")];
const RDS: (&str, &str) = ("rds_ondemand_flexera.csv", "2023-03-01");

/// A product and its price on demand.
#[derive(Debug)]
pub(super) struct Product {
    region: String,
    usd: String,
    unit: String,
    since: String,
    what: What,
}

#[derive(Debug)]
enum What {
    Instance { kind: String, capacity: &'static str },
    Database { kind: String, engine: String, deployment: String },
    Unit(Unit),
}

/// The whole list; read once.
pub(super) fn products() -> &'static [Product] {
    static LIST: OnceLock<Vec<Product>> = OnceLock::new();
    LIST.get_or_init(|| read(Path::new(FACTS)))
}

fn read(facts: &Path) -> Vec<Product> {
    let mut instances: BTreeMap<(String, String), (String, String)> = BTreeMap::new();
    for (file, since) in EC2 {
        for row in rows(&facts.join(file)) {
            let [_, region, kind, _, usd, ..] = row.as_slice() else { continue };
            instances.entry((region.clone(), kind.clone())).or_insert_with(|| (usd.clone(), since.to_owned()));
        }
    }
    if instances.is_empty() {
        let book = Book::reference();
        for region in book.regions() {
            for candidate in book.candidates(region) {
                let Some(quote) = candidate.on_demand.known() else { continue };
                let since = quote.source.date.map(|date| date.to_string()).unwrap_or_default();
                let key = (region.to_owned(), candidate.instance_type.to_string());
                instances.insert(key, (quote.money.amount.to_string(), since));
            }
        }
    }
    let mut list = Vec::new();
    for ((region, kind), (usd, since)) in instances {
        // Capacity that is reserved and used costs what its instances do, and is no charge of its own.
        for (capacity, usd) in
            [("Used", usd.as_str()), ("UnusedCapacityReservation", &usd), ("AllocatedCapacityReservation", "0")]
        {
            list.push(Product {
                region: region.clone(),
                usd: usd.to_owned(),
                unit: "Hrs".to_owned(),
                since: since.clone(),
                what: What::Instance { kind: kind.clone(), capacity },
            });
        }
    }
    for row in rows(&facts.join(RDS.0)) {
        let [_, region, kind, engine, deployment, _, usd, ..] = row.as_slice() else { continue };
        if location(region) == region {
            continue;
        }
        list.push(Product {
            region: region.clone(),
            usd: usd.clone(),
            unit: "Hrs".to_owned(),
            since: RDS.1.to_owned(),
            what: What::Database { kind: kind.clone(), engine: engine.clone(), deployment: deployment.clone() },
        });
    }
    for unit in UNITS {
        let (service, sku) = unit.book;
        let Some(price) = Book::reference().unit_price("us-east-1", service, sku) else { continue };
        list.push(Product {
            region: "us-east-1".to_owned(),
            usd: price.quote.money.amount.to_string(),
            unit: measure(&price.unit),
            since: price.quote.source.date.map(|date| date.to_string()).unwrap_or_default(),
            what: What::Unit(unit),
        });
    }
    list
}

/// The price list's word for a unit.
fn measure(name: &str) -> String {
    if name == "hour" { "Hrs".to_owned() } else { name.replace("-month", "-Mo").replace("-hour", "-Hrs") }
}

/// The rows of a file without quotes, the first left out; none when there is no such file.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// The attributes that products of a service have.
pub(super) fn attributes(service: &str) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = products()
        .iter()
        .filter(|it| it.service() == service)
        // Those of one kind are the same: one of each is enough.
        .fold(BTreeMap::new(), |mut kinds, it| {
            kinds.entry(it.family()).or_insert(it);
            kinds
        })
        .values()
        .flat_map(|it| it.attributes().into_iter().map(|(name, _)| name))
        .collect();
    names.extend(["productFamily", "sku"]);
    names.sort_unstable();
    names.dedup();
    names
}

impl Product {
    pub(super) fn service(&self) -> &'static str {
        match &self.what {
            What::Instance { .. } => "AmazonEC2",
            What::Database { .. } => "AmazonRDS",
            What::Unit(unit) => unit.service,
        }
    }

    fn family(&self) -> &'static str {
        match &self.what {
            What::Instance { kind, .. } if kind.ends_with(".metal") => "Compute Instance (bare metal)",
            What::Instance { .. } => "Compute Instance",
            What::Database { .. } => "Database Instance",
            What::Unit(unit) => unit.family,
        }
    }

    fn usage_type(&self) -> String {
        let place = prefix(&self.region);
        match &self.what {
            What::Instance { kind, capacity } => match *capacity {
                "Used" => format!("{place}BoxUsage:{kind}"),
                "UnusedCapacityReservation" => format!("{place}UnusedBox:{kind}"),
                _ => format!("{place}Reservation:{kind}"),
            },
            What::Database { kind, deployment, .. } => match deployment.as_str() {
                "Single-AZ" => format!("{place}InstanceUsage:{kind}"),
                "Multi-AZ" => format!("{place}Multi-AZUsage:{kind}"),
                _ => format!("{place}Multi-AZClusterUsage:{kind}"),
            },
            // EKS puts the region in front even where the others do not.
            What::Unit(unit) if unit.service == "AmazonEKS" => format!("USE1-{}", unit.usage),
            What::Unit(unit) => format!("{place}{}", unit.usage),
        }
    }

    fn sku(&self) -> String {
        digest(&format!("{}/{}/{:?}", self.service(), self.region, self.what), 16).to_uppercase()
    }

    /// One attribute, without making the others.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        match (name, &self.what) {
            ("regionCode", _) => Some(self.region.clone()),
            ("sku", _) => Some(self.sku()),
            ("productFamily", _) => Some(self.family().to_owned()),
            ("servicecode" | "ServiceCode", _) => Some(self.service().to_owned()),
            ("instanceType", What::Instance { kind, .. } | What::Database { kind, .. }) => Some(kind.clone()),
            ("instanceType", What::Unit(_)) => None,
            _ => self.attributes().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value),
        }
    }

    fn attributes(&self) -> Vec<(&'static str, String)> {
        let mut all: Vec<(&'static str, String)> = vec![
            ("servicecode", self.service().to_owned()),
            ("location", location(&self.region).to_owned()),
            ("locationType", "AWS Region".to_owned()),
            ("regionCode", self.region.clone()),
            ("usagetype", self.usage_type()),
        ];
        let mut put = |name: &'static str, value: &str| all.push((name, value.to_owned()));
        match &self.what {
            What::Instance { kind, capacity } => {
                put("instanceType", kind);
                put("capacitystatus", capacity);
                put("operatingSystem", "Linux");
                put("tenancy", "Shared");
                put("preInstalledSw", "NA");
                put("licenseModel", "No License required");
                put("operation", "RunInstances");
                put("marketoption", "OnDemand");
                shape(kind, &mut put);
            }
            What::Database { kind, engine, deployment } => {
                put("instanceType", kind);
                put("databaseEngine", engine);
                put("deploymentOption", deployment);
                put("licenseModel", "No license required");
                shape(kind.trim_start_matches("db."), &mut put);
            }
            What::Unit(unit) => {
                if let Some((name, value)) = unit.attribute {
                    put(name, value);
                }
            }
        }
        all
    }

    /// The product as the list has it.
    pub(super) fn document(&self) -> Value {
        let sku = self.sku();
        let (offer, rate) = (format!("{sku}.JRTCKXETXF"), format!("{sku}.JRTCKXETXF.6YS6EN2CT7"));
        let since = format!("{}T00:00:00Z", self.since);
        let attributes: BTreeMap<&str, String> = self.attributes().into_iter().collect();
        let usd = format!("{:.10}", self.usd.parse::<f64>().unwrap_or_default());
        json!({
            "product": { "productFamily": self.family(), "attributes": attributes, "sku": sku },
            "serviceCode": self.service(),
            "terms": { "OnDemand": { offer: {
                "priceDimensions": { rate.clone(): {
                    "unit": self.unit,
                    "beginRange": "0",
                    "endRange": "Inf",
                    "description": format!("${usd} per {} of {}", self.unit, self.usage_type()),
                    "appliesTo": [],
                    "rateCode": rate,
                    "pricePerUnit": { "USD": usd },
                } },
                "sku": sku,
                "effectiveDate": since,
                "offerTermCode": "JRTCKXETXF",
                "termAttributes": {},
            } } },
            "version": self.since.replace('-', ""),
            "publicationDate": since,
        })
    }
}

/// Processors, memory and generation, where the book knows them.
fn shape(kind: &str, put: &mut impl FnMut(&'static str, &str)) {
    let named: Option<InstanceType> = kind.parse().ok();
    let Some(shape) = named.as_ref().and_then(|kind| Book::reference().shape(kind)) else { return };
    put("vcpu", &shape.vcpu.to_string());
    #[expect(clippy::cast_precision_loss, reason = "MiB of memory have 53 bits to spare")]
    let gib = shape.memory_mib as f64 / 1024.0;
    put("memory", &format!("{gib} GiB"));
    put("currentGeneration", if shape.current_generation { "Yes" } else { "No" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_facts_the_book_is_the_list() {
        let list = read(Path::new("/nowhere"));
        let used = list.iter().filter(|it| matches!(&it.what, What::Instance { capacity: "Used", .. }));
        let at_home: Vec<&Product> = used.filter(|it| it.region == "us-east-1").collect();
        assert!(at_home.len() >= 600, "{}", at_home.len());
        assert!(
            list.iter().filter(|it| matches!(it.what, What::Unit(_))).count() == UNITS.len(),
            "every unit is in the book"
        );
    }

    #[test]
    fn every_product_has_a_sku_of_its_own() {
        let skus: std::collections::BTreeSet<String> = products().iter().map(Product::sku).collect();
        assert_eq!(skus.len(), products().len());
    }
}
