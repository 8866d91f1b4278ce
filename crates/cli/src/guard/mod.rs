//! `parapet guard`: Terraform with the policies inside.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;

use anyhow::{Context as _, Result};
use parapet_guard::inspect::Awaited;
use parapet_guard::judge::{Audit, Judge, Mode};
use parapet_guard::{Options, Session};
use parapet_policy::{Engine, EngineOptions, Severity};

use crate::selection::Selection;
use crate::{check, output};

mod command;
mod finished;
mod flow;
mod summary;
mod terragrunt;

use command::Wrapped;

/// Run Terraform, OpenTofu or Terragrunt with policies enforced while it plans and applies.
///
/// Every resource of every provider is judged as Terraform plans it, and Terraform itself prints each violation with
/// address, file and line. What is unknown until apply is judged before the provider is asked to make it. Rules about the
/// plan as a whole are evaluated before anything is applied. plan, apply, destroy, refresh, import and test are guarded;
/// every other command runs untouched. Nothing has to be configured: the command is what it was, behind `--`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = EXAMPLES_AND_EXIT_CODES)]
pub(crate) struct Args {
    /// Lowest severity that stops a change; milder violations are warnings [default: that of parapet.hcl, else medium]
    #[arg(long, value_name = "SEVERITY", value_parser = check::severity())]
    fail_on: Option<Severity>,

    /// Whether violations stop a change, or are all shown as warnings
    #[arg(long, value_enum, default_value_t = ModeName::Enforce)]
    mode: ModeName,

    /// Append each decision to this file, one line of JSON each
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,

    #[command(flatten)]
    selection: Selection,

    /// The command to guard, after `--`
    #[arg(value_name = "COMMAND", required = true, last = true)]
    command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  parapet guard -- terraform plan
  parapet guard --packs aws --fail-on high -- terraform apply -auto-approve
  parapet guard --mode warn --audit decisions.jsonl -- tofu plan -out=tfplan";

const EXAMPLES_AND_EXIT_CODES: &str = "\
Examples:
  parapet guard -- terraform plan
  parapet guard --packs aws --fail-on high -- terraform apply -auto-approve
  parapet guard --mode warn --audit decisions.jsonl -- tofu plan -out=tfplan

Exit codes:
  That of the command, such as 2 of `plan -detailed-exitcode`; 1 when a change was denied, or the guard could not do its
  work: the message says why.";

/// Exit code when a change is denied, and of every error: 2 would read as `plan -detailed-exitcode`.
const EXIT_DENIED: u8 = 1;

/// As much stack as a main thread has, where policies are read otherwise.
const READER_STACK_BYTES: usize = 8 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ModeName {
    /// Violations at or above the threshold stop a change
    Enforce,
    /// Nothing is stopped
    Warn,
}

pub(crate) fn run(args: &Args) -> u8 {
    guarded(args).unwrap_or_else(|error| {
        output::error(&explained(&error));
        EXIT_DENIED
    })
}

/// An error with its causes; those that its message names already are not said twice.
fn explained(error: &anyhow::Error) -> String {
    error
        .chain()
        .skip(1)
        .map(ToString::to_string)
        .fold(error.to_string(), |text, cause| if text.contains(&cause) { text } else { format!("{text}: {cause}") })
}

fn guarded(args: &Args) -> Result<u8> {
    let wrapped = Wrapped::parse(&args.command)?;
    if wrapped.is_terragrunt() {
        return terragrunt::run(&wrapped, args.command.get(1..).unwrap_or_default());
    }
    wrapped.check()?;
    if !wrapped.plans() {
        return untouched(&args.command);
    }
    let wrapped = wrapped.with_environment(|name| std::env::var(name).ok())?;
    let audit = args.audit.as_deref().map(Audit::open).transpose()?;
    let inspector = Arc::new(Awaited::default());
    let options = Options {
        directory: std::env::current_dir().context("the working directory is gone")?,
        command: args.command.clone(),
        unset: wrapped.variables(),
        set: Vec::new(),
        inspector: Arc::<Awaited>::clone(&inspector),
    };
    // Reading the policies takes about as long as verifying and starting the providers.
    let (judge, session) = thread::scope(|scope| {
        let reader = thread::Builder::new().name("policies".to_owned()).stack_size(READER_STACK_BYTES);
        let judge = reader.spawn_scoped(scope, || judge(args, audit, &options));
        let session = Session::start(&options);
        let judge = judge.map(|judge| judge.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        (judge, session)
    });
    let judge = judge.context("cannot start a thread")??;
    let mut session = session?;
    inspector.arrive(Arc::<Judge>::clone(&judge));
    session.set(hints(&wrapped, &judge));
    for comment in judge.incomplete_comments() {
        output::warning(&format!("{comment}. It waives nothing"));
    }
    for left_out in session.unguarded() {
        output::warning(&format!("{} is not guarded: {}", left_out.source, left_out.reason));
    }
    let outcome = flow::run(&wrapped, &session, &judge);
    session.end();
    let code = outcome?;
    if let Some(problem) = judge.audit_problem() {
        output::error(&problem.to_string());
        return Ok(EXIT_DENIED);
    }
    Ok(code)
}

/// Reads the policies, and what they are to do with a violation.
fn judge(args: &Args, audit: Option<Audit>, options: &Options) -> Result<Arc<Judge>> {
    let policies = args.selection.load()?;
    let fail_on =
        args.fail_on.or(policies.settings().and_then(|settings| settings.fail_on)).unwrap_or(Severity::Medium);
    let engine = Engine::new(&policies, EngineOptions::default())?;
    let mode = match args.mode {
        ModeName::Enforce => Mode::Enforce,
        ModeName::Warn => Mode::Warn,
    };
    let directory = options.working_directory();
    // As the files are called in messages.
    let directory =
        directory.strip_prefix(&options.directory).map(|inner| Path::new(".").join(inner)).unwrap_or(directory);
    Ok(Arc::new(Judge::new(engine, fail_on, mode, audit).with_configuration(&directory)))
}

/// A plan that nobody asked to keep is nothing to hint at: Terraform says less where it thinks itself in automation.
fn hints(wrapped: &Wrapped, judge: &Judge) -> Vec<(OsString, OsString)> {
    let keeps = wrapped.value("out").is_some() || wrapped.saved_plan().is_some();
    let saves = matches!(wrapped.subcommand.as_deref(), Some("plan" | "apply" | "destroy"));
    let hidden = saves && !keeps && judge.may_want_whole_plan(true);
    hidden.then(|| ("TF_IN_AUTOMATION".into(), "1".into())).into_iter().collect()
}

/// Runs a command that starts no provider.
fn untouched(command: &[OsString]) -> Result<u8> {
    let (program, arguments) = command.split_first().context("there is no command to run")?;
    let mut command = Command::new(program);
    command.args(arguments);
    Ok(parapet_guard::attend(command)?.code())
}
