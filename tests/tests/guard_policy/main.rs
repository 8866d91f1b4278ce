//! `parapet guard` with rules: what it denies, where Terraform says so, and what is left behind. With the real hashicorp/aws, and
//! with the fixture provider where AWS is not the point.

use std::process::ExitCode;

use parapet_tests::suite::Suite;

mod applied;
mod budgets;
mod commands;
mod fixture;
mod guarded;
mod moto;
mod planned;

fn main() -> ExitCode {
    Suite::new()
        .aws("planned::every_mistake_is_denied_at_its_line", planned::every_mistake_is_denied_at_its_line)
        .aws("planned::what_is_corrected_passes", planned::what_is_corrected_passes)
        .aws("planned::nothing_is_denied_in_mode_warn", planned::nothing_is_denied_in_mode_warn)
        .aws("planned::other_commands_and_exit_codes_stay", planned::other_commands_and_exit_codes_stay)
        .aws("budgets::a_plan_over_its_budget_is_denied", budgets::a_plan_over_its_budget_is_denied)
        .aws_and_moto("applied::what_was_unknown_is_decided_at_apply", applied::what_was_unknown_is_decided_at_apply)
        .aws_and_moto("applied::rules_about_the_plan_stop_an_apply", applied::rules_about_the_plan_stop_an_apply)
        .terraform("commands::refresh_is_judged_as_the_plan_it_makes", commands::refresh)
        .terraform("commands::import_leaves_it_to_the_next_plan", commands::import)
        .terraform("commands::test_is_denied_as_what_it_runs", commands::test)
        .terraform("commands::destroy_asks_and_is_denied", commands::destroy)
        .terraform("commands::elsewhere_by_chdir_and_data_directory", commands::elsewhere)
        .terraform("commands::detailed_exit_codes_stay_what_they_are", commands::detailed)
        .terraform("commands::a_saved_plan_is_judged_before_it_is_applied", commands::saved)
        .terraform("commands::mode_warn_stops_nothing", commands::warned)
        .terraform("commands::every_decision_is_recorded", commands::recorded)
        .terraform("commands::a_provider_that_somebody_else_started_is_guarded", commands::attached)
        .terraform("commands::a_lock_file_trusts_what_terraform_has_it_trust", commands::unlocked)
        .terraform("commands::a_comment_waives_what_it_stands_at", commands::commented)
        .run()
}
