//! Failovers on a sandbox: what must happen, and what must never, whatever goes wrong meanwhile.

#![expect(clippy::indexing_slicing, reason = "what is missing fails the test")]

mod calls;
mod flow;
mod interrupted;
mod refused;
mod stack;
mod troubled;

use std::process::ExitCode;

use parapet_tests::suite::Suite;

fn main() -> ExitCode {
    let mut suite = Suite::new()
        .aws_and_moto("the_example_fails_over_and_back", flow::example)
        .moto("a_lag_that_is_high_or_unknown_refuses", refused::lag)
        .moto("an_unhealthy_target_refuses_before_anything", refused::unhealthy)
        .moto("an_unconfirmed_change_refuses", refused::unconfirmed)
        .moto("a_fence_that_is_required_and_impossible_refuses", refused::no_fence)
        .moto("another_failover_that_runs_refuses", refused::running)
        .moto("a_dark_region_is_failed_away_from", troubled::dark)
        .moto("a_security_group_fences", troubled::security_group)
        .moto("throttling_and_server_faults_are_survived", troubled::faults)
        .moto("an_answer_that_gets_lost_promotes_once", troubled::lost_answer)
        .moto("a_failover_by_hand_is_drift", troubled::by_hand);
    for moment in interrupted::MOMENTS {
        let name = format!("killed_after_{}", moment.step);
        suite = suite.moto(&name, move |terraform, moto| moment.killed(terraform, moto));
    }
    for moment in interrupted::MOMENTS.into_iter().skip_while(|moment| moment.step != "promotion") {
        let name = format!("the_old_region_goes_dark_after_{}", moment.step);
        suite = suite.moto(&name, move |terraform, moto| moment.dark(terraform, moto));
    }
    suite.run()
}
