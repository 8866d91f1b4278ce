//! `cargo xtask`: developer tasks of this repository.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::{aws_schema, bench, build, checkout, docs, package, schema};

/// Developer tasks of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the generated pages of docs/
    Docs {
        /// Write nothing; fail when a page is not current, and name it
        #[arg(long)]
        check: bool,
    },
    /// Print the provider's schema as `terraform providers schema -json` does
    Schema,
    /// Write what is known of the resource types of hashicorp/aws where HCL is checked without a plan
    AwsSchema(aws_schema::Args),
    /// Measure `parapet check` on large plans, the start of the provider, and failovers on a local AWS
    Bench(bench::Args),
    /// Build release packages of the provider and of the command into target/package
    Package,
    /// Run a command and print what it used; `bench` measures with it
    #[command(hide = true)]
    Measure {
        /// The command and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<std::ffi::OsString>,
    },
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Docs { check } => write_docs(check),
        Task::Schema => print_schema(),
        Task::AwsSchema(args) => aws_schema::run(&args).map(|types| {
            show(&format!("{types} resource types"));
            true
        }),
        Task::Bench(args) => bench::run(&args).map(|report| {
            show(report.trim_end());
            true
        }),
        Task::Package => package::run().map(|files| {
            for file in files {
                show(&file.display().to_string());
            }
            true
        }),
        Task::Measure { command } => bench::measure::run(&command).map(|used| {
            show(&used.to_json().to_string());
            true
        }),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn write_docs(check: bool) -> Result<bool> {
    let parapet = build::binary("parapet-cli", "parapet", "dev")?;
    let pages = docs::pages(&parapet)?;
    let root = checkout::root();
    if !check {
        let changed = docs::write(&pages, root)?;
        show(&format!("docs: {} pages, {changed} changed", pages.len()));
        return Ok(true);
    }
    let stale = docs::stale(&pages, root)?;
    for problem in &stale {
        complain(problem);
    }
    if !stale.is_empty() {
        complain(&format!("Run `{}` and commit what it writes.", docs::COMMAND));
    }
    Ok(stale.is_empty())
}

fn print_schema() -> Result<bool> {
    show(&serde_json::to_string_pretty(&schema::json()?)?);
    Ok(true)
}

#[expect(clippy::print_stdout, reason = "the output of a task")]
fn show(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "what went wrong with a task")]
fn complain(text: &str) {
    eprintln!("{text}");
}
