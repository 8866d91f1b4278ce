//! What a document is that is neither a plan nor a Kubernetes object, by its content.

use crate::Value;

/// `github_actions`, `sarif`, `cyclonedx`, `spdx` or `in_toto`; `None` for any other value.
pub(super) fn kind(value: &Value) -> Option<&'static str> {
    let has = |key: &str| !matches!(value[key], Value::Undefined);
    let text = |key: &str| value[key].as_string().ok();
    match () {
        () if has("jobs") && has("on") => Some("github_actions"),
        () if has("runs") && text("version").is_some_and(|version| version.starts_with("2.")) => Some("sarif"),
        () if text("bomFormat").is_some_and(|format| &**format == "CycloneDX") => Some("cyclonedx"),
        () if has("spdxVersion") || text("@context").is_some_and(|it| it.contains("spdx.org")) => Some("spdx"),
        () if has("predicateType") && has("subject") => Some("in_toto"),
        () => None,
    }
}

/// Whether a text looks like a workflow of GitHub Actions: what it is after all, its parsed content says.
pub(super) fn looks_like_workflow(text: &str) -> bool {
    let starts = |keys: &[&str]| text.lines().any(|line| keys.iter().any(|key| line.starts_with(key)));
    starts(&["jobs:"]) && starts(&["on:", "\"on\":", "'on':"])
}

#[cfg(test)]
mod tests {
    use crate::input::read;

    #[test]
    fn documents_are_recognised_by_content() {
        let workflow = "name: ci\non:\n  push:\n    branches: [main]\njobs:\n  test:\n    runs-on: ubuntu-latest\n";
        for (text, expected) in [
            (workflow, "github_actions"),
            (r#"{"version": "2.1.0", "$schema": "x", "runs": []}"#, "sarif"),
            (r#"{"bomFormat": "CycloneDX", "specVersion": "1.6"}"#, "cyclonedx"),
            (r#"{"spdxVersion": "SPDX-2.3", "packages": []}"#, "spdx"),
            (r#"{"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": "x"}"#, "in_toto"),
        ] {
            let documents = read("in", text.as_bytes().to_vec()).unwrap();
            assert_eq!(documents.iter().map(|d| d.kind()).collect::<Vec<_>>(), [expected], "{text}");
        }
        for text in ["jobs:\n  - a\n", r#"{"runs": []}"#, r#"{"version": "2.1.0"}"#] {
            assert!(read("in", text.as_bytes().to_vec()).is_err(), "{text}");
        }
    }
}
