//! Failovers on a sandbox: what must happen, and what must never, whatever goes wrong meanwhile.

#![expect(clippy::indexing_slicing, reason = "what is missing fails the test")]

mod actions;
mod aurora;
mod clock;
mod destroyed;
mod existing;
mod flow;
mod interrupted;
mod inventory;
mod refused;
mod stack;
mod troubled;

use std::process::ExitCode;

use parapet_tests::calls;
use parapet_tests::suite::Suite;

fn main() -> ExitCode {
    let mut suite = Suite::new()
        .aws_and_moto("the_example_fails_over_and_back", flow::example)
        .moto("a_lag_that_is_high_or_unknown_refuses", refused::lag)
        .moto("an_unhealthy_target_refuses_before_anything", refused::unhealthy)
        .moto("an_unconfirmed_change_refuses", refused::unconfirmed)
        .moto("a_fence_that_is_required_and_impossible_refuses", refused::no_fence)
        .moto("a_dark_target_refuses", refused::dark_target)
        .moto("another_failover_that_runs_refuses", refused::running)
        .moto("another_failover_that_runs_refuses_with_a_bucket", refused::running_with_a_bucket)
        .moto("two_states_fail_one_group_over_once", refused::two_states)
        .moto("a_dark_region_is_failed_away_from", troubled::dark)
        .moto("a_security_group_fences", troubled::security_group)
        .moto("throttling_and_server_faults_are_survived", troubled::faults)
        .moto("a_step_that_aws_refuses_stops_and_goes_on", troubled::refused_at_each_step)
        .moto("a_target_that_falls_ill_gets_no_more_traffic", troubled::unhealthy_on_the_way)
        .moto("an_answer_that_gets_lost_promotes_once", troubled::lost_answer)
        .moto("a_failover_by_hand_is_drift", troubled::by_hand)
        .moto("a_clock_set_back_in_the_middle", clock::in_the_middle)
        .moto("a_clock_set_back_between_two_runs", clock::between_two_runs)
        .moto("a_clock_set_back_before_the_lag_is_read", clock::before_the_lag_is_read)
        .moto("aurora_is_switched_over_and_back", aurora::over_and_back)
        .moto("aurora_fails_over_from_a_dark_region", aurora::dark)
        .newest_with_moto("a_drill_checks_everything_and_changes_nothing", actions::drill)
        .newest_with_moto("a_drill_writes_evidence_to_a_bucket", actions::drill_to_bucket)
        .newest_with_moto("a_failover_that_was_killed_is_aborted", actions::abort)
        .newest_with_moto("a_failover_that_has_promoted_is_not_aborted", actions::abort_too_late)
        .terraform_with_moto("what_exists_is_imported_by_id", existing::by_id)
        .newest_with_moto("what_exists_is_imported_by_identity", existing::by_identity)
        .newest_with_moto("what_exists_is_listed_and_taken_over", existing::listed)
        .newest_with_moto("groups_are_listed_from_a_bucket", existing::listed_in_a_bucket)
        .terraform_with_moto("destroy_leaves_nothing_of_a_failover", destroyed::after_a_failover)
        .moto("destroy_leaves_evidence_in_its_bucket", destroyed::with_a_bucket)
        .moto("killed_with_its_record_in_a_bucket", interrupted::killed_with_a_bucket)
        .moto("killed_before_the_state_is_written", interrupted::state_not_written);
    for moment in interrupted::MOMENTS {
        let name = format!("killed_after_{}", moment.step);
        suite = suite.moto(&name, move |terraform, moto| moment.killed(terraform, moto));
    }
    for moment in interrupted::MOMENTS {
        let name = format!("the_old_region_goes_dark_after_{}", moment.step);
        suite = suite.moto(&name, move |terraform, moto| moment.dark(terraform, moto));
    }
    suite.run()
}
