//! What something costs in a month, or why that is not known.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::book::Book;
use crate::instance::InstanceType;
use crate::money::{Currency, HOURS_PER_MONTH};
use crate::source::{Price, Quote};

/// A monthly cost with its sources.
#[derive(Debug, Clone)]
pub(super) struct Cost {
    usd: Result<Decimal, String>,
    sources: BTreeSet<String>,
}

impl Cost {
    /// Nothing at all.
    pub(super) fn nothing() -> Self {
        Self { usd: Ok(Decimal::ZERO), sources: BTreeSet::new() }
    }

    /// Not known; `why` completes "not known: ".
    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Self { usd: Err(why.into()), sources: BTreeSet::new() }
    }

    /// An amount that somebody else worked out.
    pub(super) fn said(usd: Decimal, source: &str) -> Self {
        Self { usd: Ok(usd), sources: BTreeSet::from([source.to_owned()]) }
    }

    /// So many units of a quote.
    fn quoted(quote: &Quote, quantity: Decimal) -> Self {
        if quote.money.currency != Currency::USD {
            return Self::unknown(format!("its price is in {}, not in USD", quote.money.currency));
        }
        match quote.money.times(quantity) {
            Ok(money) => Self { usd: Ok(money.amount), sources: BTreeSet::from([quote.source.to_string()]) },
            Err(error) => Self::unknown(error.to_string()),
        }
    }

    /// A month at an hourly price.
    pub(super) fn hourly(price: &Price) -> Self {
        match price {
            Price::Known(quote) => Self::quoted(quote, Decimal::from(HOURS_PER_MONTH)),
            Price::Unknown(why) => Self::unknown(why.as_ref()),
        }
    }

    /// A month of an instance: Linux, shared hardware, on demand.
    pub(super) fn instance(book: &Book, region: &str, instance_type: &InstanceType) -> Self {
        Self::hourly(&book.on_demand(region, instance_type))
    }

    /// So many units of a SKU; hours where its price is by the hour.
    pub(super) fn of(book: &Book, region: &str, (service, sku): (&str, &str), quantity: Decimal) -> Self {
        match book.unit_price(region, service, sku) {
            Some(unit) => Self::quoted(&unit.quote, quantity),
            None => Self::unknown(format!("no price book has {service} {sku} in {region}")),
        }
    }

    /// A month of a SKU that is paid by the hour.
    pub(super) fn month_of(book: &Book, region: &str, sku: (&str, &str)) -> Self {
        Self::of(book, region, sku, Decimal::from(HOURS_PER_MONTH))
    }

    /// Both together; unknown when one is.
    pub(super) fn plus(mut self, other: Self) -> Self {
        self.usd = match (self.usd, other.usd) {
            (Ok(a), Ok(b)) => a.checked_add(b).ok_or_else(|| "the sum is too large to be exact".to_owned()),
            (Err(why), _) | (Ok(_), Err(why)) => Err(why),
        };
        self.sources.extend(other.sources);
        self
    }

    /// The amount, when it is known.
    pub(super) fn usd(&self) -> Option<Decimal> {
        self.usd.as_ref().ok().copied()
    }

    /// Why it is not known; empty when it is.
    pub(super) fn why(&self) -> &str {
        self.usd.as_ref().err().map_or("", String::as_str)
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = &String> {
        self.sources.iter()
    }
}
