//! The library of these tests does to real Terraform what it says it does.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use parapet_tests::suite::Suite;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;

fn main() -> ExitCode {
    Suite::new()
        .terraform("an_interrupt_stops_an_apply", interrupt)
        .terraform("a_command_that_hangs_is_killed", hang)
        .terraform("no_provider_comes_from_the_network", cut_off)
        .run()
}

const SLOW: &str = r#"
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "echo asleep; exec sleep 60"
  }
}
"#;

fn interrupt(terraform: &Terraform) -> Result<()> {
    let workspace = Workspace::new(terraform)?;
    workspace.write("main.tf", SLOW)?;
    workspace.init()?.succeeds();
    let mut apply = workspace.start(["apply", "-auto-approve", "-no-color"])?;
    apply.wait_for("asleep")?;
    apply.interrupt()?;
    let run = apply.wait()?.fails().says("Interrupt received").says("Gracefully shutting down");
    assert!(run.elapsed < Duration::from_secs(30) && !run.left_processes, "{run}");
    Ok(())
}

fn hang(terraform: &Terraform) -> Result<()> {
    let workspace = Workspace::new(terraform)?.with_limit(Duration::from_secs(4));
    workspace.write("main.tf", SLOW)?;
    workspace.init()?.succeeds();
    let run = workspace.apply(&[])?;
    assert!(run.timed_out && run.elapsed < Duration::from_secs(20), "{run}");
    Ok(())
}

fn cut_off(terraform: &Terraform) -> Result<()> {
    let workspace = Workspace::new(terraform)?;
    workspace.write(
        "main.tf",
        "terraform {\n  required_providers {\n    null = { source = \"hashicorp/null\" }\n  }\n}\n",
    )?;
    workspace.init()?.fails().says("hashicorp/null").says("Failed to query available provider packages");
    Ok(())
}
