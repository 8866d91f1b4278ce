//! Spot node groups on a sandbox: what is chosen, how it changes, and what is left when something goes wrong.

#![expect(clippy::indexing_slicing, reason = "what is missing fails the test")]

mod adopted;
mod changing;
mod example;
mod stack;
mod templates;
mod troubled;

use std::process::ExitCode;

use parapet_tests::suite::Suite;

fn main() -> ExitCode {
    Suite::new()
        .aws_and_moto("the_example_is_built_and_changed", example::example)
        .terraform("a_group_is_created_planned_again_and_destroyed", changing::lifecycle)
        .terraform("what_eks_updates_is_changed_in_place", changing::in_place)
        .terraform("other_types_are_another_generation", changing::generations)
        .terraform("a_breach_is_told_and_on_request_mended", changing::breaches)
        .terraform("on_demand_nodes_are_a_group_of_their_own", changing::on_demand)
        .terraform("what_exists_is_imported", changing::imported)
        .terraform("what_somebody_else_made_is_taken_over", adopted::foreign_group)
        .terraform("what_was_taken_over_is_destroyed", adopted::destroyed_at_once)
        .terraform("a_template_version_is_changed_in_place", templates::versions)
        .newest("what_exists_is_listed_and_imported_by_identity", changing::listed)
        .terraform("advice_is_what_a_group_would_choose", changing::advice)
        .terraform("what_cannot_be_says_what_to_relax", troubled::infeasible)
        .terraform("mistakes_are_found_before_eks_does", troubled::mistakes)
        .terraform("a_creation_that_fails_leaves_nothing_behind", troubled::create_fails)
        .terraform("a_swap_that_fails_leaves_the_old_generation", troubled::swap_fails)
        .terraform("a_lost_answer_creates_once", troubled::lost_answer)
        .terraform("a_run_that_is_killed_is_taken_up", troubled::killed)
        .run()
}
