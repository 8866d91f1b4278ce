//! What is run behind the guard, in which order, and what stops it.

use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use parapet_guard::judge::{Judge, Stage};
use parapet_guard::{Outcome, Session};

use super::command::Wrapped;
use super::finished::{self, Shown};
use super::{EXIT_DENIED, summary};
use crate::output;

/// `plan -detailed-exitcode`: the plan changes something.
const CHANGES: Outcome = Outcome::Code(2);
/// Name of a plan that nobody asked to keep.
const PLAN: &str = "tfplan";
/// Name of the copy of a plan that is judged.
const COPY: &str = "finished";

/// Runs a command of Terraform that plans or applies. Answers the exit code.
pub(super) fn run(wrapped: &Wrapped, session: &Session, judge: &Judge) -> Result<u8> {
    let flow = Flow { wrapped, session, judge };
    let whole = judge.may_want_whole_plan(session.unguarded().is_empty());
    match wrapped.subcommand.as_deref() {
        Some("plan") if whole => flow.plan(),
        Some("apply") if wrapped.saved_plan().is_some() && !judge.rules().is_empty() => flow.apply_saved(),
        // Terraform refuses this one; nothing is planned for it.
        Some("apply") if wrapped.is_on("json", false) && !wrapped.is_on("auto-approve", false) => flow.alone(),
        Some("apply" | "destroy") if whole => flow.apply(),
        _ => flow.alone(),
    }
}

struct Flow<'a> {
    wrapped: &'a Wrapped,
    session: &'a Session,
    judge: &'a Judge,
}

impl Flow<'_> {
    /// The command as it is: nothing has to be known of the finished plan.
    fn alone(&self) -> Result<u8> {
        let plans = self.wrapped.subcommand.as_deref() == Some("plan");
        self.judge.enter(if plans { Stage::Plan } else { Stage::Alone });
        let outcome = self.session.command(self.wrapped.line())?;
        Ok(self.concluded(outcome, false))
    }

    fn plan(&self) -> Result<u8> {
        self.judge.enter(Stage::Plan);
        let (line, plan) = match self.wrapped.value("out") {
            Some(out) => (self.wrapped.line(), PathBuf::from(out)),
            None => {
                let plan = self.session.directory().join(PLAN);
                (self.wrapped.saved_to(&plan), plan)
            }
        };
        let (outcome, shown) = self.planning(line, &plan)?;
        let denied = planned(outcome) && self.whole_plan(&plan, shown)?;
        Ok(self.concluded(outcome, denied))
    }

    fn apply_saved(&self) -> Result<u8> {
        self.judge.enter(Stage::Plan);
        let plan = PathBuf::from(self.wrapped.saved_plan().unwrap_or_default());
        if self.show(&plan)? {
            return Ok(self.concluded(Outcome::Code(0), true));
        }
        self.judge.enter(Stage::Apply);
        let outcome = self.session.command(self.wrapped.line())?;
        Ok(self.concluded(outcome, false))
    }

    /// Plans to a file, judges it, asks as Terraform would, and applies that file.
    fn apply(&self) -> Result<u8> {
        self.judge.enter(Stage::Plan);
        let plan = self.session.directory().join(PLAN);
        let (outcome, shown) = self.planning(self.wrapped.as_plan(&plan), &plan)?;
        if !planned(outcome) {
            return Ok(self.concluded(outcome, false));
        }
        let denied = self.whole_plan(&plan, shown)?;
        let code = self.concluded(Outcome::Code(0), denied);
        if denied || code != 0 {
            return Ok(code);
        }
        if outcome == CHANGES && !self.wrapped.is_on("auto-approve", false) && !self.approved()? {
            return Ok(EXIT_DENIED);
        }
        self.judge.enter(Stage::Apply);
        let outcome = self.session.command(self.wrapped.as_apply(&plan))?;
        Ok(self.concluded(outcome, false))
    }

    /// Runs a command that saves a plan, and reads the plan as soon as it is saved.
    fn planning(&self, line: Vec<OsString>, plan: &Path) -> Result<(Outcome, Option<Shown>)> {
        let plan = self.session.working_directory().join(plan);
        let (outcome, shown) = finished::beside(
            &plan,
            || self.session.command(line),
            |saved| {
                let copy = self.session.directory().join(COPY);
                let readable = self.wanted() && fs::write(&copy, saved).is_ok();
                let shown = readable.then(|| self.session.aside(saved, self.show_line(&copy)))?.ok()?;
                shown.status.success().then_some(shown.stdout)
            },
        );
        Ok((outcome?, shown))
    }

    /// Whether there is something to judge in the finished plan.
    fn wanted(&self) -> bool {
        self.judge.wants_whole_plan(self.session.unguarded().is_empty())
    }

    /// Judges the finished plan when there is something to judge in it. Answers whether it is denied.
    fn whole_plan(&self, plan: &Path, shown: Option<Shown>) -> Result<bool> {
        if !self.wanted() {
            return Ok(false);
        }
        match shown.filter(|shown| shown.is_of(&self.session.working_directory().join(plan))) {
            Some(shown) => self.judged(shown.json),
            None => self.show(plan),
        }
    }

    fn show_line(&self, plan: &Path) -> Vec<OsString> {
        self.wrapped.line_of("show", ["-json".into(), "-no-color".into(), plan.as_os_str().to_owned()])
    }

    fn show(&self, plan: &Path) -> Result<bool> {
        let shown = self.session.output(self.show_line(plan))?;
        ensure!(
            shown.status.success(),
            "the plan {} cannot be read, so that nothing is applied: {}",
            plan.display(),
            String::from_utf8_lossy(&shown.stderr).trim()
        );
        self.judged(shown.stdout)
    }

    fn judged(&self, json: Vec<u8>) -> Result<bool> {
        let whole = self.judge.whole_plan(json)?;
        summary::whole_plan(&whole);
        Ok(whole.denied)
    }

    /// Says what was judged, and answers the exit code.
    fn concluded(&self, outcome: Outcome, denied: bool) -> u8 {
        let tally = self.judge.tally();
        summary::of(&tally, self.judge, denied);
        let stopped = denied || tally.denied > 0 || tally.late > 0;
        if stopped && matches!(outcome, Outcome::Code(0 | 2)) { EXIT_DENIED } else { outcome.code() }
    }

    fn destroys(&self) -> bool {
        self.wrapped.subcommand.as_deref() == Some("destroy") || self.wrapped.is_on("destroy", false)
    }

    /// Asks what Terraform asks before it applies. Only `yes` will do.
    fn approved(&self) -> Result<bool> {
        let destroys = self.destroys();
        let question = question(self.wrapped, destroys, &self.session.workspace());
        output::text(&format!("\n{question}\n\n  Enter a value: "))?;
        io::stdout().flush().context("standard output cannot be written")?;
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer).context("the answer cannot be read")?;
        if !io::stdin().is_terminal() {
            output::text("\n")?;
        }
        ensure!(read > 0, "there is nobody to ask: standard input is at its end; approve with -auto-approve");
        if answer.trim_end_matches(['\r', '\n']) == "yes" {
            return Ok(true);
        }
        output::text(&format!("\n{} cancelled.\n", if destroys { "Destroy" } else { "Apply" }))?;
        Ok(false)
    }
}

