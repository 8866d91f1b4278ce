//! `parapet_rollout_gate` with real Terraforms and a real Prometheus, in front of the sandbox's accelerator.

mod checks;
mod cloudwatch;
pub(crate) mod example;
mod judged;
mod live;
mod secured;
mod stack;
mod stopped;
mod strategies;
mod troubled;

use parapet_tests::tools::Terraform;

use super::server::Tools;

type Test = fn(&Terraform, &Tools) -> anyhow::Result<()>;

/// Name, test, and whether it is for each Terraform.
pub(crate) const TESTS: [(&str, Test, bool); 20] = [
    ("rollout::a_good_release_gets_all_traffic", judged::promoted, true),
    ("rollout::errors_roll_back", judged::errors, true),
    ("rollout::latency_rolls_back", judged::latency, false),
    ("rollout::memory_alone_rolls_back", judged::memory, false),
    ("rollout::no_traffic_is_inconclusive", judged::no_traffic, false),
    ("rollout::not_a_number_is_inconclusive", judged::not_a_number, false),
    ("rollout::checks_stop_it_before_and_after", checks::before_and_after, false),
    ("rollout::traffic_stays_or_moves_at_once", strategies::failed_and_left, false),
    ("rollout::cloudwatch_decides_as_prometheus_does", cloudwatch::judged, false),
    ("rollout::certificates_let_it_in", secured::certificates, false),
    ("rollout::what_exists_is_imported", secured::imported, false),
    ("rollout::a_shadow_moves_no_traffic", judged::shadow, false),
    ("rollout::ten_thousand_series_change_nothing", troubled::many_series, false),
    ("rollout::who_may_not_ask_changes_nothing", troubled::authentication, true),
    ("rollout::a_slow_prometheus_is_waited_for", troubled::slow, false),
    ("rollout::a_prometheus_that_goes_away_rolls_back", troubled::gone, false),
    ("rollout::an_apply_that_was_killed_goes_on", stopped::killed, true),
    ("rollout::a_held_rollout_is_taken_back", stopped::held, false),
    ("rollout::no_data_hold_it_or_are_waited_for", stopped::without_data, false),
    ("rollout::a_service_that_fails_is_rolled_back_and_reported", live::rolled_back, false),
];
