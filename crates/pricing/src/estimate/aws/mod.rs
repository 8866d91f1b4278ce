//! How AWS bills each type of resource.

pub(super) mod cache;
pub(super) mod compute;
pub(super) mod containers;
pub(super) mod database;
pub(super) mod network;
pub(super) mod serverless;
pub(super) mod storage;
mod support;
