//! The price book: what EC2 instances and other services cost, in a file.
//!
//! # Format
//! JSON. Prices are numbers or strings, and above zero; what is not known is left out. A file has any of these parts:
//!
//! ```json
//! {
//!   "format": "parapet-price-book/1",
//!   "name": "Our private rates",
//!   "date": "2026-11-01",
//!   "instances": {"eu-west-1": {"m7i.xlarge": 0.1871}},
//!   "services": {"eu-west-1": {"ebs": {"gp3": {"unit": "GB-month", "usd": 0.088}}}}
//! }
//! ```
//!
//! `families` (with `home_region`, us-east-1 when left out) describe whole families, by the price of their `xlarge`:
//! `{"m7i": {"unit_usd": 0.2016, "decimals": 4, "memory_gib": 16, "sizes": "large xlarge 2xlarge"}}`. A size costs and
//! holds in proportion (`large` is half an `xlarge`, `metal` is as large as the largest), rounded half up to `decimals`
//! (5 when left out); `exceptions` say what of a size does not follow. `architecture` (x86_64), `current` (true) and `gpu`
//! complete the shape. `regions` give the price of the `xlarge` elsewhere: `{"eu-west-1": {"unit_usd": {"m7i": 0.2247}}}`,
//! `estimated` and dated where that is so; a size that is an exception at home is unknown there.
//!
//! `classes` are the same for database instances and cache nodes, by region, service and editions:
//! `{"us-east-1": {"rds": {"mysql mariadb": {"db.m5": {"usd": 0.342, "sizes": "large xlarge"}}}}}`. Each size becomes the SKU
//! `<edition>:<class>`, `mysql:db.m5.large`, priced by the hour and rounded to `decimals` (3 when left out); `exceptions` give
//! the prices of sizes that do not follow. `elsewhere` gives the `xlarge` in other regions, `{"eu-west-1": {"rds": {"mysql":
//! {"db.m5": 0.38}}}}`, for the sizes that follow in the home region.
//!
//! All amounts are in US dollars; `currency` may say so, and nothing else.

mod classes;
mod family;
mod format;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use rust_decimal::Decimal;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::instance::{InstanceType, Shape};
use crate::money::{Money, digits};
use crate::source::{Price, Quote, Source, SourceKind};
use crate::spot::{Candidate, SpotPrice};

/// What is wrong with a price book.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// Not JSON, or fields that are not the format's.
    #[error("{book}: line {line}, column {column}: {message}", line = .error.line(), column = .error.column(), message = plain(.error))]
    Syntax {
        /// The file.
        book: String,
        /// The parser's complaint.
        error: serde_json::Error,
    },
    /// Another format.
    #[error("{book}: the format is `{found}`; this version reads `{expected}`", expected = format::FORMAT)]
    Format {
        /// The file.
        book: String,
        /// What it says.
        found: String,
    },
    /// A part that contradicts itself.
    #[error("{book}: {part}: {message}")]
    Content {
        /// The file.
        book: String,
        /// Where in it.
        part: String,
        /// What is wrong.
        message: String,
    },
}

/// The parser's message without its position, which is said before it.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}

/// What a unit price is for; as in [`Book::unit_price`]. Serialises as
/// `{"unit": "hour", "usd": "0.045", "estimated": false, "source": {"kind": ..., "name": ..., "date": ...}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitPrice {
    /// `GB-month`, `hour`, `IOPS-month`, ...: the words of the AWS price list.
    pub unit: String,
    /// The price of one.
    pub quote: Quote,
}

impl Serialize for UnitPrice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("UnitPrice", 4)?;
        fields.serialize_field("unit", &self.unit)?;
        // A number would become a binary float where it is read.
        fields.serialize_field("usd", &digits(self.quote.money.amount))?;
        fields.serialize_field("estimated", &self.quote.estimated)?;
        fields.serialize_field("source", self.quote.source.as_ref())?;
        fields.end()
    }
}

#[derive(Debug)]
struct Layer {
    home_region: String,
    home_source: Arc<Source>,
    families: BTreeMap<String, family::Family>,
    regions: BTreeMap<String, Region>,
    instances: BTreeMap<(String, String), Decimal>,
    services: BTreeMap<(String, String, String), (String, Decimal)>,
}

#[derive(Debug)]
struct Region {
    source: Arc<Source>,
    estimated: bool,
    units: BTreeMap<String, Decimal>,
}

/// Price books on top of each other; the first that knows a price says it.
#[derive(Debug, Clone)]
pub struct Book {
    layers: Vec<Arc<Layer>>,
}

