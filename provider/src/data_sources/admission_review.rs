//! `parapet_admission_review`

use std::collections::BTreeMap;

use parapet_policy::input;
use tfplugin::path::Path;
use tfplugin::prelude::*;

use crate::policy::{Answer, Check, Enforcement, FindingItem, Judged, SEVERITIES, Selection};
use crate::provider::Clients;

/// Judges Kubernetes manifests while Terraform plans, as an admission webhook would when they are applied.
#[derive(Debug, Model)]
#[model(name = "admission_review")]
pub(crate) struct AdmissionReview {
    /// Manifests: YAML with any number of documents, `List` objects, or an `AdmissionReview`.
    manifests: String,
    /// Packs to judge with. `["kubernetes"]` when left out; none with `[]`, when there are policies of your own.
    packs: Option<Vec<String>>,
    /// Rules to judge with: ids, or patterns such as `kubernetes-pod-security-*`. All rules of the packs when left out.
    rules: Option<Vec<String>>,
    /// Rego policies of your own: file name to source. Packages with `deny`, `violation` or `warn` see each object as `input`. They are
    /// used whatever `packs` says.
    policies: Option<BTreeMap<String, String>>,
    /// Directories with Rego policies, or OPA bundles (`.tar.gz`).
    policy_dirs: Option<Vec<String>>,
    /// Lowest severity that fails the review: `info`, `low`, `medium`, `high` or `critical`. As the nearest `parapet.hcl` in the
    /// working directory or one above it says when left out, else `medium`.
    #[attr(validate = one_of(SEVERITIES))]
    fail_on: Option<String>,
    /// `mandatory`: findings at or above `fail_on` are errors and stop the plan. `advisory`: they are warnings.
    #[attr(default = "mandatory", validate = one_of(Enforcement::NAMES))]
    enforcement: String,
    /// Whether nothing at or above `fail_on` was found.
    passed: Computed<bool>,
    /// Everything that was found, the most severe first.
    findings: Computed<Vec<FindingItem>>,
    /// Findings by severity, `undetermined` and `error` ones, and `resources_evaluated`.
    counts: Computed<BTreeMap<String, i64>>,
}

impl DataSource for AdmissionReview {
    type Clients = Clients;

    async fn read(cx: &Context<Clients>, config: Self) -> Result<Self> {
        let paths = Self::paths();
        let at = Path::from(&paths.manifests);
        let documents = input::read("manifests", config.manifests.clone().into_bytes())
            .map_err(|error| Error::new("Unreadable manifests").detail(error.to_string()).at(&at))?;
        let packs = Some(config.packs.clone().unwrap_or_else(|| vec!["kubernetes".to_owned()]));
        let selection =
            Selection::configured(packs, config.rules.clone(), config.policies.clone(), config.policy_dirs.clone());
        let judged = Judged { documents, ..Judged::default() };
        let fail_on = config.fail_on.as_deref();
        let check = Check { judged, at, selection, fail_on, enforcement: &config.enforcement };
        let Answer { passed, findings, counts } = check.run(cx).await?;
        Ok(Self { passed, findings, counts, ..config })
    }
}
