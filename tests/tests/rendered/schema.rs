//! Rendered objects against the schemas of what will read them, and against the rules of Parapet.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jsonschema::Validator;
use parapet_tests::tools::Schemas;
use parapet_tests::{process, provider};
use serde_json::{Map, Value, json};

use crate::snapshot;

/// Objects that no package has schemas of: the fields that the modules use, of Flagger 1.x, Chaos Mesh 2.x, the Prometheus
/// Operator and Kustomize 5. They are stricter than the originals.
const CUSTOM: &str = include_str!("custom.json");

const METADATA: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

pub(crate) fn reviewed() -> Result<()> {
    let dir = tempfile::tempdir()?;
    for (name, text) in snapshot::all()? {
        fs::write(dir.path().join(format!("{name}.yaml")), text)?;
    }
    let mut check = Command::new(provider::built("parapet")?);
    check
        .args(["check", "--packs", "kubernetes,observability", "--fail-on", "high", "--format", "json"])
        .arg(dir.path());
    let report: Value = serde_json::from_str(&process::run(check, Duration::from_secs(120))?.succeeds().stdout)?;
    // It passes because everything was looked at, not because nothing was.
    let mut delivered = 0;
    for (name, text) in snapshot::all()? {
        delivered += if name.starts_with("progressive-delivery") { snapshot::documents(&text)?.len() } else { 0 };
    }
    let ledger = &report["ledger"];
    let evaluated = ledger["resources_evaluated"].as_u64().unwrap_or_default();
    ensure!(report["verdict"] == "pass" && ledger["balanced"] == true, "{report:#}");
    ensure!(delivered > 30 && evaluated >= u64::try_from(delivered)?, "{evaluated} of {delivered} were judged");
    Ok(())
}

