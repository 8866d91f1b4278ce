//! AWS: how to reach it, as the provider block says, with one client for each service and region.

pub(crate) mod account;
mod clients;
mod config;
mod errors;
#[cfg(test)]
pub(crate) mod stub;
mod tags;
mod waiting;

pub(crate) use clients::{Account, Aws};
pub(crate) use config::{AssumeRole, DefaultTags, Endpoints, Settings};
pub(crate) use errors::{AwsResult, is_unreachable, needing};
pub(crate) use tags::{
    FENCED, TagChanges, Tags, check_tags, fenced_regions, own_tags, plan_all_tags, wanted_tags, without_reserved,
};
pub(crate) use waiting::{Deadline, Look, Progress, Setback, Timeouts, accepted, duration_text, until};
