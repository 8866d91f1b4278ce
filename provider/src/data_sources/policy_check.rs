//! `parapet_policy_check`

use std::collections::BTreeMap;

use parapet_policy::input;
use parapet_policy::sources::Written;
use tfplugin::path::Path;
use tfplugin::prelude::*;

use crate::configuration::{ConfigurationDir, unreadable};
use crate::policy::{Answer, Check, Enforcement, FindingItem, Judged, SEVERITIES, Selection, to_policy};
use crate::provider::Clients;

/// Judges a value or a plan with Rego policies while Terraform plans. A mandatory finding stops the plan at the line of the input.
///
/// While a part of the input is known only after apply, Terraform itself puts the check off until then; what depends on the result
/// waits for it.
#[derive(Debug, Model)]
#[model(name = "policy_check")]
pub(crate) struct PolicyCheck {
    /// Value to judge: a plan (`jsondecode` of `terraform show -json`), a Kubernetes object, an AdmissionReview, or any other value for
    /// policies of your own, which see it as `input`. Exactly one of `input`, `plan_file` and `configuration_dir`.
    input: Option<Dynamic>,
    /// File with the output of `terraform show -json`.
    plan_file: Option<String>,
    /// Directory with Terraform configuration; `path.root` is the stack's own: all of it is judged inside its plan, as far as it is
    /// known without one. The `parapet.hcl` that counts is the one of this directory or the nearest above it.
    configuration_dir: Option<String>,
    /// Values of the variables of the root module in `configuration_dir`, such as `{ environment = var.environment }`. Terraform tells
    /// a provider nothing of `-var` and `-var-file`; what they set has to be said here. Defaults, `terraform.tfvars`, `*.auto.tfvars`
    /// and `TF_VAR_*` are read without that.
    variables: Option<Dynamic>,
    /// Packs to judge with, such as `aws` or `kubernetes`. All of them when left out; none with `[]`, when there are policies of your
    /// own.
    packs: Option<Vec<String>>,
    /// Rules to judge with: ids, or patterns such as `aws-rds-*`. All rules of the packs when left out.
    rules: Option<Vec<String>>,
    /// Rego policies of your own: file name to source. Packages with `deny`, `violation` or `warn`, as for OPA and Conftest, or rules
    /// with METADATA like those of the packs. They are used whatever `packs` says.
    policies: Option<BTreeMap<String, String>>,
    /// Directories with Rego policies, or OPA bundles (`.tar.gz`).
    policy_dirs: Option<Vec<String>>,
    /// Lowest severity that fails the check: `info`, `low`, `medium`, `high` or `critical`. As the nearest `parapet.hcl` says when left
    /// out, else `medium`.
    #[attr(validate = one_of(SEVERITIES))]
    fail_on: Option<String>,
    /// `mandatory`: findings at or above `fail_on` are errors and stop the plan. `advisory`: they are warnings.
    #[attr(default = "mandatory", validate = one_of(Enforcement::NAMES))]
    enforcement: String,
    /// Whether nothing at or above `fail_on` was found. Undetermined findings do not fail the check; they are counted.
    passed: Computed<bool>,
    /// Everything that was found, the most severe first.
    findings: Computed<Vec<FindingItem>>,
    /// Findings by severity, `undetermined` and `error` ones, and `resources_evaluated`.
    counts: Computed<BTreeMap<String, i64>>,
}

impl PolicyCheck {
    /// What is to be judged, and the attribute it stands in.
    fn judged(&self, cx: &Context<Clients>) -> Result<(Judged, Path)> {
        let paths = Self::paths();
        if let Some(directory) = &self.configuration_dir {
            return Ok((self.configuration(cx, directory)?, Path::from(paths.configuration_dir)));
        }
        let (read, at) = if let Some(file) = &self.plan_file {
            let at = Path::from(paths.plan_file);
            let bytes = std::fs::read(file)
                .map_err(|error| Error::new("Cannot read the plan").detail(format!("{file}: {error}.")).at(&at))?;
            (input::read(file, bytes), at)
        } else {
            let value = self.input.as_ref().map(|input| to_policy(input.value())).transpose()?;
            (input::from_value("input", value.unwrap_or(parapet_policy::Value::Null)), Path::from(paths.input))
        };
        let documents = read.map_err(|error| unreadable(&error, &at))?;
        Ok((Judged { documents, ..Judged::default() }, at))
    }

    fn configuration(&self, cx: &Context<Clients>, directory: &str) -> Result<Judged> {
        let configured = ConfigurationDir { directory, variables: self.variables.as_ref() }.read(cx)?;
        let written = Written { document: directory.to_owned(), source: configured.source, is_plan: false };
        let root = std::path::PathBuf::from(directory);
        Ok(Judged { documents: vec![configured.document], sources: vec![written], directory: Some(root) })
    }
}

impl DataSource for PolicyCheck {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        let given = [
            !matches!(config.get(&paths.input), Known::Null),
            !matches!(config.get(&paths.plan_file), Known::Null),
            !matches!(config.get(&paths.configuration_dir), Known::Null),
        ];
        let choice = "Set one of `input` (a value), `plan_file` (a file) and `configuration_dir` (a directory).";
        match given.iter().filter(|given| **given).count() {
            0 => problems.error(Path::root(), "Nothing to judge", choice),
            1 => {}
            _ => problems.error(Path::root(), "More than one thing to judge", choice),
        }
        let [.., configured] = given;
        if !configured && !matches!(config.get(&paths.variables), Known::Null) {
            problems.error(paths.variables, "Variables of nothing", "`variables` goes with `configuration_dir`.");
        }
    }

    async fn read(cx: &Context<Clients>, config: Self) -> Result<Self> {
        let (judged, at) = config.judged(cx)?;
        let packs = config.packs.clone();
        let selection =
            Selection::configured(packs, config.rules.clone(), config.policies.clone(), config.policy_dirs.clone());
        let fail_on = config.fail_on.as_deref();
        let check = Check { judged, at, selection, fail_on, enforcement: &config.enforcement };
        let Answer { passed, findings, counts } = check.run(cx).await?;
        Ok(Self { passed, findings, counts, ..config })
    }
}
