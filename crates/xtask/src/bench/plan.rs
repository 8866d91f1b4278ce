//! Large plans, made of the recorded plan of a real provider.
//!
//! Terraform's recording of one stack (55 resources of 31 types in nested modules) is taken as the module `team`, and
//! repeated as `module.team["0001"]`, `module.team["0002"]`, ... Nothing is random: a size always gives the same file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};

use crate::checkout;

/// The recording.
const RECORDING: &str = "tests/fixtures/plans/aws-3.39.0-stack.json";
/// What the values of the recorded stack are named after; every copy gets a name of its own.
const NAME: &str = "orders";

/// Resources of the recording that violate rules. Each is in every third copy, so that about a fifth of a large plan
/// does.
const MISTAKES: [&str; 23] = [
    "aws_kms_key.legacy",
    "module.audit.aws_cloudtrail.regional",
    "module.audit.aws_cloudwatch_log_group.debug",
    "module.cluster.aws_eks_cluster.staging",
    "module.cluster.aws_eks_cluster.this",
    "module.cluster.aws_instance.bastion",
    "module.database.aws_db_instance.orders",
    "module.database.aws_db_instance.replica[0]",
    "module.database.aws_db_instance.replica[1]",
    "module.database.aws_db_instance.reports",
    "module.database.aws_elasticache_replication_group.cache",
    "module.database.aws_elasticache_replication_group.sessions",
    "module.identity.aws_iam_account_password_policy.this",
    "module.identity.aws_iam_policy.deploy",
    "module.identity.aws_iam_user_policy_attachment.robot",
    "module.network.aws_vpc.this",
    "module.network.module.firewall.aws_security_group.this[\"bastion\"]",
    "module.network.module.firewall.aws_security_group_rule.remote_desktop",
    "module.storage.aws_ebs_volume.scratch[1]",
    "module.storage.aws_s3_bucket.website",
    "module.storage.aws_s3_bucket_public_access_block.website",
    "module.storage.module.bucket[\"audit\"].aws_s3_bucket.this",
    "module.storage.module.bucket[\"invoices\"].aws_s3_bucket.this",
];

/// The recorded stack.
#[derive(Debug)]
pub struct Template {
    resources: Vec<Value>,
    configuration: Value,
}

/// What a plan does to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Create,
    Keep,
    Update,
    Replace,
}

impl Kind {
    /// 8 of 20 are created, 8 stay as they are, 3 are updated, 1 is replaced: a stack in the middle of its life.
    fn of(copy: usize, position: usize) -> Self {
        match (copy * 3 + position * 7) % 20 {
            0..8 => Self::Create,
            8..16 => Self::Keep,
            16..19 => Self::Update,
            _ => Self::Replace,
        }
    }

    fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Create => &["create"],
            Self::Keep => &["no-op"],
            Self::Update => &["update"],
            Self::Replace => &["delete", "create"],
        }
    }
}

impl Template {
    /// Reads the recording.
    ///
    /// # Errors
    /// It cannot be read, or has no resource that [`MISTAKES`] names.
    pub fn recorded() -> Result<Self> {
        let plan: Value = serde_json::from_str(&checkout::read(&checkout::root().join(RECORDING))?)
            .with_context(|| format!("{RECORDING} is not JSON"))?;
        let resources = plan.get("resource_changes").and_then(Value::as_array).context("no resource_changes")?.clone();
        let configuration = plan.get("configuration").context("no configuration")?.clone();
        for mistake in MISTAKES {
            let known = resources.iter().any(|resource| text(resource, "address") == mistake);
            ensure!(known, "{RECORDING} has no {mistake}: correct the list of mistakes");
        }
        Ok(Self { resources, configuration })
    }

