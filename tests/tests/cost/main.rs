//! Estimates, cost policies with their budgets, and the enrolment with Compute Optimizer, on a sandbox.

#![expect(clippy::indexing_slicing, reason = "what is missing fails the test")]

mod enrolment;
mod estimate;
mod live;
mod policy;
mod stack;
mod troubled;

use std::process::ExitCode;

use parapet_tests::suite::Suite;

fn main() -> ExitCode {
    Suite::new()
        .terraform("a_policy_is_created_planned_again_and_destroyed", policy::lifecycle)
        .terraform("a_budget_is_changed_in_place", policy::in_place)
        .terraform("a_budget_that_drifted_is_mended", policy::drift)
        .terraform("over_budget_stops_the_plan", policy::enforced)
        .terraform("too_large_an_increase_stops_the_plan", policy::increases)
        .terraform("rules_find_what_saves", policy::rules)
        .terraform("rules_find_what_an_account_could_save", live::lifecycle)
        .terraform("rules_look_where_and_for_what_they_are_told", live::limited)
        .terraform("what_cannot_be_read_is_told_and_the_rest_reported", live::refused)
        .terraform("arguments_of_other_rules_are_refused", live::mistakes)
        .terraform("a_budget_is_imported", policy::imported)
        .terraform("an_account_enrols_and_opts_out", enrolment::lifecycle)
        .terraform("an_enrolment_is_kept_on_request", enrolment::kept)
        .terraform("a_stack_is_estimated", estimate::configuration)
        .terraform("a_plan_is_compared_with_what_was", estimate::plans)
        .terraform("access_denied_names_the_permissions", troubled::access_denied)
        .terraform("prices_that_are_not_known_are_counted", troubled::prices)
        .terraform("mistakes_are_found_before_aws_does", troubled::mistakes)
        .run()
}