/// The question, in Terraform's words (`internal/backend/local/backend_apply.go`).
fn question(wrapped: &Wrapped, destroys: bool, workspace: &str) -> String {
    let program = Path::new(&wrapped.program).file_stem().unwrap_or_default().to_string_lossy();
    let name = if program == "tofu" { "OpenTofu" } else { "Terraform" };
    let named = workspace != "default";
    let within = if named { format!(" in workspace \"{workspace}\"") } else { String::new() };
    if destroys {
        format!(
            "Do you really want to destroy all resources{within}?\n  {name} will destroy all your managed infrastructure, as shown above.\n  \
             There is no undo. Only 'yes' will be accepted to confirm."
        )
    } else if wrapped.is_on("refresh-only", false) {
        let of = if named { format!(" for \"{workspace}\"") } else { String::new() };
        format!(
            "Would you like to update the {name} state{of} to reflect these detected changes?\n  \
             {name} will write these changes to the state without modifying any real infrastructure.\n  \
             There is no undo. Only 'yes' will be accepted to confirm."
        )
    } else {
        format!(
            "Do you want to perform these actions{within}?\n  {name} will perform the actions described above.\n  \
             Only 'yes' will be accepted to approve."
        )
    }
}

/// Whether a plan was made; 2 says that it changes something.
fn planned(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Code(0) | CHANGES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_says_what_is_done_and_where() {
        let asked = |line: &str, workspace: &str| {
            let wrapped = Wrapped::parse(&line.split(' ').map(OsString::from).collect::<Vec<_>>()).unwrap();
            let question = question(&wrapped, line.contains("destroy"), workspace);
            question.lines().next().unwrap().to_owned()
        };
        assert_eq!(asked("terraform apply", "default"), "Do you want to perform these actions?");
        assert_eq!(asked("terraform apply", "live"), "Do you want to perform these actions in workspace \"live\"?");
        assert_eq!(
            asked("terraform destroy", "live"),
            "Do you really want to destroy all resources in workspace \"live\"?"
        );
        assert_eq!(
            asked("tofu apply -refresh-only", "live"),
            "Would you like to update the OpenTofu state for \"live\" to reflect these detected changes?"
        );
    }
}