    /// Writes a plan of `size` resources, as `terraform show -json` does.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, size: usize, file: &Path) -> Result<()> {
        if let Some(directory) = file.parent() {
            std::fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
        }
        let out = File::create(file).with_context(|| format!("cannot create {}", file.display()))?;
        let mut out = BufWriter::new(out);
        self.plan(size, &mut out)
            .and_then(|()| Ok(out.flush()?))
            .with_context(|| format!("cannot write {}", file.display()))
    }

    /// One resource at a time: the largest plan does not fit comfortably into memory.
    fn plan(&self, size: usize, out: &mut impl Write) -> Result<()> {
        write!(out, r#"{{"format_version":"1.2","terraform_version":"1.11.4","planned_values":"#)?;
        self.values(size, out, |change| change.get("after"))?;
        write!(out, r#","resource_changes":["#)?;
        for (index, resource) in self.changes(size).enumerate() {
            if index > 0 {
                out.write_all(b",")?;
            }
            serde_json::to_writer(&mut *out, &resource)?;
        }
        write!(out, r#"],"prior_state":{{"format_version":"1.0","terraform_version":"1.11.4","values":"#)?;
        self.values(size, out, |change| change.get("before").filter(|before| !before.is_null()))?;
        write!(out, r#"}},"configuration":"#)?;
        serde_json::to_writer(&mut *out, &self.configuration())?;
        write!(out, r#","timestamp":"2026-01-01T00:00:00Z","applyable":true,"complete":true,"errored":false}}"#)?;
        Ok(())
    }

    /// `planned_values` or the values of `prior_state`: one child module for each copy.
    fn values(&self, size: usize, out: &mut impl Write, of: fn(&Value) -> Option<&Value>) -> Result<()> {
        write!(out, r#"{{"root_module":{{"child_modules":["#)?;
        let mut open: Option<String> = None;
        for resource in self.changes(size) {
            let Some(values) = resource.get("change").and_then(of) else { continue };
            let module = text(&resource, "module_address").to_owned();
            if open.as_ref() == Some(&module) {
                out.write_all(b",")?;
            } else {
                if open.is_some() {
                    out.write_all(b"]},")?;
                }
                write!(out, r#"{{"address":{},"resources":["#, Value::from(module.as_str()))?;
                open = Some(module);
            }
            let mut entry = Map::new();
            for key in ["address", "mode", "type", "name", "index", "provider_name"] {
                entry.extend(resource.get(key).map(|value| (key.to_owned(), value.clone())));
            }
            entry.insert("schema_version".to_owned(), 0.into());
            entry.insert("values".to_owned(), values.clone());
            serde_json::to_writer(&mut *out, &entry)?;
        }
        if open.is_some() {
            out.write_all(b"]}")?;
        }
        out.write_all(b"]}}")?;
        Ok(())
    }

    fn configuration(&self) -> Value {
        json!({
            "provider_config": self.configuration.get("provider_config"),
            "root_module": { "module_calls": { "team": {
                "source": "./team",
                "for_each_expression": { "references": ["var.teams"] },
                "module": self.configuration.get("root_module"),
            } } },
        })
    }

    /// The first `size` resources of an endless row of copies.
    fn changes(&self, size: usize) -> impl Iterator<Item = Value> {
        let all = (1..).flat_map(|copy| self.resources.iter().enumerate().map(move |(at, it)| (copy, at, it)));
        all.filter(|(copy, _, resource)| {
            let mistake = MISTAKES.iter().position(|mistake| *mistake == text(resource, "address"));
            mistake.is_none_or(|position| (copy + position).is_multiple_of(3))
        })
        .take(size)
        .map(|(copy, position, resource)| change(resource, copy, Kind::of(copy, position)))
    }
}

fn text<'a>(resource: &'a Value, key: &str) -> &'a str {
    resource.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// One resource of one copy.
fn change(recorded: &Value, copy: usize, kind: Kind) -> Value {
    let module = format!("module.team[\"{copy:04}\"]");
    let inside = match text(recorded, "module_address") {
        "" => module.clone(),
        inner => format!("{module}.{inner}"),
    };
    let part = |name: &str| recorded.pointer(&format!("/change/{name}")).cloned().unwrap_or(Value::Null);
    let (planned, unknown, sensitive) = (renamed(part("after"), copy), part("after_unknown"), part("after_sensitive"));
    let settled = settled(&planned, &unknown, &format!("{}-{copy:04}", text(recorded, "name")));
    let (before, after, unknown) = match kind {
        Kind::Create => (Value::Null, planned, unknown),
        Kind::Keep => (settled.clone(), settled, json!({})),
        Kind::Update => (settled.clone(), retagged(settled), json!({})),
        Kind::Replace => (settled, planned, unknown),
    };
    let before_sensitive = if before.is_null() { json!(false) } else { sensitive.clone() };
    let mut out = json!({
        "address": format!("{module}.{}", text(recorded, "address")),
        "module_address": inside,
        "change": {
            "actions": kind.actions(),
            "before": before,
            "after": after,
            "after_unknown": unknown,
            "before_sensitive": before_sensitive,
            "after_sensitive": sensitive,
        },
    });
    if let (Some(out), Some(recorded)) = (out.as_object_mut(), recorded.as_object()) {
        for key in ["mode", "type", "name", "index", "provider_name"] {
            out.extend(recorded.get(key).map(|value| (key.to_owned(), value.clone())));
        }
    }
    out
}

/// Names of the recorded stack become names of the copy.
fn renamed(value: Value, copy: usize) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(NAME, &format!("{NAME}-{copy:04}"))),
        Value::Array(items) => items.into_iter().map(|item| renamed(item, copy)).collect(),
        Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, renamed(value, copy))).collect(),
        other => other,
    }
}