impl Book {
    /// The book embedded in this crate: on-demand Linux prices of us-east-1 and what follows from them.
    ///
    /// # Panics
    /// Never: a test reads it.
    #[must_use]
    pub fn reference() -> &'static Self {
        static REFERENCE: OnceLock<Book> = OnceLock::new();
        REFERENCE.get_or_init(|| {
            let files = [
                include_str!("reference/ec2.json"),
                include_str!("reference/regions.json"),
                include_str!("reference/services.json"),
                include_str!("reference/databases.json"),
                include_str!("reference/caches.json"),
                include_str!("reference/tables.json"),
            ];
            let layers = files
                .iter()
                .filter_map(|text| Layer::read("reference book", text.as_bytes(), SourceKind::ReferenceBook).ok())
                .map(Arc::new)
                .collect();
            Self { layers }
        })
    }

    /// Reads a file of the user's; `name` is said in errors and as the source.
    ///
    /// # Errors
    /// The text is not a price book; the message names the place.
    pub fn parse(name: &str, json: &[u8]) -> Result<Self, BookError> {
        Ok(Self { layers: vec![Arc::new(Layer::read(name, json, SourceKind::PriceBook)?)] })
    }

    /// This book, and for what it does not know another one.
    #[must_use]
    pub fn over(mut self, below: &Self) -> Self {
        self.layers.extend(below.layers.iter().cloned());
        self
    }

    /// What an instance costs per hour: Linux, shared tenancy, on demand.
    #[must_use]
    pub fn on_demand(&self, region: &str, instance_type: &InstanceType) -> Price {
        let family = self.layers.iter().find_map(|layer| layer.families.get(instance_type.family()));
        let size = family.and_then(|it| it.sizes.iter().find(|it| it.instance_type == *instance_type));
        self.price_of(region, instance_type, family.zip(size))
    }

    fn price_of(
        &self,
        region: &str,
        instance_type: &InstanceType,
        known: Option<(&family::Family, &family::Sized)>,
    ) -> Price {
        let key = (region.to_owned(), instance_type.as_str().to_owned());
        for layer in &self.layers {
            if let Some(amount) = layer.instances.get(&key) {
                return quote(*amount, &layer.home_source, false);
            }
            let Some((family, size)) = known else { continue };
            let at_home = layer.home_region == region;
            if at_home
                && let Some(own) = layer.families.get(instance_type.family())
                && let Some(own) = own.sizes.iter().find(|it| it.instance_type == *instance_type)
            {
                return quote(own.home, &layer.home_source, false);
            }
            if let Some(there) = layer.regions.get(region)
                && let Some(unit) = there.units.get(instance_type.family())
                && let Some(amount) = family.elsewhere(size, *unit)
            {
                return quote(amount, &there.source, there.estimated);
            }
        }
        Price::Unknown(format!("no price book has {instance_type} in {region}").into())
    }

    /// What `sku` of a service costs, such as `("us-east-1", "ebs", "gp3")`; none when no book has it.
    #[must_use]
    pub fn unit_price(&self, region: &str, service: &str, sku: &str) -> Option<UnitPrice> {
        let key = (region.to_owned(), service.to_owned(), sku.to_owned());
        self.layers.iter().find_map(|layer| {
            let (unit, amount) = layer.services.get(&key)?;
            let quote = Quote { money: Money::usd(*amount), source: layer.home_source.clone(), estimated: false };
            Some(UnitPrice { unit: unit.clone(), quote })
        })
    }

    /// Everything that the book knows of a region: service, SKU, price. On-demand EC2 instances are the service `ec2`, by type.
    #[must_use]
    pub fn prices(&self, region: &str) -> BTreeMap<String, BTreeMap<String, UnitPrice>> {
        let mut prices: BTreeMap<String, BTreeMap<String, UnitPrice>> = BTreeMap::new();
        let hourly = |quote| UnitPrice { unit: "hour".to_owned(), quote };
        let listed = self.layers.iter().flat_map(|layer| layer.instances.keys());
        let listed = listed.filter(|(at, _)| at == region).filter_map(|(_, name)| name.parse::<InstanceType>().ok());
        let instances = listed.map(|name| (self.on_demand(region, &name), name));
        let candidates = self.candidates(region).into_iter().map(|it| (it.on_demand, it.instance_type));
        for (price, name) in candidates.chain(instances) {
            if let Price::Known(quote) = price {
                prices.entry("ec2".to_owned()).or_default().insert(name.as_str().to_owned(), hourly(quote));
            }
        }
        for (_, service, sku) in
            self.layers.iter().flat_map(|layer| layer.services.keys()).filter(|(at, ..)| at == region)
        {
            if let Some(price) = self.unit_price(region, service, sku) {
                prices.entry(service.clone()).or_default().insert(sku.clone(), price);
            }
        }
        prices
    }

    /// The shape of an instance type; none when no book has its family and size.
    #[must_use]
    pub fn shape(&self, instance_type: &InstanceType) -> Option<&Shape> {
        let sizes = self.layers.iter().filter_map(|layer| layer.families.get(instance_type.family()));
        sizes.flat_map(|it| &it.sizes).find(|it| it.instance_type == *instance_type).map(|it| &it.shape)
    }

    /// Every instance type of the book whose shape it knows, with its on-demand price in the region; what else a choice
    /// needs (zones, spot prices, interruption rates) is unknown until it is added.
    #[must_use]
    pub fn candidates(&self, region: &str) -> Vec<Candidate> {
        let mut families: BTreeMap<&str, &family::Family> = BTreeMap::new();
        for layer in &self.layers {
            for (name, family) in &layer.families {
                families.entry(name).or_insert(family);
            }
        }
        let sizes = families.values().flat_map(|family| family.sizes.iter().map(move |size| (*family, size)));
        sizes
            .map(|(family, size)| Candidate {
                instance_type: size.instance_type.clone(),
                shape: size.shape.clone(),
                zones: None,
                on_demand: self.price_of(region, &size.instance_type, Some((family, size))),
                spot: SpotPrice::Quoted(Price::unknown("no spot prices were given")),
                interruption: None,
                placement_score: None,
            })
            .collect()
    }

    /// Where the book has any price; what is billed alike everywhere is in us-east-1.
    #[must_use]
    pub fn priced_regions(&self) -> Vec<&str> {
        let of_services =
            self.layers.iter().flat_map(|layer| layer.services.keys()).map(|(region, ..)| region.as_str());
        let mut names: Vec<&str> = self.regions().into_iter().chain(of_services).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Where the book has EC2 prices.
    #[must_use]
    pub fn regions(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .layers
            .iter()
            .flat_map(|layer| {
                let home = (!layer.families.is_empty()).then_some(layer.home_region.as_str());
                let listed = layer.instances.keys().map(|(region, _)| region.as_str());
                home.into_iter().chain(layer.regions.keys().map(String::as_str)).chain(listed)
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

fn quote(amount: Decimal, source: &Arc<Source>, estimated: bool) -> Price {
    Price::Known(Quote { money: Money::usd(amount), source: source.clone(), estimated })
}

impl Layer {
    fn read(book: &str, json: &[u8], kind: SourceKind) -> Result<Self, BookError> {
        let file: format::File =
            serde_json::from_slice(json).map_err(|error| BookError::Syntax { book: book.to_owned(), error })?;
        if file.format != format::FORMAT {
            return Err(BookError::Format { book: book.to_owned(), found: file.format });
        }
        let content = |part: String, message: String| BookError::Content { book: book.to_owned(), part, message };
        let families = file
            .families
            .iter()
            .map(|(name, from)| match family::family(name, from) {
                Ok(family) => Ok((name.clone(), family)),
                Err(message) => Err(content(format!("families.{name}"), message)),
            })
            .collect::<Result<_, _>>()?;
        let mut instances = BTreeMap::new();
        for (region, prices) in &file.instances {
            for (name, price) in prices {
                InstanceType::from_str(name)
                    .map_err(|error| content(format!("instances.{region}"), error.to_string()))?;
                instances.insert((region.clone(), name.clone()), price.0);
            }
        }
        let home_region = file.home_region.clone().unwrap_or_else(|| "us-east-1".to_owned());
        let classes = classes::hourly(&file, &home_region).map_err(|(place, message)| content(place, message))?;
        let mut services = BTreeMap::new();
        for (region, named) in file.services {
            for (service, skus) in named {
                for (sku, price) in skus {
                    services.insert((region.clone(), service.clone(), sku), (price.unit, price.usd.0));
                }
            }
        }
        services.extend(classes.into_iter().map(|(key, amount)| (key, ("hour".to_owned(), amount))));
        let source = |date| Source::new(kind, file.name.clone(), Some(date));
        let regions = file.regions.into_iter().map(|(name, region)| {
            let units = region.unit_usd.into_iter().map(|(family, unit)| (family, unit.0)).collect();
            (name, Region { source: source(region.date.unwrap_or(file.date)), estimated: region.estimated, units })
        });
        Ok(Self {
            regions: regions.collect(),
            home_region,
            home_source: source(file.date),
            families,
            instances,
            services,
        })
    }
}
