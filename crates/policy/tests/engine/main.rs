//! The engine from the outside: rules and inputs in, reports out.

mod hostile;
mod loading;
mod plain;
mod plan;
mod plan_file;
mod resilience;
mod unknown;
