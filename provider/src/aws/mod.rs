//! AWS: how to reach it, as the provider block says, with one client for each service and region.

mod clients;
mod config;
mod errors;

pub(crate) use clients::Aws;
pub(crate) use config::{AssumeRole, DefaultTags, Endpoints, Settings};
pub(crate) use errors::{AwsResult, is_unreachable};