/// The values of a resource that exists: what was unknown when it was planned has become known.
fn settled(planned: &Value, unknown: &Value, id: &str) -> Value {
    match (planned, unknown) {
        (Value::Object(values), Value::Object(unknown)) => {
            let mut settled = values.clone();
            for (key, unknown) in unknown {
                let value = match unknown {
                    Value::Bool(true) if key.ends_with("arn") => {
                        format!("arn:aws:service:eu-central-1:123456789012:{id}").into()
                    }
                    Value::Bool(true) if ["id", "name", "address", "endpoint"].iter().any(|end| key.ends_with(end)) => {
                        id.into()
                    }
                    Value::Bool(true) => Value::Null,
                    nested => match values.get(key) {
                        Some(value) => self::settled(value, nested, id),
                        None => continue,
                    },
                };
                settled.insert(key.clone(), value);
            }
            Value::Object(settled)
        }
        (Value::Array(values), Value::Array(unknown)) if values.len() == unknown.len() => {
            values.iter().zip(unknown).map(|(value, unknown)| settled(value, unknown, id)).collect()
        }
        (_, Value::Bool(true)) => id.into(),
        _ => planned.clone(),
    }
}

/// What most updates are: another tag.
fn retagged(mut values: Value) -> Value {
    for key in ["tags", "tags_all"] {
        if let Some(tags) = values.get_mut(key).and_then(Value::as_object_mut) {
            tags.insert("Revision".to_owned(), "2".into());
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn plan(size: usize) -> Value {
        let mut bytes = Vec::new();
        Template::recorded().unwrap().plan(size, &mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_plan_has_as_many_resources_as_asked_for_each_with_an_address_of_its_own() {
        for size in [1, 50, 130] {
            let plan = plan(size);
            let changes = plan["resource_changes"].as_array().unwrap();
            let addresses: BTreeSet<&str> = changes.iter().map(|change| text(change, "address")).collect();
            assert_eq!((changes.len(), addresses.len()), (size, size));
            assert!(addresses.iter().all(|address| address.starts_with("module.team[\"0")));
        }
    }

    #[test]
    fn every_kind_of_change_is_there_with_the_values_it_needs() {
        let plan = plan(300);
        let mut seen = BTreeSet::new();
        for resource in plan["resource_changes"].as_array().unwrap() {
            let change = &resource["change"];
            let creates = change["actions"] == json!(["create"]);
            assert_eq!(change["before"].is_null(), creates, "{}", resource["address"]);
            assert!(change["after"].is_object());
            seen.insert(change["actions"].to_string());
        }
        assert_eq!(seen.len(), 4);
        let values = |key: &str| plan.pointer(key).unwrap().as_array().unwrap().len();
        assert!(values("/planned_values/root_module/child_modules") > 0);
        assert!(values("/prior_state/values/root_module/child_modules") > 0);
    }

    #[test]
    fn unknown_values_become_known() {
        let planned = json!({ "name": "a", "rule": [{ "port": 1 }] });
        let unknown = json!({ "arn": true, "state": true, "rule": [{ "id": true }], "absent": {} });
        let expected = json!({
            "name": "a", "arn": "arn:aws:service:eu-central-1:123456789012:x", "state": null, "rule": [{ "port": 1, "id": "x" }],
        });
        assert_eq!(settled(&planned, &unknown, "x"), expected);
    }

    #[test]
    fn a_size_always_gives_the_same_plan() {
        assert_eq!(plan(60), plan(60));
    }

    #[test]
    fn about_a_fifth_of_a_large_plan_is_wrong() {
        use parapet_policy::{Engine, EngineOptions, Policies, Severity, Verdict, input};

        let policies = Policies::builder().packs(["aws"]).build().unwrap();
        let engine = Engine::new(&policies, EngineOptions::default()).unwrap();
        let mut bytes = Vec::new();
        Template::recorded().unwrap().plan(1_000, &mut bytes).unwrap();
        let report = engine.check(&input::read("plan.json", bytes).unwrap(), Severity::Medium);
        let wrong = report.findings.iter().filter(|finding| finding.verdict == Verdict::Fail);
        let wrong: BTreeSet<&str> = wrong.map(|finding| finding.subject.address.as_str()).collect();
        assert!((150..=250).contains(&wrong.len()), "{} of 1,000", wrong.len());
        assert_eq!(report.exit_code(), 1);
    }
}
