//! `parapet gate licenses` and `parapet gate evidence`: what a build is made of, and the proof of it.

use serde_json::{Value, json};

use super::Sandbox;

fn component(name: &str, license: &str) -> Value {
    json!({ "name": name, "version": "1.0", "purl": format!("pkg:cargo/{name}@1.0"), "bom-ref": name,
        "licenses": [{ "expression": license }] })
}

fn sbom(components: &[Value]) -> Value {
    let refs: Vec<&str> = components.iter().filter_map(|it| it["bom-ref"].as_str()).collect();
    json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "components": components,
        "metadata": { "timestamp": "2026-01-01T00:00:00Z", "tools": { "components": [{ "name": "syft" }] } },
        "dependencies": [{ "ref": "app", "dependsOn": refs }] })
}

#[test]
fn a_licence_that_is_not_allowed_fails() {
    let sandbox = Sandbox::new();
    let all = [
        component("a", "MIT OR GPL-3.0-only"),
        component("b", "AGPL-3.0-only"),
        json!({ "name": "c", "version": "2" }),
    ];
    sandbox.file("sbom.json", sbom(&all).to_string());
    let gate = |more: &[&str]| sandbox.run(&[&["gate", "licenses", "sbom.json", "--allow"], more].concat());
    gate(&["MIT,ISC"])
        .exits(1)
        .prints("fail    b 1.0: AGPL-3.0-only is not allowed")
        .prints("fail    c 2: states no licence")
        .prints("pass    MIT OR GPL-3.0-only: 1 component")
        .prints("licenses FAIL: 2 failed, 0 unclear, 1 passed");
    gate(&["MIT", "--except", "b", "--except", "c"]).exits(0).prints("pass    AGPL-3.0-only (excepted)");
    gate(&["MIT", "--allow", "AGPL-3.0-only", "--except", "c", "--except", "d"])
        .exits(0)
        .says("--except d: there is no");
    gate(&["MIT", "--format", "junit"]).exits(1).prints("failures=\"2\"");
    gate(&["MIT", "--format", "markdown"]).exits(1).prints("| fail | b 1.0 |");
    assert_eq!(gate(&["MIT", "--format", "json"]).exits(1).json()["cases"][0]["data"]["license"], "AGPL-3.0-only");
    gate(&["  "]).exits(2).says("--allow names no licence");
    sandbox.file("none.json", sbom(&[]).to_string());
    sandbox.run(&["gate", "licenses", "none.json", "--allow", "MIT"]).exits(2).says("there is no component");
    sandbox.run(&["gate", "licenses", "gone.json", "--allow", "MIT"]).exits(2).says("gone.json: cannot be read");
}

#[test]
fn an_incomplete_sbom_fails() {
    let sandbox = Sandbox::new();
    let of = |sbom: &Value, more: &[&str]| {
        sandbox.file("sbom.json", sbom.to_string());
        sandbox.run(&[&["gate", "evidence", "--sbom", "sbom.json"], more].concat())
    };
    let good = sbom(&[component("a", "MIT"), component("b_c", "MIT")]);
    of(&good, &[])
        .exits(0)
        .prints("CycloneDX 1.5, made 2026-01-01")
        .prints("evidence PASS: 0 failed, 0 unclear, 5 passed");
    let metadata = json!({ "workspace_members": ["me"], "packages": [{ "id": "me", "name": "me", "version": "1.0" },
        { "id": "1", "name": "b-c", "version": "1.0" }, { "id": "2", "name": "d", "version": "3.0" }] });
    sandbox.file("metadata.json", metadata.to_string());
    of(&good, &["--covers", "metadata.json"])
        .exits(1)
        .prints("covers metadata.json: 1 of 2 components are not in the SBOM: d 3.0");
    let bare = json!({ "bomFormat": "CycloneDX", "components": [{ "name": "x" }] });
    of(&bare, &[])
        .exits(1)
        .prints("says not when it was made")
        .prints("sbom version: 1 of 1 components have none: x")
        .prints("sbom identifier (purl or cpe): 1 of 1")
        .prints("sbom dependency relation: 1 of 1");
    of(&json!([{ "Name": "a", "Version": "1" }]), &[]).exits(2).says("this is no SBOM");
    sandbox.run(&["gate", "evidence"]).exits(2).says("nothing to check");
}

#[test]
fn another_builder_source_or_artifact_fails() {
    let sandbox = Sandbox::new();
    sandbox.file("app", "abc");
    sandbox.file("other", "abd");
    // The digest of "abc", from FIPS 180-2, appendix B.1.
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let statement = json!({ "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{ "name": "app", "digest": { "sha256": digest } }],
        "predicate": { "buildDefinition": { "resolvedDependencies": [{ "uri": "git+https://github.com/example/shop@refs/heads/main" }] },
            "runDetails": { "builder": { "id": "https://github.com/slsa/builder@refs/tags/v2" } } } });
    sandbox.file("provenance.json", statement.to_string());
    let gate = |more: &[&str]| sandbox.run(&[&["gate", "evidence", "--provenance", "provenance.json"], more].concat());
    gate(&["--builder", "https://github.com/slsa/builder", "--source", "github.com/example/shop", "--artifact", "app"])
        .exits(0)
        .prints("3 passed");
    gate(&["--builder", "https://github.com/evil/builder"])
        .exits(1)
        .prints("was built by https://github.com/slsa/builder");
    gate(&["--source", "github.com/example/shopping"]).exits(1).prints("fail    provenance source");
    gate(&["--artifact", "other"]).exits(1).prints("is not what was built, which is app");
    gate(&[]).exits(2).says("nothing is expected of the provenance");
}

#[test]
fn a_critical_finding_fails() {
    let sandbox = Sandbox::new();
    let found = |id: &str, severity: &str| json!({ "VulnerabilityID": id, "Severity": severity, "PkgName": "zlib", "InstalledVersion": "1" });
    let results = [found("CVE-1", "CRITICAL"), found("CVE-2", "HIGH"), found("CVE-3", "UNKNOWN")];
    let scan = json!({ "SchemaVersion": 2, "Results": [{ "Target": "image", "Vulnerabilities": results }] });
    sandbox.file("trivy.json", scan.to_string());
    let gate = |more: &[&str]| sandbox.run(&[&["gate", "evidence", "--scan", "trivy.json"], more].concat());
    gate(&[])
        .exits(1)
        .prints("fail    scan trivy.json CVE-1: critical in zlib 1 (image)")
        .prints("Trivy: 1 at or above critical, 1 below, 1 without a severity");
    gate(&["--fail-on", "high", "--accept", "CVE-1"]).exits(1).prints("CVE-2: high");
    gate(&["--accept", "CVE-1"]).exits(0).prints("unclear scan trivy.json");
    sandbox.file("trivy.json", "{}");
    gate(&[]).exits(2).says("trivy.json: this is no result of");
}
