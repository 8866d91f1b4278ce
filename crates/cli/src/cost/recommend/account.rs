//! Reading an account: the provider does it, so that credentials, endpoints and what is read have one implementation.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use parapet_guard::client::{Question, ask};
use parapet_pricing::recommend::{Action, Report};
use serde_json::{Map, Value as Json, json};

use crate::check::variable;
use crate::output;

/// The program that reads AWS.
const PROVIDER: &str = "terraform-provider-parapet";

/// Which account is read, and how.
#[derive(clap::Args)]
pub(crate) struct Account {
    /// Region to look at; may be repeated. The region of the environment or the profile otherwise
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    region: Vec<String>,

    /// Days of metrics that are looked at; below 14 nothing is judged by its use
    #[arg(long, value_name = "DAYS", default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..=90))]
    days: u16,

    /// Only what has this tag; may be repeated, and all have to match
    #[arg(long, value_name = "KEY=VALUE", value_parser = variable)]
    tag: Vec<(String, String)>,

    /// Profile of the shared configuration files of AWS
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Price book; what it does not know is taken from the reference book
    #[arg(long, value_name = "FILE")]
    price_book: Option<PathBuf>,

    /// The provider's program; otherwise the one beside this command, or on PATH
    #[arg(long, value_name = "FILE")]
    provider: Option<PathBuf>,
}

impl Account {
    /// Asks the provider, for these actions or for all when there are none. What it warns of is said on standard error, but for what the report lists as not read.
    ///
    /// # Errors
    /// There is no provider, it cannot be started, or it cannot read the account at all.
    pub(crate) fn read(&self, cost_tag: Option<&str>, actions: &[Action]) -> anyhow::Result<Report> {
        let answer = ask(&Question {
            program: self.program()?,
            provider: self.configuration()?,
            data_source: "parapet_cost_recommendations".to_owned(),
            arguments: self.arguments(cost_tag, actions),
        })
        // Its message says the causes already.
        .map_err(|error| anyhow!("{error}"))?;
        let report: Report = serde_json::from_value(Json::Object(answer.attributes))
            .context("the answer of the provider cannot be read; is it of the same version as this command?")?;
        let listed = |warning: &str| report.failures.iter().any(|it| warning.contains(&it.reason));
        for warning in answer.warnings.iter().filter(|it| !listed(it)) {
            output::warning(warning);
        }
        Ok(report)
    }

    fn configuration(&self) -> anyhow::Result<Map<String, Json>> {
        let mut block = Map::new();
        if let Some(region) = self.region.first() {
            block.insert("region".to_owned(), json!(region));
        }
        if let Some(profile) = &self.profile {
            block.insert("profile".to_owned(), json!(profile));
        }
        if let Some(path) = &self.price_book {
            let path = path.to_str().with_context(|| format!("{}: this path is no text", path.display()))?;
            block.insert("price_book".to_owned(), json!(path));
        }
        Ok(block)
    }

    fn arguments(&self, cost_tag: Option<&str>, actions: &[Action]) -> Map<String, Json> {
        let mut arguments = Map::from_iter([("lookback_days".to_owned(), json!(self.days))]);
        if !self.region.is_empty() {
            arguments.insert("regions".to_owned(), json!(self.region));
        }
        if !self.tag.is_empty() {
            let tags: Map<String, Json> = self.tag.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
            arguments.insert("tag_filters".to_owned(), Json::Object(tags));
        }
        if !actions.is_empty() {
            let names: Vec<&str> = actions.iter().map(|it| it.as_str()).collect();
            arguments.insert("actions".to_owned(), json!(names));
        }
        if let Some(tag) = cost_tag {
            arguments.insert("cost_tag".to_owned(), json!(tag));
        }
        arguments
    }

    fn program(&self) -> anyhow::Result<PathBuf> {
        if let Some(path) = &self.provider {
            return Ok(path.clone());
        }
        let beside = std::env::current_exe().ok().and_then(|it| it.parent().map(Path::to_owned));
        match found(beside, std::env::var_os("PATH")) {
            Some(program) => Ok(program),
            None => bail!(
                "{PROVIDER} is neither beside this command nor on PATH; it reads the account. Install it there, or name it with \
                 --provider FILE (Terraform keeps the one it uses below .terraform/providers)"
            ),
        }
    }
}

/// The provider in a directory, or else in one of PATH.
fn found(beside: Option<PathBuf>, path: Option<OsString>) -> Option<PathBuf> {
    let on_path = path.iter().flat_map(std::env::split_paths).collect::<Vec<_>>();
    beside.into_iter().chain(on_path).map(|directory| directory.join(PROVIDER)).find(|it| it.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_beside_goes_before_the_one_on_path() {
        let (one, two, three) =
            (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = || Some(std::env::join_paths([three.path(), two.path()]).unwrap());
        assert_eq!(found(Some(one.path().to_owned()), path()), None);
        std::fs::write(two.path().join(PROVIDER), "").unwrap();
        assert_eq!(found(Some(one.path().to_owned()), path()), Some(two.path().join(PROVIDER)));
        std::fs::write(one.path().join(PROVIDER), "").unwrap();
        assert_eq!(found(Some(one.path().to_owned()), path()), Some(one.path().join(PROVIDER)));
        assert_eq!(found(None, None), None);
    }
}
