//! A list of tests that knows, before any runs, which of them this machine cannot run.
//!
//! The built-in harness cannot skip at run time: a test that returns early counts as passed. A suite belongs to a
//! test target with `harness = false` and speaks the same protocol, so that cargo and cargo-nextest list a test whose
//! tool is missing as ignored, with the reason before its name.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use libtest_mimic::{Arguments, Failed, Trial};

use crate::tools::{self, Skip, Terraform};

/// Terraforms by the names they have in the list of tests.
type Terraforms = Vec<(String, Result<Terraform, Skip>)>;

/// Tests to be run by [`run`](Suite::run).
#[derive(Default)]
pub struct Suite {
    trials: Vec<Trial>,
    aws: Option<Result<PathBuf, Skip>>,
    moto: Option<Result<PathBuf, Skip>>,
    terraforms: Option<Terraforms>,
}

impl Suite {
    /// No tests yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A test that needs nothing.
    #[must_use]
    pub fn test(mut self, name: &str, test: impl Fn() -> Result<()> + Send + 'static) -> Self {
        self.trials.push(Trial::test(name, move || failed(test())));
        self
    }

    /// A test that needs something else that may not be had.
    #[must_use]
    pub fn needing<T: Send + 'static>(
        mut self,
        name: &str,
        needs: Result<T, Skip>,
        test: impl Fn(&T) -> Result<()> + Send + 'static,
    ) -> Self {
        self.trials.push(trial(name, needs, test));
        self
    }

    /// A test for each Terraform.
    #[must_use]
    pub fn terraform(mut self, name: &str, test: impl Fn(&Terraform) -> Result<()> + Send + Sync + 'static) -> Self {
        let test = Arc::new(test);
        for (version, terraform) in self.terraforms() {
            let test = Arc::clone(&test);
            self.trials.push(trial(&name_for(name, &version), terraform, move |terraform| test(terraform)));
        }
        self
    }

    /// A test for each Terraform that also needs something else that may not be had.
    #[must_use]
    pub fn terraform_needing<T: Clone + Send + 'static>(
        mut self,
        name: &str,
        needs: &Result<T, Skip>,
        test: impl Fn(&Terraform, &T) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let test = Arc::new(test);
        for (version, terraform) in self.terraforms() {
            let test = Arc::clone(&test);
            let both = terraform.and_then(|terraform| Ok((terraform, needs.clone()?)));
            self.trials.push(trial(&name_for(name, &version), both, move |(terraform, it)| test(terraform, it)));
        }
        self
    }

    /// A test for the newest Terraform alone, for what others do not know.
    #[must_use]
    pub fn newest(mut self, name: &str, test: impl Fn(&Terraform) -> Result<()> + Send + 'static) -> Self {
        if let Some((version, terraform)) = self.terraforms().pop() {
            self.trials.push(trial(&name_for(name, &version), terraform, test));
        }
        self
    }

    /// A test for each Terraform that also needs a mirror with the real hashicorp/aws provider.
    #[must_use]
    pub fn aws(mut self, name: &str, test: impl Fn(&Terraform, &Path) -> Result<()> + Send + Sync + 'static) -> Self {
        let test = Arc::new(test);
        let aws = self.aws.get_or_insert_with(tools::aws_mirror).clone();
        for (version, terraform) in self.terraforms() {
            let test = Arc::clone(&test);
            let both = terraform.and_then(|terraform| Ok((terraform, aws.clone()?)));
            self.trials.push(trial(&name_for(name, &version), both, move |(terraform, aws)| test(terraform, aws)));
        }
        self
    }

    /// A test for the first Terraform alone, which also needs the `moto_server` of a sandbox.
    #[must_use]
    pub fn moto(self, name: &str, test: impl Fn(&Terraform, &Path) -> Result<()> + Send + Sync + 'static) -> Self {
        self.with_moto(name, test, |all| all.into_iter().take(1).collect())
    }

    /// As [`moto`](Self::moto), for the newest Terraform alone.
    #[must_use]
    pub fn newest_with_moto(
        self,
        name: &str,
        test: impl Fn(&Terraform, &Path) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.with_moto(name, test, |mut all| all.pop().into_iter().collect())
    }

    /// As [`moto`](Self::moto), for each Terraform.
    #[must_use]
    pub fn terraform_with_moto(
        self,
        name: &str,
        test: impl Fn(&Terraform, &Path) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.with_moto(name, test, |all| all)
    }

    fn with_moto(
        mut self,
        name: &str,
        test: impl Fn(&Terraform, &Path) -> Result<()> + Send + Sync + 'static,
        choose: impl FnOnce(Terraforms) -> Terraforms,
    ) -> Self {
        let test = Arc::new(test);
        let moto = self.moto.get_or_insert_with(tools::moto_server).clone();
        for (version, terraform) in choose(self.terraforms()) {
            let (test, moto) = (Arc::clone(&test), moto.clone());
            let both = terraform.and_then(|terraform| Ok((terraform, moto?)));
            self.trials.push(trial(&name_for(name, &version), both, move |(terraform, moto)| test(terraform, moto)));
        }
        self
    }

    /// A test for each Terraform that also needs hashicorp/aws, as [`aws`](Self::aws), and a `moto_server`, in this order.
    #[must_use]
    pub fn aws_and_moto(
        mut self,
        name: &str,
        test: impl Fn(&Terraform, &Path, &Path) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let test = Arc::new(test);
        let aws = self.aws.get_or_insert_with(tools::aws_mirror).clone();
        let moto = self.moto.get_or_insert_with(tools::moto_server).clone();
        for (version, terraform) in self.terraforms() {
            let test = Arc::clone(&test);
            let (aws, moto) = (aws.clone(), moto.clone());
            let all = terraform.and_then(|terraform| Ok((terraform, aws?, moto?)));
            let test = move |(terraform, aws, moto): &(Terraform, PathBuf, PathBuf)| test(terraform, aws, moto);
            self.trials.push(trial(&name_for(name, &version), all, test));
        }
        self
    }

    /// Lists or runs the tests as the command line says.
    #[must_use]
    pub fn run(self) -> ExitCode {
        libtest_mimic::run(&Arguments::from_args(), self.trials).exit_code()
    }

    fn terraforms(&mut self) -> Terraforms {
        self.terraforms.get_or_insert_with(Terraform::all).clone()
    }
}

