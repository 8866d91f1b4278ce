//! What can be recommended from state and configuration alone: each rule sees one resource and knows nothing of the source.

mod block_storage;
mod databases;
mod generation;
mod logs;

use std::fmt;

use parapet_policy::{AttributePath, Step};
use serde_json::Value as Json;

/// A family of recommendations, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// General purpose volumes of the older generation: gp2 to gp3.
    Gp3,
    /// Provisioned IOPS volumes of the older generation: io1 to gp3 or io2.
    Io1,
    /// Instance types of an older generation to the next one of the same shape and architecture.
    PreviousGeneration,
    /// Managed databases and caches to the same shape on Graviton; only when asked for.
    Graviton,
    /// Storage of RDS instances: gp2 to gp3.
    RdsGp3,
    /// Log groups that keep everything for ever; only when it is said how long they are to keep it.
    LogRetention,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Gp3, Self::Io1, Self::PreviousGeneration, Self::Graviton, Self::RdsGp3, Self::LogRetention];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gp3 => "gp3",
            Self::Io1 => "io1",
            Self::PreviousGeneration => "previous-generation",
            Self::Graviton => "graviton",
            Self::RdsGp3 => "rds-gp3",
            Self::LogRetention => "log-retention",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is wanted.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Only these; all when it is empty.
    pub only: Vec<Category>,
    /// Managed databases and caches may move to Arm processors.
    pub graviton: bool,
    /// Days a log group without retention is to keep its events.
    pub log_retention_days: Option<u32>,
}

impl Wishes {
    fn include(&self, category: Category) -> bool {
        self.only.is_empty() || self.only.contains(&category)
    }
}

/// One argument that is to have another value.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The argument.
    pub path: AttributePath,
    /// Its value so far; null when there is none.
    pub from: Json,
    /// Its value from now on.
    pub to: Json,
    /// It stands behind the first of these that is written when it has to be added.
    pub beside: &'static [&'static str],
}

/// What is recommended for one resource instance, or why nothing is although something of its kind would save money.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Advice {
    /// These arguments are to be changed together.
    Change { category: Category, changes: Vec<Change>, why: String },
    /// The first argument that would change, and why it must not.
    Refuse { category: Category, path: AttributePath, what: String, reason: String },
}

impl Advice {
    fn category(&self) -> Category {
        match self {
            Self::Change { category, .. } | Self::Refuse { category, .. } => *category,
        }
    }
}

/// What is to be said about a resource with these values.
pub(crate) fn advise(kind: &str, values: &Json, wishes: &Wishes) -> Vec<Advice> {
    let mut advice = match kind {
        "aws_ebs_volume" => block_storage::volume(values),
        "aws_instance" => [block_storage::instance(values), generation::instance(kind, values)].concat(),
        "aws_launch_template" => [block_storage::template(values), generation::instance(kind, values)].concat(),
        "aws_launch_configuration" => {
            [block_storage::launch_configuration(values), generation::instance(kind, values)].concat()
        }
        "aws_eks_node_group" => generation::node_group(values),
        "aws_db_instance" => [databases::storage(values), generation::database(values, wishes.graviton)].concat(),
        "aws_rds_cluster_instance" => generation::database(values, wishes.graviton),
        "aws_elasticache_cluster" | "aws_elasticache_replication_group" => {
            generation::cache(kind, values, wishes.graviton)
        }
        "aws_cloudwatch_log_group" => logs::retention(values, wishes.log_retention_days),
        _ => Vec::new(),
    };
    advice.retain(|advice| wishes.include(advice.category()));
    advice
}

/// A text among the values of a resource.
fn text<'a>(values: &'a Json, name: &str) -> Option<&'a str> {
    values.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// A whole number above zero among the values of a resource; providers write 0 where there is none.
fn number(values: &Json, name: &str) -> Option<u64> {
    let value = values.get(name)?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).filter(|number| *number > 0)
}

fn path(steps: impl IntoIterator<Item = Step>) -> AttributePath {
    steps.into_iter().collect()
}
