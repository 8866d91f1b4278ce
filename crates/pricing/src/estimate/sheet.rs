//! The bill of one resource, line by line.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::catalogue;
use super::input::{Planned, Read, View};
use super::output::{Component, Gap, Reason};
use super::usage::Usage;
use crate::book::Book;
use crate::instance::InstanceType;
use crate::money::HOURS_PER_MONTH;
use crate::source::{Price, Quote};

/// Price lists carry what is billed alike everywhere under this region.
pub(super) const GLOBAL: &str = "us-east-1";

/// The resources of an estimate, by address.
pub(super) struct Index<'a> {
    by_address: HashMap<&'a str, &'a Planned>,
    /// Without the key of the instance.
    by_block: HashMap<&'a str, Vec<&'a Planned>>,
    by_kind: HashMap<&'a str, Vec<&'a Planned>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(resources: &'a [Planned]) -> Self {
        let mut index = Self { by_address: HashMap::new(), by_block: HashMap::new(), by_kind: HashMap::new() };
        for resource in resources {
            index.by_address.insert(&resource.address, resource);
            index.by_block.entry(without_key(&resource.address)).or_default().push(resource);
            index.by_kind.entry(&resource.kind).or_default().push(resource);
        }
        index
    }

    /// The resource behind an attribute: by the configuration's references, or by an id, name or ARN that is known.
    fn linked(&self, from: &Planned, view: &View<'_>, attribute: &str, kinds: &[&str]) -> Option<&'a Planned> {
        let of_kind = |planned: &&&'a Planned| kinds.contains(&planned.kind.as_str());
        let key = from.address.get(without_key(&from.address).len()..).unwrap_or_default();
        for address in from.links.get(attribute).into_iter().flatten() {
            if let Some(exact) = self.by_address.get(address.as_str()).filter(of_kind) {
                return Some(exact);
            }
            let same = format!("{}{key}", without_key(address));
            if let Some(same) = self.by_address.get(same.as_str()).filter(of_kind) {
                return Some(same);
            }
            if let Some(first) = self.by_block.get(without_key(address)).and_then(|all| all.iter().find(of_kind)) {
                return Some(first);
            }
        }
        let named = view.all_texts(attribute);
        let all = kinds.iter().filter_map(|kind| self.by_kind.get(kind)).flatten();
        all.copied().find(|planned| {
            let values = planned.after.as_ref().or(planned.before.as_ref());
            let is =
                |name: &str| values.and_then(|values| values.get(name)?.as_str()).is_some_and(|it| named.contains(&it));
            ["id", "arn", "name", "identifier", "cluster_identifier"].iter().any(|name| is(name))
        })
    }
}

/// An address without the key of its instance: `module.a["x"].aws_t.b` of `module.a["x"].aws_t.b[0]`.
fn without_key(address: &str) -> &str {
    if !address.ends_with(']') {
        return address;
    }
    // A key may hold dots and brackets; the last resource name may not.
    let (mut in_string, mut escaped, mut start) = (false, false, address.len());
    for (position, c) in address.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '[' if !in_string => start = position,
            _ => {}
        }
    }
    address.get(..start).unwrap_or(address)
}

/// Where lines are written.
pub(super) struct Sheet<'a> {
    pub(super) view: View<'a>,
    book: &'a Book,
    region: Option<&'a str>,
    planned: &'a Planned,
    index: &'a Index<'a>,
    usage: &'a Usage,
    /// Linked resources show their values of this side.
    is_after: bool,
    lines: Vec<Component>,
}

/// A price that was looked up: what it is for, and the quote.
type Found = Result<(String, Quote), Gap>;

impl<'a> Sheet<'a> {
    pub(super) fn new(
        planned: &'a Planned,
        view: View<'a>,
        (book, region): (&'a Book, Option<&'a str>),
        (index, usage): (&'a Index<'a>, &'a Usage),
        is_after: bool,
    ) -> Self {
        Self { view, book, region, planned, index, usage, is_after, lines: Vec::new() }
    }

    pub(super) fn lines(self) -> Vec<Component> {
        self.lines
    }

    /// The values of the resource behind an attribute, on the same side of the plan.
    pub(super) fn linked(&self, attribute: &str, kinds: &[&str]) -> Option<View<'a>> {
        let planned = self.index.linked(self.planned, &self.view, attribute, kinds)?;
        let values = if self.is_after { planned.after.as_ref() } else { planned.before.as_ref() };
        let unknown: &[String] = if self.is_after { &planned.unknown } else { &[] };
        Some(View::new(values?, unknown, self.usage.of(&planned.address, &planned.kind)))
    }