fn name_for(name: &str, version: &str) -> String {
    format!("{name}::terraform-{version}")
}

fn trial<T: Send + 'static>(
    name: &str,
    needs: Result<T, Skip>,
    test: impl Fn(&T) -> Result<()> + Send + 'static,
) -> Trial {
    match needs {
        Ok(needs) => Trial::test(name, move || failed(test(&needs))),
        // Run all the same (`--include-ignored`), it fails: what was not tested never counts as passed.
        Err(skip) => Trial::test(name, {
            let reason = skip.0.clone();
            move || Err(Failed::from(reason))
        })
        .with_kind(skip.0)
        .with_ignored_flag(true),
    }
}

fn failed(result: Result<()>) -> Result<(), Failed> {
    result.map_err(|error| Failed::from(format!("{error:#}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(skip: bool, include_ignored: bool) -> (u64, u64, u64) {
        let needs = if skip { Err(Skip("no network".to_owned())) } else { Ok(1) };
        let args = Arguments { include_ignored, quiet: true, ..Arguments::default() };
        let end = libtest_mimic::run(&args, vec![trial("test", needs, |_| Ok(()))]);
        (end.num_passed, end.num_failed, end.num_ignored)
    }

    #[test]
    fn what_cannot_be_tested_is_ignored_or_fails_and_never_passes() {
        assert_eq!(counts(false, false), (1, 0, 0));
        assert_eq!(counts(true, false), (0, 0, 1));
        assert_eq!(counts(true, true), (0, 1, 0));
    }
}
