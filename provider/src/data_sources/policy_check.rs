//! `parapet_policy_check`

use std::collections::BTreeMap;

use parapet_policy::{Document, input};
use tfplugin::path::Path;
use tfplugin::prelude::*;

use crate::policy::{Answer, Check, Enforcement, FindingItem, SEVERITIES, Selection, to_policy};
use crate::provider::Clients;

/// Judges a value or a plan with Rego policies while Terraform plans. A mandatory finding stops the plan at the line of the input.
///
/// While a part of the input is known only after apply, Terraform itself puts the check off until then; what depends on the result
/// waits for it.
#[derive(Debug, Model)]
#[model(name = "policy_check")]
pub(crate) struct PolicyCheck {
    /// Value to judge: a plan (`jsondecode` of `terraform show -json`), a Kubernetes object, an AdmissionReview, or any other value for
    /// policies of your own, which see it as `input`. Exactly one of `input` and `plan_file`.
    input: Option<Dynamic>,
    /// File with the output of `terraform show -json`.
    plan_file: Option<String>,
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
    /// Lowest severity that fails the check: `info`, `low`, `medium`, `high` or `critical`.
    #[attr(default = "medium", validate = one_of(SEVERITIES))]
    fail_on: String,
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
    fn documents(&self) -> Result<(Vec<Document>, Path)> {
        let paths = Self::paths();
        if let Some(file) = &self.plan_file {
            let at = Path::from(paths.plan_file);
            let bytes = std::fs::read(file)
                .map_err(|error| Error::new("Cannot read the plan").detail(format!("{file}: {error}.")).at(&at))?;
            let documents = input::read(file, bytes);
            return documents.map(|documents| (documents, at.clone())).map_err(|error| unreadable(&error, &at));
        }
        let at = Path::from(paths.input);
        let value = self
            .input
            .as_ref()
            .map(|input| to_policy(input.value()))
            .transpose()?
            .unwrap_or(parapet_policy::Value::Null);
        let documents = input::from_value("input", value).map_err(|error| unreadable(&error, &at))?;
        Ok((documents, at))
    }
}

fn unreadable(error: &parapet_policy::InputError, at: &Path) -> Error {
    Error::new("Nothing that can be judged").detail(error.to_string()).at(at)
}

impl DataSource for PolicyCheck {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        match (config.get(&paths.input), config.get(&paths.plan_file)) {
            (Known::Null, Known::Null) => {
                problems.error(Path::root(), "Nothing to judge", "Set `input` to a value or `plan_file` to a file.");
            }
            (Known::Unknown | Known::Value(_), Known::Unknown | Known::Value(_)) => {
                problems.error(paths.plan_file, "Two things to judge", "Set either `input` or `plan_file`, not both.");
            }
            _ => {}
        }
    }

    async fn read(cx: &Context<Clients>, config: Self) -> Result<Self> {
        let (documents, at) = config.documents()?;
        let packs = config.packs.clone();
        let selection =
            Selection::configured(packs, config.rules.clone(), config.policies.clone(), config.policy_dirs.clone());
        let check = Check { documents, at, selection, fail_on: &config.fail_on, enforcement: &config.enforcement };
        let Answer { passed, findings, counts } = check.run(cx).await?;
        Ok(Self { passed, findings, counts, ..config })
    }
}
