//! Estimates from the outside: bills against sheets computed by hand, plans, and what is not known.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod plans;
mod sheet;
mod unknown;

use parapet_pricing::Book;
use parapet_pricing::estimate::{Assumptions, Estimate, Planned, Usage, estimate};
use serde_json::Value;

/// A resource that is created in us-east-1.
fn created(address: &str, after: Value) -> Planned {
    let kind = address.rsplit('.').nth(1).unwrap();
    Planned {
        address: address.to_owned(),
        module: address
            .strip_suffix(&format!(".{kind}.{}", address.rsplit('.').next().unwrap()))
            .unwrap_or("")
            .to_owned(),
        kind: kind.to_owned(),
        actions: vec!["create".to_owned()],
        after: Some(after),
        region: Some("us-east-1".to_owned()),
        ..Planned::default()
    }
}

/// With a link from an attribute to another resource.
fn linked(planned: Planned, attribute: &str, to: &str) -> Planned {
    Planned { links: [(attribute.to_owned(), vec![to.to_owned()])].into(), ..planned }
}

fn estimated(resources: &[Planned], usage: &str) -> Estimate {
    let usage = Usage::parse("usage.hcl", usage).unwrap();
    let with = Assumptions { book: Book::reference(), usage: &usage, region: None, compares: true };
    estimate(resources, &with).unwrap()
}
