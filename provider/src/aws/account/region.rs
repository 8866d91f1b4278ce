//! One region: what is read of it together, and what has to wait for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_ec2::primitives::DateTime;
use jiff::Timestamp;
use parapet_pricing::Book;
use parapet_pricing::recommend::{Failure, Inventory, Limits, Tags};
use tfplugin::prelude::*;

use super::market::Advice;
use super::{Aws, Days, compute, databases, market, network, storage};

/// What one region is read with.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) account: String,
    pub(super) name: String,
    pub(super) now: Timestamp,
    pub(super) days: Days,
    pub(super) limits: Arc<Limits>,
    pub(super) book: Arc<Book>,
    pub(super) ec2: aws_sdk_ec2::Client,
    pub(super) elbv2: aws_sdk_elasticloadbalancingv2::Client,
    pub(super) rds: aws_sdk_rds::Client,
    pub(super) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(super) advice: Advice,
}

/// What one kind of resource brought, and what of it could not be read.
pub(super) struct Part<T> {
    pub(super) found: Vec<T>,
    pub(super) failures: Vec<Failure>,
}

impl<T> Part<T> {
    /// Nothing was asked for.
    pub(super) fn none() -> Self {
        Self { found: Vec::new(), failures: Vec::new() }
    }

    /// Nothing, because of a failure.
    pub(super) fn failed(failure: Failure) -> Self {
        Self { found: Vec::new(), failures: vec![failure] }
    }
}

impl Region {
    pub(super) fn new(
        aws: &Aws,
        account: &str,
        name: &str,
        (now, days): (Timestamp, Days),
        (limits, book): (Arc<Limits>, Arc<Book>),
        advice: Advice,
    ) -> Self {
        Self {
            account: account.to_owned(),
            name: name.to_owned(),
            now,
            days,
            limits,
            book,
            ec2: aws.ec2(name),
            elbv2: aws.elbv2(name),
            rds: aws.rds(name),
            cloudwatch: aws.cloudwatch(name),
            advice,
        }
    }

    /// Reads everything.
    pub(super) async fn read(self) -> Result<Inventory> {
        let mut inventory = Inventory::empty(&self.account, &self.name, self.now, self.days.count);
        let (instances, volumes, snapshots, addresses, nat_gateways, load_balancers, databases) = tokio::join!(
            compute::instances(&self),
            storage::volumes(&self),
            storage::snapshots(&self),
            network::addresses(&self),
            network::nat_gateways(&self),
            network::load_balancers(&self),
            databases::databases(&self),
        );
        let failures = &mut inventory.failures;
        let (instances, zones) = instances?;
        inventory.instances = taken(instances, failures);
        inventory.volumes = taken(volumes?, failures);
        inventory.snapshots = taken(snapshots, failures);
        inventory.addresses = taken(addresses, failures);
        inventory.nat_gateways = taken(nat_gateways?, failures);
        inventory.load_balancers = taken(load_balancers?, failures);
        inventory.databases = taken(databases?, failures);
        let (ceilings, spot) = tokio::join!(
            compute::ceilings(&self, &inventory.instances),
            market::spot(&self, &inventory.instances, &zones),
        );
        let mut more = Vec::new();
        inventory.ceilings = ceilings.unwrap_or_else(|failure| {
            more.push(failure);
            BTreeMap::new()
        });
        let (spot, of_spot) = spot;
        inventory.spot = spot;
        inventory.failures.extend(more);
        inventory.failures.extend(of_spot);
        Ok(inventory)
    }

    /// Whether something of these kinds is looked for; else nothing is asked for it.
    pub(super) fn reads(&self, kinds: &[&str]) -> bool {
        kinds.iter().any(|kind| self.limits.wants_kind(kind))
    }

    /// Whether a resource is one that is looked at; what is not needs no metrics.
    pub(super) fn wants(&self, tags: &Tags) -> bool {
        self.limits.looks_at(tags)
    }

    /// A time that EC2 gave; without one the thing is new, and nothing is held against it.
    pub(super) fn since(&self, at: Option<&DateTime>) -> Timestamp {
        at.and_then(|at| Timestamp::from_second(at.secs()).ok()).unwrap_or(self.now)
    }
}

fn taken<T>(part: Part<T>, failures: &mut Vec<Failure>) -> Vec<T> {
    failures.extend(part.failures);
    part.found
}

/// Tags as a map.
pub(super) fn tags<'a>(all: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>) -> Tags {
    all.filter_map(|(key, value)| Some((key?.to_owned(), value.unwrap_or_default().to_owned()))).collect()
}

/// Tags of EC2.
pub(super) fn ec2_tags(all: &[aws_sdk_ec2::types::Tag]) -> Tags {
    tags(all.iter().map(|it| (it.key(), it.value())))
}

/// A size or a number that is not negative.
pub(super) fn count(number: Option<i32>) -> Option<u32> {
    number.and_then(|it| u32::try_from(it).ok())
}
