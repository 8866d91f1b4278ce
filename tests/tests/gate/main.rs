//! `parapet gate canary` against a real Prometheus and a real Pushgateway.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is missing, or what these helpers cannot do, fails the test that asked"
)]

use std::process::ExitCode;

use parapet_tests::suite::Suite;
use parapet_tests::tools::{Skip, Terraform, aws_mirror, debian, moto_server};

mod live;
mod recorded;
mod rollout;
mod series;
mod server;
mod service;
mod troubled;

use server::Tools;

type Test = fn(&Tools) -> anyhow::Result<()>;

fn main() -> ExitCode {
    let tools = || -> Result<Tools, Skip> {
        Ok(Tools { prometheus: debian("prometheus")?, pushgateway: debian("prometheus-pushgateway")? })
    };
    let tools = tools();
    let with = |suite: Suite, name: &str, test: Test| suite.needing(name, tools.clone(), test);
    let tests: [(&str, Test); 9] = [
        ("recorded::counts_decide", recorded::counts_decide),
        ("recorded::memory_alone_is_rolled_back", recorded::memory_alone),
        ("recorded::no_traffic_and_not_a_number_are_inconclusive", recorded::no_data),
        ("recorded::ten_thousand_series", recorded::many_series),
        ("troubled::who_may_not_ask_is_told", troubled::authentication),
        ("troubled::a_slow_prometheus_is_waited_for", troubled::slow),
        ("troubled::a_restart_midway_costs_nothing", troubled::restarted),
        ("troubled::a_prometheus_that_stays_away_is_an_error", troubled::gone),
        ("live::a_canary_that_fails_is_rolled_back_and_reported", live::rolled_back),
    ];
    let suite = tests.into_iter().fold(Suite::new(), |suite, (name, test)| with(suite, name, test));
    let terraforms = Terraform::all();
    let oldest = terraforms.first();
    let rollouts = rollout::TESTS.iter().flat_map(|(name, test, each)| {
        // What differs between Terraforms is tried with each of them.
        let those = if *each { terraforms.iter() } else { oldest.map(std::slice::from_ref).unwrap_or_default().iter() };
        those.map(move |terraform| (*name, *test, terraform))
    });
    let suite = match terraforms.last() {
        Some((version, newest)) => {
            let needs = newest.clone().and_then(|it| Ok((it, tools.clone()?, aws_mirror()?, moto_server()?)));
            let name = format!("rollout::the_example_promotes_and_rolls_back::terraform-{version}");
            suite.needing(&name, needs, |(terraform, tools, aws, moto)| {
                rollout::example::applied(terraform, tools, aws, moto)
            })
        }
        None => suite,
    };
    rollouts
        .fold(suite, |suite, (name, test, (version, terraform))| {
            let needs = terraform.clone().and_then(|terraform| Ok((terraform, tools.clone()?)));
            suite.needing(&format!("{name}::terraform-{version}"), needs, move |(terraform, tools)| {
                test(terraform, tools)
            })
        })
        .run()
}
