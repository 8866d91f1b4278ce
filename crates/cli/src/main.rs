//! The `parapet` command: checks plans and manifests against policies, tests policies, explains rules.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod check;
mod cost;
mod duration;
mod eval;
mod evidence;
mod frameworks;
mod gate;
mod guard;
mod inputs;
mod new;
mod output;
mod progress;
mod report;
mod reports;
mod rules;
mod selection;
mod spot;
mod test;

/// Exit code when the input, a policy or the command line is bad.
const EXIT_ERROR: u8 = 2;

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing at or above the threshold was found
  1  violations were found (check), tests failed (test)
  2  an input, a policy or the command line is bad; the message says which and where";

/// Stops dangerous infrastructure changes before they are made: policies over Terraform plans and Kubernetes manifests.
#[derive(Parser)]
#[command(name = "parapet", version, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  Check what a plan is about to do:
    terraform plan -out=tfplan && terraform show -json tfplan | parapet check -
  Check the manifests of a directory, with the rules for Kubernetes only:
    parapet check --packs kubernetes deploy/
  See which rules there are, and why one of them matters:
    parapet rules
    parapet rules aws-rds-storage-encrypted

`parapet help COMMAND` says more about each command.";

#[derive(Subcommand)]
enum Command {
    Check(check::Args),
    Guard(guard::Args),
    Gate(gate::Args),
    Test(test::Args),
    Eval(eval::Args),
    Rules(rules::Args),
    New(new::Args),
    Frameworks(frameworks::Args),
    Evidence(evidence::Args),
    Report(report::Args),
    Spot(spot::Args),
    Cost(cost::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Guard(args) => Ok(guard::run(&args)),
        Command::Test(args) => test::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::New(args) => new::run(&args),
        Command::Frameworks(args) => frameworks::run(&args),
        Command::Gate(args) => gate::run(&args),
        Command::Evidence(args) => evidence::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Spot(args) => spot::run(&args),
        Command::Cost(args) => cost::run(&args),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            output::error(&whole(&error));
            ExitCode::from(EXIT_ERROR)
        }
    }
}

/// An error and its causes; those that say their cause themselves do not say it twice.
fn whole(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if said.is_empty() {
            said = cause;
        } else if !said.contains(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;
    use clap::CommandFactory;

    #[test]
    fn a_cause_is_said_once() {
        let cause = || anyhow::anyhow!("no such file");
        assert_eq!(super::whole(&cause().context("a.json: no such file; make it")), "a.json: no such file; make it");
        let of_another: anyhow::Result<()> = Err(cause()).context("a.json: cannot be read");
        assert_eq!(super::whole(&of_another.unwrap_err()), "a.json: cannot be read: no such file");
    }

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
