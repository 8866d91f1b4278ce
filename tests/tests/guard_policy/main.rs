//! `parapet guard` with the real hashicorp/aws: what it denies, where Terraform says so, and what is left behind.

#![expect(clippy::unwrap_used, reason = "what these helpers cannot do fails the test that asked")]

use std::process::ExitCode;

use parapet_tests::suite::Suite;

mod applied;
mod guarded;
mod moto;
mod planned;

fn main() -> ExitCode {
    Suite::new()
        .aws("planned::every_mistake_is_denied_at_its_line", planned::every_mistake_is_denied_at_its_line)
        .aws("planned::what_is_corrected_passes", planned::what_is_corrected_passes)
        .aws("planned::nothing_is_denied_in_mode_warn", planned::nothing_is_denied_in_mode_warn)
        .aws("planned::other_commands_and_exit_codes_stay", planned::other_commands_and_exit_codes_stay)
        .aws_and_moto("applied::what_was_unknown_is_decided_at_apply", applied::what_was_unknown_is_decided_at_apply)
        .aws_and_moto("applied::rules_about_the_plan_stop_an_apply", applied::rules_about_the_plan_stop_an_apply)
        .run()
}
