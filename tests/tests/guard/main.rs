//! `parapet guard` in Terraform's way: nothing changes unless a policy says so, whatever happens to provider, guard or Terraform.

use std::process::ExitCode;

use parapet_tests::suite::Suite;

mod faults;
#[path = "../guard_policy/guarded.rs"]
mod guarded;
mod interrupted;
mod providers;
mod stack;
mod transparent;

fn main() -> ExitCode {
    Suite::new()
        .terraform("transparent::the_fixture_provider", transparent::fixture)
        .terraform("transparent::our_own_provider", transparent::own)
        .aws("transparent::hashicorp_aws", transparent::aws)
        .newest("transparent::a_schema_of_a_hundred_mebibytes", transparent::large)
        .terraform("providers::each_alias_has_its_own_process", providers::aliases)
        .terraform("providers::one_under_development_is_used", providers::overridden)
        .terraform("providers::two_guards_at_once", providers::parallel)
        .terraform("faults::a_provider_that_crashes_is_reported_by_terraform", faults::crash)
        .terraform("faults::a_package_that_was_changed_is_not_started", faults::mismatch)
        .terraform("faults::a_directory_without_providers_says_init_first", faults::not_initialised)
        .terraform("faults::a_guard_that_is_killed_leaves_state_and_no_provider", faults::killed)
        .terraform("interrupted::once_stops_in_order", interrupted::once)
        .terraform("interrupted::twice_stops_at_once", interrupted::twice)
        .newest("interrupted::a_signal_to_the_guard_alone_is_passed_on", interrupted::alone)
        .run()
}
