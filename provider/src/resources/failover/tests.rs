mod aborting;
mod failing_over;
mod resuming;
mod store;
mod world;

const TYPE: &str = "parapet_failover";
const OLD: &str = "eu-west-1";
const NEW: &str = "eu-central-1";
