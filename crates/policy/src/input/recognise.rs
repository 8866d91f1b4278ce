//! What a document is that is neither a plan nor a Kubernetes object, by its content.

use crate::Value;

/// The name that `custom.documents` of a rule has for a value; `None` for any other value.
pub(super) fn kind(value: &Value) -> Option<&'static str> {
    let has = |key: &str| !matches!(value[key], Value::Undefined);
    let text = |key: &str| value[key].as_string().ok();
    let list = |key: &str| value[key].as_array().ok();
    let map = |key: &str| value[key].as_object().is_ok();
    match () {
        () if map("jobs") && has("on") => Some("github_actions"),
        () if has("runs") && text("version").is_some_and(|version| version.starts_with("2.")) => Some("sarif"),
        () if text("bomFormat").is_some_and(|format| &**format == "CycloneDX") => Some("cyclonedx"),
        () if has("spdxVersion") || text("@context").is_some_and(|it| it.contains("spdx.org")) => Some("spdx"),
        () if has("predicateType") && has("subject") => Some("in_toto"),
        () if list("matches").is_some() && text_at(&value["descriptor"], "name") == Some("grype") => Some("grype"),
        () if has("SchemaVersion") && has("ArtifactName") => Some("trivy"),
        () if map("exporters") && value["service"]["pipelines"].as_object().is_ok() => Some("otel_collector"),
        () if map("route") && list("receivers").is_some() => Some("alertmanager"),
        () if are_rule_groups(&value["groups"]) => Some("prometheus_rules"),
        () if is_dashboard(value) || is_dashboard(&value["dashboard"]) => Some("grafana_dashboard"),
        () if is_gitlab_ci(value) => Some("gitlab_ci"),
        () if is_licence_list(value) => Some("licenses"),
        () => None,
    }
}

fn text_at<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value[key].as_string().ok().map(AsRef::as_ref)
}

fn are_rule_groups(groups: &Value) -> bool {
    let is_group = |group: &Value| text_at(group, "name").is_some() && group["rules"].as_array().is_ok();
    groups.as_array().is_ok_and(|groups| !groups.is_empty() && groups.iter().all(is_group))
}

fn is_dashboard(value: &Value) -> bool {
    let shown = value["panels"].as_array().is_ok() || value["rows"].as_array().is_ok();
    shown && text_at(value, "title").is_some()
}

/// Jobs of GitLab beside each other at the top, or what they are included from, and something that says that it is a pipeline.
fn is_gitlab_ci(value: &Value) -> bool {
    let Ok(fields) = value.as_object() else { return false };
    let is_text = |it: &Value| it.as_string().is_ok();
    let is_job = |it: &Value| it.as_object().is_ok() && (is_text(&it["script"]) || it["script"].as_array().is_ok());
    let stages = value["stages"].as_array().is_ok_and(|all| !all.is_empty() && all.iter().all(is_text));
    let staged = fields.values().any(|it| is_job(it) && is_text(&it["stage"]));
    let ruled = value["workflow"]["rules"].as_array().is_ok();
    let jobs = fields.values().any(is_job) || !matches!(value["include"], Value::Undefined);
    jobs && (stages || staged || ruled)
}

/// What pip-licenses and cargo-license write (a list of packages), or license-checker (packages by name).
fn is_licence_list(value: &Value) -> bool {
    match value {
        Value::Array(items) => {
            let either = |item: &Value, a: &str, b: &str| text_at(item, a).or_else(|| text_at(item, b)).is_some();
            let has = |item: &Value, key: &str| !matches!(item[key], Value::Undefined);
            let is_package =
                |item: &Value| either(item, "name", "Name") && (has(item, "license") || has(item, "License"));
            !items.is_empty() && items.iter().all(is_package)
        }
        Value::Object(fields) => {
            let listed = |package: &Value| !matches!(package["licenses"], Value::Undefined);
            let named = |name: &Value| name.as_string().is_ok_and(|name| name.contains('@'));
            fields.iter().next().is_some() && fields.iter().all(|(name, package)| named(name) && listed(package))
        }
        _ => false,
    }
}

