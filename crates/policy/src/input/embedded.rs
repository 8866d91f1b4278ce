//! Documents that Kubernetes objects carry: configuration files in a ConfigMap, rules of a `PrometheusRule`.

use super::{Document, KubernetesObject, Within, kubernetes, recognise};
use crate::Value;
use crate::path::{AttributePath, Step};

/// The documents within an object that are recognised. A text that is none of them, or cannot be read (a template, say),
/// is a part of its object and nothing else.
pub(super) fn documents(object: &KubernetesObject) -> Vec<Document> {
    let texts = |field: &str| {
        let fields = object.object[field].as_object().ok().into_iter().flat_map(|fields| fields.iter());
        let named = fields.filter_map(|(name, text)| Some((name.as_string().ok()?.to_string(), parsed(text)?)));
        named.map(|(name, value)| (vec![Step::from(field), Step::Key(name)], value)).collect::<Vec<_>>()
    };
    let below = |path: &[&str]| {
        let value = path.iter().fold(&object.object, |value, key| &value[*key]);
        let value = if value.as_object().is_ok() { Some(value.clone()) } else { parsed(value) };
        value.map(|value| (path.iter().copied().map(Step::from).collect(), value)).into_iter().collect()
    };
    let found: Vec<(Vec<Step>, Value)> = match object.kind.as_str() {
        "ConfigMap" => texts("data"),
        "Secret" => texts("stringData"),
        "OpenTelemetryCollector" => below(&["spec", "config"]),
        "PrometheusRule" => below(&["spec"]),
        "GrafanaDashboard" => below(&["spec", "json"]),
        _ => Vec::new(),
    };
    let recognised = found.into_iter().filter(|(_, value)| recognise::kind(value).is_some());
    let document = |(path, value)| Document::Value {
        name: object.document.clone(),
        value,
        within: Some(Within { address: object.address.clone(), kind: object.kind.clone(), path: AttributePath(path) }),
    };
    recognised.map(document).collect()
}

/// The value a text stands for, when it looks like a document.
fn parsed(text: &Value) -> Option<Value> {
    let text = text.as_string().ok()?;
    if text.trim_start().starts_with('{') {
        return Value::from_json_str(text).ok();
    }
    if !recognise::looks_like_yaml(text) {
        return None;
    }
    kubernetes::values("", text).ok()?.into_iter().next()
}

#[cfg(test)]
mod tests {
    use crate::input::read;

    const CONFIG_MAP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: c, namespace: n}
data:
  collector.yaml: |
    receivers: {otlp: }
    exporters: {debug: }
    service: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}
  board.json: '{\"title\": \"t\", \"panels\": []}'
  broken.json: '{\"title\": '
  notes: anything
";

    #[test]
    fn documents_within_objects_are_found() {
        let documents = read("in.yaml", CONFIG_MAP.as_bytes().to_vec()).unwrap();
        let kinds: Vec<&str> = documents.iter().map(|document| document.kind()).collect();
        assert_eq!(kinds, ["kubernetes", "grafana_dashboard", "otel_collector"]);
        assert!(documents.iter().all(|document| document.name() == "in.yaml"));
    }

    #[test]
    fn operators_objects_carry_documents_too() {
        for (text, expected) in [
            (
                "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: r}\nspec: {groups: [{name: a, rules: []}]}\n",
                "prometheus_rules",
            ),
            (
                "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\nmetadata: {name: r}\nspec: {config: {exporters: {debug: {}}, service: {pipelines: {}}}}\n",
                "otel_collector",
            ),
            (
                "apiVersion: v1\nkind: Secret\nmetadata: {name: r}\nstringData:\n  alertmanager.yaml: |\n    route: {receiver: a}\n    receivers: [{name: a}]\n",
                "alertmanager",
            ),
        ] {
            let documents = read("in.yaml", text.as_bytes().to_vec()).unwrap();
            assert_eq!(documents.iter().map(|d| d.kind()).collect::<Vec<_>>(), ["kubernetes", expected], "{text}");
        }
    }
}
