//! Reading an account: what its regions hold, how that was used, and what it costs.
//!
//! Everything is read in pages, several calls at once and never more than [`AT_ONCE`] of a kind, with the retries of the provider
//! block. What AWS refuses, or cannot answer however often it is asked, is a [`Failure`], and the rest is read all the same.
//!
//! Times are whole days in UTC until last midnight: Terraform reads again while it applies, and must see the same.

mod asked;
mod commitments;
mod compute;
mod databases;
mod market;
mod metrics;
mod network;
mod region;
mod spending;
mod storage;

use std::future::Future;
use std::sync::Arc;

use jiff::Timestamp;
use parapet_pricing::Book;
use parapet_pricing::recommend::{Failure, Inventory, Limits, Spend};
use tfplugin::prelude::*;
use tokio::task::JoinSet;

use super::Aws;
use asked::Operation;
use region::Region;

/// Calls of one kind that wait for their answers together: CloudWatch allows 50 `GetMetricData` a second, and others less.
const AT_ONCE: usize = 8;
/// Regions that are read together.
const REGIONS_AT_ONCE: usize = 4;
/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// What is to be read.
#[derive(Debug)]
pub(crate) struct Question {
    /// Regions.
    pub(crate) regions: Vec<String>,
    /// Days to look back.
    pub(crate) lookback_days: u32,
    /// Whether past bills are read as well, a cent a call.
    pub(crate) bills: bool,
    /// The tag by which they are split.
    pub(crate) cost_tag: Option<String>,
    /// What is looked for: what none of its actions and kinds needs is not read.
    pub(crate) limits: Limits,
}

/// What was read.
#[derive(Debug)]
pub(crate) struct Account {
    /// Each region.
    pub(crate) inventories: Vec<Inventory>,
    /// The bills; none when they were not asked for or could not be read.
    pub(crate) spend: Option<Spend>,
    /// What could not be read, of the regions and of the account.
    pub(crate) failures: Vec<Failure>,
}

/// What Terraform shows where something could not be read.
pub(crate) fn warning(failure: &Failure) -> Diagnostic {
    let place = failure.region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
    let summary = format!("{} could not be read{place}: {}", failure.service, failure.operation);
    Diagnostic::warning(summary).detail(format!("{} What it would have shown is missing.", failure.reason))
}

/// Whole days in UTC.
#[derive(Debug, Clone, Copy)]
struct Days {
    /// The first second, since 1970.
    from: i64,
    /// The first second after them.
    until: i64,
    /// How many.
    count: u32,
}

impl Days {
    /// The last ones that are over.
    fn before(now: Timestamp, count: u32) -> Self {
        let until = now.as_second() - now.as_second().rem_euclid(DAY);
        Self { from: until - i64::from(count) * DAY, until, count }
    }
}

/// Reads an account.
///
/// # Errors
/// Only what is wrong in this process; what AWS refuses is among the failures.
pub(crate) async fn read(aws: &Aws, book: &Book, question: Question) -> Result<Account> {
    let now = Timestamp::now();
    let days = Days::before(now, question.lookback_days);
    let mut failures = Vec::new();
    let account = match aws.account().await {
        Ok(account) => account.id.clone(),
        Err(error) => {
            failures.push(Operation::new("STS", "sts", "GetCallerIdentity").told(None, &error));
            String::new()
        }
    };
    let book = Arc::new(book.clone());
    let limits = Arc::new(question.limits);
    let advice = market::Advice::new(aws);
    let regions: Vec<Region> = question
        .regions
        .iter()
        .map(|name| {
            Region::new(aws, &account, name, (now, days), (Arc::clone(&limits), Arc::clone(&book)), advice.clone())
        })
        .collect();
    let mut inventories = Vec::new();
    let (read, spend, commitments) = tokio::join!(
        bounded(REGIONS_AT_ONCE, regions.into_iter().map(Region::read), |inventory| inventories.push(inventory)),
        async {
            if question.bills {
                spending::read(aws, now, question.cost_tag.as_deref()).await
            } else {
                (None, Vec::new())
            }
        },
        commitments::read(aws, days, &limits),
    );
    read?;
    let mut inventories = inventories.into_iter().collect::<Result<Vec<Inventory>>>()?;
    inventories.sort_by(|a, b| a.region.cmp(&b.region));
    let (spend, of_spend) = spend;
    let (mut commitments, of_commitments) = commitments;
    for it in &mut inventories {
        it.commitments = commitments.remove(&it.region).unwrap_or_default();
        failures.extend(it.failures.iter().cloned());
    }
    failures.extend(of_spend);
    failures.extend(of_commitments);
    failures.sort();
    failures.dedup();
    Ok(Account { inventories, spend, failures })
}

/// Runs jobs, at most so many at a time, and takes what each brings, in the order in which they end.
async fn bounded<F>(most: usize, jobs: impl IntoIterator<Item = F>, mut take: impl FnMut(F::Output)) -> Result<()>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let mut jobs = jobs.into_iter();
    let mut running = JoinSet::new();
    loop {
        while running.len() < most
            && let Some(job) = jobs.next()
        {
            running.spawn(job);
        }
        match running.join_next().await {
            None => return Ok(()),
            Some(brought) => take(brought.during("reading the account")?),
        }
    }
}