    /// Whether a resource of a kind with this id is billed by itself.
    pub(super) fn has(&self, kind: &str, id: &str) -> bool {
        let is = |planned: &&'a Planned| {
            let values = [&planned.after, &planned.before].into_iter().flatten();
            values.filter_map(|values| values.get("id")?.as_str()).any(|it| it == id)
        };
        self.index.by_kind.get(kind).is_some_and(|all| all.iter().any(is))
    }

    /// What a SKU of a service costs in the region of the resource.
    pub(super) fn unit(&self, service: &str, sku: &str) -> Found {
        self.unit_in(self.region, service, sku)
    }

    /// The same in another region than that of the resource.
    pub(super) fn unit_elsewhere(&self, region: &str, service: &str, sku: &str) -> Found {
        self.unit_in(Some(region), service, sku)
    }

    fn unit_in(&self, region: Option<&str>, service: &str, sku: &str) -> Found {
        let region = region.ok_or_else(no_region)?;
        let price = self.book.unit_price(region, service, sku);
        let price = price.ok_or_else(|| unpriced(format!("no price book has `{sku}` of {service} in {region}")))?;
        // A book of the user's may price by something else: then the quantity would be of another thing.
        let meant = Book::reference().unit_price(GLOBAL, service, sku).map(|it| it.unit);
        if let Some(meant) = meant.filter(|meant| *meant != price.unit) {
            let (book, unit) = (&price.quote.source, &price.unit);
            return Err(unpriced(format!("{book} prices `{sku}` of {service} by `{unit}`; write it by `{meant}`")));
        }
        Ok((price.unit, price.quote))
    }

    /// What an EC2 instance costs per hour on demand.
    pub(super) fn instance(&self, name: &str) -> Found {
        let region = self.region.ok_or_else(no_region)?;
        let name: InstanceType =
            name.parse().map_err(|error: crate::instance::NotAnInstanceType| unpriced(error.to_string()))?;
        match self.book.on_demand(region, &name) {
            Price::Known(quote) => Ok(("hour".to_owned(), quote)),
            Price::Unknown(why) => Err(unpriced(why.to_string())),
        }
    }

    /// What an EC2 instance costs per hour on the Spot market, when a price book says it.
    pub(super) fn spot(&self, name: &str) -> Found {
        let region = self.region.ok_or_else(no_region)?;
        let hint = format!(
            "no price book has a Spot price of {name} in {region}; a price book may say it as service `ec2-spot`"
        );
        self.unit("ec2-spot", name).map_err(|_| unpriced(hint))
    }

    /// A line of a known quantity.
    pub(super) fn add(&mut self, name: impl Into<String>, quantity: Decimal, price: Found) {
        self.line(name, quantity, price, false);
    }

    /// A line that rests on an assumption.
    pub(super) fn assume(&mut self, name: impl Into<String>, quantity: Decimal, price: Found) {
        self.line(name, quantity, price, true);
    }

    fn line(&mut self, name: impl Into<String>, quantity: Decimal, price: Found, assumed: bool) {
        let name = name.into();
        let line = match price {
            Ok((unit, quote)) => match quote.money.times(quantity) {
                Ok(monthly) => Component {
                    name,
                    quantity: Some(quantity),
                    unit,
                    unit_price_usd: Some(quote.money.amount),
                    monthly_usd: Some(monthly.amount),
                    estimated: assumed || quote.estimated,
                    source: Some(quote.source),
                    gap: None,
                },
                Err(error) => missing(name, unpriced(error.to_string())),
            },
            Err(gap) => Component { quantity: Some(quantity), estimated: assumed, ..missing(name, gap) },
        };
        self.lines.push(line);
    }

    /// A line of so many units of what runs all month.
    pub(super) fn hours(&mut self, name: impl Into<String>, count: Decimal, price: Found) {
        let price = price.and_then(|(unit, quote)| match unit.as_str() {
            "hour" => Ok((unit, quote)),
            other => Err(unpriced(format!("{} prices it by `{other}`; write it by `hour`", quote.source))),
        });
        self.add(name, hours(count), price);
    }

    /// A line of what is billed alike in every region.
    pub(super) fn global_hours(&mut self, name: &str, count: Decimal, service: &str, sku: &str) {
        let price = self.unit_in(Some(GLOBAL), service, sku);
        self.add(name, hours(count), price);
    }

    /// A line of stated usage, in what `per` of it is one unit of; without it the line says what to state.
    pub(super) fn used(&mut self, name: &str, key: &str, per: u32, price: Found) {
        match self.view.stated().number(key) {
            Some(amount) => self.add(name, amount / Decimal::from(per), price),
            None => self.unstated(name, key),
        }
    }

    /// The same of what is billed alike in every region.
    pub(super) fn global_used(&mut self, name: &str, key: &str, service: &str, sku: &str) {
        let price = self.unit_in(Some(GLOBAL), service, sku);
        self.used(name, key, 1, price);
    }

    /// Stated usage; without it nothing is shown. For what most resources do not have.
    pub(super) fn used_if_stated(&mut self, name: &str, key: &str, per: u32, service: &str, sku: &str) {
        if self.view.stated().number(key).is_some() {
            let price = self.unit(service, sku);
            self.used(name, key, per, price);
        }
    }

    /// A line that lacks usage.
    pub(super) fn unstated(&mut self, name: impl Into<String>, key: &str) {
        let message = format!("say `{key}` in the usage file");
        self.gap(name, Gap { reason: Reason::UsageNotGiven, message });
    }

    /// A line that lacks an attribute.
    pub(super) fn not_known(&mut self, name: impl Into<String>, attribute: &str) {
        let cause = self.planned.causes.get(attribute).filter(|_| self.is_after);
        let why = cause.map_or("is known only after apply".to_owned(), |cause| format!("is not known: {cause}"));
        self.lacks(name, attribute, &why);
    }

    fn lacks(&mut self, name: impl Into<String>, attribute: &str, why: &str) {
        let may_be_stated = catalogue::keys(&self.planned.kind).contains(&attribute);
        let hint = if may_be_stated { "; the usage file may say it" } else { "" };
        self.gap(name, Gap { reason: Reason::ValueNotKnown, message: format!("`{attribute}` {why}{hint}") });
    }

    pub(super) fn gap(&mut self, name: impl Into<String>, gap: Gap) {
        self.lines.push(missing(name.into(), gap));
    }

    /// A value that a line needs; without one the line says so.
    pub(super) fn need<T>(&mut self, line: &str, attribute: &str, value: Read<T>) -> Option<T> {
        match value {
            Read::Known(value) => return Some(value),
            Read::Unknown => self.not_known(line, attribute),
            Read::Absent => match self.view.written(attribute) {
                Some(value) => self.lacks(line, attribute, &format!("is {value}, for which there is no price")),
                None => self.lacks(line, attribute, "is not set"),
            },
        }
        None
    }
}

/// Hours of a month of so many things.
pub(super) fn hours(count: Decimal) -> Decimal {
    count * Decimal::from(HOURS_PER_MONTH)
}

fn missing(name: String, gap: Gap) -> Component {
    Component {
        name,
        quantity: None,
        unit: String::new(),
        unit_price_usd: None,
        monthly_usd: None,
        estimated: false,
        source: None,
        gap: Some(gap),
    }
}

fn no_region() -> Gap {
    Gap { reason: Reason::RegionNotKnown, message: "its region is not known; say it with --region".to_owned() }
}

/// That there is no price.
pub(super) fn unpriced(message: impl Into<String>) -> Gap {
    Gap { reason: Reason::PriceNotKnown, message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::without_key;

    #[test]
    fn keys_of_instances_come_off() {
        for (address, block) in [
            ("aws_t.a", "aws_t.a"),
            ("aws_t.a[0]", "aws_t.a"),
            (r#"module.m["x.y"].aws_t.a["b[\"c"]"#, r#"module.m["x.y"].aws_t.a"#),
            (r#"module.m["x"].aws_t.a"#, r#"module.m["x"].aws_t.a"#),
        ] {
            assert_eq!(without_key(address), block);
        }
    }
}
