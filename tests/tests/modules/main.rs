//! Every module and every stack made of them: formatted, valid, tested by its own tests, planned, and found faultless by the
//! guard. hashicorp/aws is the stand-in, which needs no account.

mod planned;
mod platform;
mod stack;
mod stand_in;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use parapet_tests::checkout;
use parapet_tests::stand_in as aws;
use parapet_tests::suite::Suite;
use parapet_tests::tools::{self, Terraform};

fn main() -> ExitCode {
    let aws = aws::provider(env!("CARGO_BIN_EXE_terraform-provider-aws-stand-in").as_ref());
    let aws_and_moto = aws.clone().and_then(|aws| Ok((aws, tools::moto_server()?)));
    let mut suite = Suite::new()
        .terraform("formatted", formatted)
        .test("pipelines_have_no_findings", planned::pipelines)
        .terraform_needing("stand_in::plans_applies_and_keeps", &aws, stand_in::lifecycle)
        .terraform_needing("stand_in::refuses_what_only_aws_sets", &aws, stand_in::unconfigurable)
        .terraform_needing("stand_in::says_what_it_cannot_answer", &aws, stand_in::unanswered)
        .terraform_needing("guardrails_stop_the_plan", &aws, planned::guardrails)
        .terraform_needing("the_reference_platform_fails_over", &aws_and_moto, platform::fails_over);
    match (stack::modules(), stack::examples()) {
        (Ok(modules), Ok(examples)) => {
            for module in modules {
                let name = format!("module::{}", module.display());
                suite = suite
                    .terraform_needing(&name, &aws, move |terraform, aws| planned::module(terraform, aws, &module));
            }
            for example in examples {
                let name = format!("planned::{}", example.display());
                suite =
                    suite.terraform_needing(&name, &aws, move |terraform, aws| planned::plan(terraform, aws, &example));
            }
        }
        (modules, examples) => {
            let problem = format!("{:?} {:?}", modules.err(), examples.err());
            suite = suite.test("modules_are_found", move || anyhow::bail!("{problem}"));
        }
    }
    suite.run()
}

fn formatted(terraform: &Terraform) -> Result<()> {
    for directory in ["modules", "examples"] {
        let directory = checkout::root().join(directory);
        let mut command = std::process::Command::new(&terraform.program);
        command.args(["fmt", "-check", "-recursive", "-diff", "-no-color"]).arg(&directory);
        command.env("TF_CLI_CONFIG_FILE", "/dev/null").env("CHECKPOINT_DISABLE", "1");
        let run = parapet_tests::process::run(command, std::time::Duration::from_secs(60));
        run.with_context(|| format!("cannot check {}", directory.display()))?.succeeds();
    }
    Ok(())
}
