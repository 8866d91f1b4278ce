//! Cost recommendations from an account that is seeded in a sandbox.

#![expect(clippy::indexing_slicing, reason = "what is missing fails the test")]

mod command;
mod costs;
mod judged;
mod stack;
mod troubled;

use std::process::ExitCode;

use parapet_tests::suite::Suite;

use crate::stack::within_a_day;

fn main() -> ExitCode {
    Suite::new()
        .terraform("an_account_is_judged_and_the_next_time_the_same", |terraform| {
            within_a_day(|| judged::account(terraform))
        })
        .terraform("arguments_say_what_is_looked_at", judged::filtered)
        .newest("several_regions_are_one_result", judged::regions)
        .terraform("an_empty_account_is_an_empty_result", judged::nothing)
        .newest("large_accounts_are_read_in_pages", judged::pages)
        .terraform("what_is_refused_is_named_and_the_rest_reported", troubled::refused)
        .terraform("throttling_is_waited_out_or_said", troubled::throttled)
        .terraform("commitments_are_read", costs::commitments)
        .terraform_with_moto("bills_and_the_spot_market_are_read", |terraform, moto| {
            within_a_day(|| costs::bills_and_spot(terraform, moto))
        })
        .test("the_command_reads_as_terraform_does", command::recommend)
        .run()
}