pub(crate) fn valid(schemas: &Schemas) -> Result<()> {
    let validators = Validators::new(schemas)?;
    let mut faults = Vec::new();
    for (name, text) in snapshot::all()? {
        let objects = snapshot::documents(&text).with_context(|| name.clone())?;
        ensure!(!objects.is_empty(), "{name} is empty");
        for object in objects {
            faults.extend(validators.faults(&object)?.into_iter().map(|fault| format!("{name}: {fault}")));
        }
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// A check that everything passes would be none.
pub(crate) fn strict(schemas: &Schemas) -> Result<()> {
    let validators = Validators::new(schemas)?;
    let refused = |snapshot: &str, kind: &str, pointer: &str, key: &str, value: Value| -> Result<()> {
        let objects = snapshot::objects(snapshot)?;
        let mut object = objects.into_iter().find(|it| it["kind"] == kind).with_context(|| format!("no {kind}"))?;
        let before = validators.faults(&object)?;
        ensure!(before.is_empty(), "{}", before.join("\n"));
        let place = object.pointer_mut(pointer).and_then(Value::as_object_mut).context("no such place")?;
        place.insert(key.to_owned(), value);
        ensure!(!validators.faults(&object)?.is_empty(), "{kind}: {pointer}/{key} was let through");
        Ok(())
    };
    let delivery = "progressive-delivery-checkout";
    refused(delivery, "NetworkPolicy", "/spec", "policyType", json!([]))?;
    refused(delivery, "Namespace", "/metadata", "labels", json!({ "istio-injection": true }))?;
    refused(delivery, "DestinationRule", "/spec/trafficPolicy/outlierDetection", "consecutive5xxError", json!(5))?;
    refused(delivery, "VirtualService", "/spec/http/1", "delegates", json!({}))?;
    refused(delivery, "Application", "/spec/syncPolicy", "retries", json!(5))?;
    refused(delivery, "Canary", "/spec/analysis", "stepweight", json!(10))?;
    refused(delivery, "Canary", "/spec/service/trafficPolicy/outlierDetection", "interval", json!(30))?;
    refused("progressive-delivery-search", "Deployment", "/spec/template/spec", "container", json!([]))?;
    refused("observability", "PrometheusRule", "/spec/groups/0/rules/0", "alert", json!("Both"))?;
    refused("chaos", "NetworkChaos", "/spec", "scheduler", json!({ "cron": "@every 10m" }))?;
    refused("chaos", "Schedule", "/spec/podChaos", "value", json!(30))
}

struct Validators {
    by_kind: BTreeMap<String, Validator>,
    metadata: Validator,
}

impl Validators {
    fn new(schemas: &Schemas) -> Result<Self> {
        let core: Value = serde_json::from_str(&fs::read_to_string(&schemas.core)?)?;
        let definitions = core["$defs"].as_object().context("no definitions of Kubernetes")?;
        let validator = |reference: &str| {
            jsonschema::validator_for(&json!({ "$defs": definitions, "$ref": format!("#/$defs/{reference}") }))
                .with_context(|| reference.to_owned())
        };
        let mut by_kind = BTreeMap::new();
        for (kind, definition) in [
            ("v1/Namespace", "io.k8s.api.core.v1.Namespace"),
            ("v1/Service", "io.k8s.api.core.v1.Service"),
            ("v1/ConfigMap", "io.k8s.api.core.v1.ConfigMap"),
            ("apps/v1/Deployment", "io.k8s.api.apps.v1.Deployment"),
            ("policy/v1/PodDisruptionBudget", "io.k8s.api.policy.v1.PodDisruptionBudget"),
            ("networking.k8s.io/v1/NetworkPolicy", "io.k8s.api.networking.v1.NetworkPolicy"),
        ] {
            by_kind.insert(kind.to_owned(), validator(definition)?);
        }
        // v1 has the fields of v1beta1, which is what the package has.
        let istio = schemas.istio.join("networking.istio.io/v1beta1");
        let destination_rule = packaged(&istio.join("DestinationRule.js"))?;
        let traffic_policy = destination_rule["properties"]["spec"]["properties"]["trafficPolicy"].clone();
        let more = [
            ("networking.istio.io/v1/DestinationRule", destination_rule),
            ("networking.istio.io/v1/VirtualService", packaged(&istio.join("VirtualService.js"))?),
            (
                "argoproj.io/v1alpha1/Application",
                packaged(&schemas.argo_cd.join("argoproj.io/v1alpha1/Application.js"))?,
            ),
        ];
        for (kind, schema) in more {
            by_kind.insert(kind.to_owned(), jsonschema::validator_for(&schema).context(kind)?);
        }
        let mut custom: Map<String, Value> = serde_json::from_str(CUSTOM)?;
        let mut definitions = custom.remove("$defs").unwrap_or_default();
        definitions["TrafficPolicy"] = traffic_policy;
        for (kind, mut schema) in custom {
            schema["$defs"] = definitions.clone();
            close(&mut schema);
            for (field, known) in [("apiVersion", json!({})), ("kind", json!({})), ("metadata", json!({}))] {
                schema["properties"][field] = known;
            }
            by_kind.insert(kind.clone(), jsonschema::validator_for(&schema).context(kind)?);
        }
        Ok(Self { by_kind, metadata: validator(METADATA)? })
    }

    fn faults(&self, object: &Value) -> Result<Vec<String>> {
        let text = |field: &str| object[field].as_str().unwrap_or_default();
        let kind = format!("{}/{}", text("apiVersion"), text("kind"));
        let validator = self.by_kind.get(&kind).with_context(|| format!("no schema of {kind}"))?;
        let name = object["metadata"]["name"].as_str().unwrap_or("without a name");
        let metadata = object.get("metadata").map(|it| self.metadata.iter_errors(it)).into_iter().flatten();
        let faults = validator.iter_errors(object).chain(metadata);
        Ok(faults.map(|fault| format!("{kind} {name}: {}: {fault}", fault.instance_path())).collect())
    }
}

/// The schema in a file of a package. Metadata is checked by itself, and the version is the caller's.
fn packaged(file: &Path) -> Result<Value> {
    let source = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let (_, schema) = source.split_once("const schema = ").context("the package has its schema elsewhere")?;
    let (schema, _) = schema.split_once("\n};").context("the schema does not end")?;
    let mut schema: Value = serde_json::from_str(&format!("{schema}\n}}"))?;
    for field in ["metadata", "apiVersion"] {
        schema["properties"][field] = json!({});
    }
    close(&mut schema);
    Ok(schema)
}

/// Refuses the fields that a schema does not name: the API server drops them, and nobody is told.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let open = fields.contains_key("properties") && !fields.contains_key("additionalProperties");
            if open && fields.get("x-kubernetes-preserve-unknown-fields") != Some(&Value::Bool(true)) {
                fields.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            // Alternatives name only some fields of the object they are about.
            let alternatives = ["oneOf", "anyOf", "allOf", "not"];
            fields.iter_mut().filter(|(key, _)| !alternatives.contains(&key.as_str())).for_each(|(_, it)| close(it));
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