/// Top-level keys of the YAML documents that are recognised; each of a group has to be there.
const YAML_KEYS: [&[&[&str]]; 5] = [
    &[&["jobs:"], &["on:", "\"on\":", "'on':"]],
    &[&["service:"], &["exporters:"], &["receivers:", "connectors:"]],
    &[&["route:"], &["receivers:"]],
    &[&["groups:"]],
    &[&["stages:", "workflow:", "include:", "default:", "image:"], &["  script:", "include:"]],
];

/// Whether a text looks like YAML that [`kind`] knows: what it is after all, its parsed content says.
pub(super) fn looks_like_yaml(text: &str) -> bool {
    let starts = |keys: &[&str]| text.lines().any(|line| keys.iter().any(|key| line.starts_with(key)));
    YAML_KEYS.iter().any(|groups| groups.iter().all(|keys| starts(keys)))
}

#[cfg(test)]
mod tests {
    use crate::input::read;

    #[test]
    fn documents_are_recognised_by_content() {
        let workflow = "name: ci\non:\n  push:\n    branches: [main]\njobs:\n  test:\n    runs-on: ubuntu-latest\n";
        let collector = "receivers: {otlp: }\nexporters: {debug: }\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug]}\n";
        for (text, expected) in [
            (workflow, "github_actions"),
            (collector, "otel_collector"),
            ("route: {receiver: a}\nreceivers:\n- name: a\n", "alertmanager"),
            ("groups:\n- name: a\n  rules: []\n", "prometheus_rules"),
            ("stages: [test]\ntest:\n  script: make\n", "gitlab_ci"),
            (
                "image: alpine:3.22\ntest:\n  stage: test\n  script:\n  - !reference [.setup, script]\n  - make\n",
                "gitlab_ci",
            ),
            ("workflow:\n  rules:\n  - if: $CI_COMMIT_TAG\ninclude:\n- local: jobs.yml\n", "gitlab_ci"),
            (r#"{"title": "t", "panels": []}"#, "grafana_dashboard"),
            (r#"{"dashboard": {"title": "t", "panels": []}, "overwrite": true}"#, "grafana_dashboard"),
            (r#"[{"License": "MIT", "Name": "a", "Version": "1"}]"#, "licenses"),
            (r#"[{"name": "a", "version": "1", "license": null}]"#, "licenses"),
            (r#"{"left-pad@1.0.0": {"licenses": "MIT"}}"#, "licenses"),
            (r#"{"matches": [], "descriptor": {"name": "grype"}}"#, "grype"),
            (r#"{"SchemaVersion": 2, "ArtifactName": "a", "Results": []}"#, "trivy"),
            (r#"{"version": "2.1.0", "$schema": "x", "runs": []}"#, "sarif"),
            (r#"{"bomFormat": "CycloneDX", "specVersion": "1.6"}"#, "cyclonedx"),
            (r#"{"spdxVersion": "SPDX-2.3", "packages": []}"#, "spdx"),
            (r#"{"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": "x"}"#, "in_toto"),
            (
                r#"{"payloadType": "application/vnd.in-toto+json", "payload": "eyJzdWJqZWN0IjogW10sICJwcmVkaWNhdGVUeXBlIjogIngifQ==", "signatures": []}"#,
                "in_toto",
            ),
        ] {
            let documents = read("in", text.as_bytes().to_vec()).unwrap();
            assert_eq!(documents.iter().map(|d| d.kind()).collect::<Vec<_>>(), [expected], "{text}");
        }
        for text in [
            "jobs:\n  - a\n",
            "groups:\n- name: admins\n",
            "stages:\n- stage: build\n  jobs: []\nx:\n  script: make\n",
            "[]",
            r#"[{"name": "a"}]"#,
            r#"{"runs": []}"#,
            r#"{"version": "2.1.0"}"#,
            r#"{"title": "t"}"#,
            r#"{"payloadType": "application/vnd.in-toto+json", "payload": "?"}"#,
        ] {
            assert!(read("in", text.as_bytes().to_vec()).is_err(), "{text}");
        }
    }
}
