//! Every stack of the examples gives the same findings as configuration and as its plan, wherever both know the values.
//! hashicorp/aws is the stand-in, which needs no account.

mod agree;
mod stack;

use std::process::ExitCode;

use parapet_tests::stand_in as aws;
use parapet_tests::suite::Suite;
use parapet_tests::tools::{Skip, Terraform};

fn main() -> ExitCode {
    let aws = aws::provider(env!("CARGO_BIN_EXE_terraform-provider-aws-stand-in").as_ref());
    let mut suite = Suite::new().test("recorded::aws-stack", agree::recorded);
    match stack::all() {
        Ok(stacks) => {
            for stack in stacks {
                let name = format!("stack::{}", stack.display());
                // One Terraform is enough: that all of them plan alike is tested with the modules.
                let known = stack::is_known(&stack).and_then(|()| {
                    let (_, terraform) = Terraform::all().pop().ok_or_else(|| Skip("no Terraform".to_owned()))?;
                    Ok((terraform?, aws.clone()?))
                });
                suite = suite.needing(&name, known, move |(terraform, aws)| {
                    let planned = stack::Planned::new(terraform, aws, &stack)?;
                    agree::holds(&planned.directory, &planned.plan)
                });
            }
        }
        Err(error) => {
            let problem = format!("{error:#}");
            suite = suite.test("stacks_are_found", move || anyhow::bail!("{problem}"));
        }
    }
    suite.run()
}
