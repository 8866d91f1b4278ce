use super::*;

fn objects(yaml: &str) -> Vec<KubernetesObject> {
    let documents = from_yaml("m.yaml", yaml).unwrap_or_else(|error| panic!("{error}"));
    documents.into_iter().map(object).collect()
}

fn object(document: Document) -> KubernetesObject {
    match document {
        Document::Kubernetes(object) | Document::AdmissionReview { object, .. } => object,
        other => panic!("a manifest is Kubernetes, not {}", other.kind()),
    }
}

fn addresses(yaml: &str) -> Vec<String> {
    objects(yaml).into_iter().map(|object| object.address).collect()
}

fn error(yaml: &str) -> String {
    from_yaml("m.yaml", yaml).unwrap_err().to_string()
}

fn json(value: &Value) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn documents_are_separated_and_empty_ones_skipped() {
    let yaml = "# head\n---\n# only a comment\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ns}\n---\n\n---\n\
                apiVersion: v1\nkind: Namespace\nmetadata: {name: ns}\n...\n";
    assert_eq!(addresses(yaml), ["Pod/ns/a", "Namespace/ns"]);
    assert!(objects("# nothing\n---\n---\n").is_empty());
}

#[test]
fn an_object_without_a_name_is_named_by_its_place() {
    let yaml =
        "apiVersion: v1\nkind: Pod\nmetadata: {generateName: job-}\n---\napiVersion: k/v1\nkind: Kustomization\n";
    assert_eq!(addresses(yaml), ["Pod/job-", "Kustomization/(document 2)"]);
}

#[test]
fn lists_are_expanded_and_their_items_completed() {
    let yaml = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n\
                - apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Service, metadata: {name: b}}\n---\n\
                apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: c, namespace: d}\n";
    assert_eq!(addresses(yaml), ["Pod/a", "Service/b", "Deployment/d/c"]);
    assert_eq!(objects("apiVersion: v1\nkind: List\nitems: []\n").len(), 0);
    assert_eq!(
        error("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod}, 3]\n"),
        "m.yaml: document 1, item 2, line 1, column 1: the document is a number, not an object"
    );
}

#[test]
fn scalars_follow_yaml_1_2_except_for_octal_modes() {
    let yaml = "apiVersion: v1\nkind: X\na: on\nb: yes\nc: true\nd: 0644\ne: 0o17\nf: 1_000\ng: 2024-01-01\nh: 1.5\ni: ~\n\
                j: \"1\"\nk: 18446744073709551615\nl: -3\nm: '0644'\nn: 1e3\no: 12:30\n1: one\ntrue: yes\n";
    let object = objects(yaml).remove(0).object;
    let get = |key: &str| json(field(&object, key).unwrap());
    for (key, value) in [
        ("a", "true"),
        ("b", "true"),
        ("c", "true"),
        ("d", "420"),
        ("e", "15"),
        ("f", r#""1_000""#),
        ("g", r#""2024-01-01""#),
        ("h", "1.5"),
        ("i", "null"),
        ("j", r#""1""#),
        ("k", "18446744073709551615"),
        ("l", "-3"),
        ("m", r#""0644""#),
        ("n", "1000"),
        ("o", r#""12:30""#),
        ("1", r#""one""#),
        ("true", "true"),
    ] {
        assert_eq!(get(key), value, "{key}");
    }
}

#[test]
fn anchors_and_merge_keys_are_expanded() {
    let yaml =
        "apiVersion: v1\nkind: X\nbase: &base {cpu: 1, memory: 2}\nlimits:\n  <<: *base\n  memory: 3\nsame: *base\n";
    let object = objects(yaml).remove(0).object;
    assert_eq!(json(field(&object, "limits").unwrap()), r#"{"cpu":1,"memory":3}"#);
    assert_eq!(json(field(&object, "same").unwrap()), r#"{"cpu":1,"memory":2}"#);
}

#[test]
fn block_scalars_keep_their_text() {
    let yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  run: |\n    echo --- a\n     --- b\n";
    let object = objects(yaml).remove(0).object;
    let run = text(field(&object, "data").unwrap(), "run").unwrap().to_owned();
    assert_eq!(run, "echo --- a\n --- b\n");
}

#[test]
fn errors_name_document_line_and_column() {
    let good = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n";
    let duplicate = error(&format!("{good}apiVersion: v1\nkind: Pod\nkind: Job\n"));
    assert!(duplicate.starts_with("m.yaml:7:1: document 2: "), "{duplicate}");
    assert!(duplicate.contains("kind"), "{duplicate}");
    let broken = error(&format!("{good}apiVersion: [v1\nkind: Pod\n"));
    assert!(broken.starts_with("m.yaml:6:") && broken.contains("document 2"), "{broken}");
    let stranger = error(&format!("{good}# a chart's values\nreplicas: 3\n"));
    assert_eq!(
        stranger,
        "m.yaml: document 2, line 6, column 1: the document has no `apiVersion` and no `kind`, so it is not a Kubernetes object"
    );
    let tab = error("apiVersion: v1\nkind: Pod\nspec:\n\tcontainers: []\n");
    assert!(tab.starts_with("m.yaml:4:"), "{tab}");
    assert!(!tab.contains(" at line "), "the place is named once: {tab}");
}

#[test]
fn keys_that_become_equal_strings_are_duplicates() {
    let message = error("apiVersion: v1\nkind: X\nlabels: {1: a, \"1\": b}\n");
    assert!(message.contains("duplicate mapping key"), "{message}");
}

#[test]
fn a_yaml_bomb_is_one_clear_error() {
    let mut bomb = String::from("apiVersion: v1\nkind: ConfigMap\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let message = error(&bomb);
    assert!(message.contains("YAML bomb") && message.contains("document 1, line "), "{message}");
    assert!(!message.contains('\n'), "{message}");
}

#[test]
fn an_alias_to_itself_is_an_error() {
    let message = error("apiVersion: v1\nkind: X\na: &a [*a]\n");
    assert!(message.starts_with("m.yaml:3:"), "{message}");
}

#[test]
fn nesting_is_bounded() {
    let deep = format!("apiVersion: v1\nkind: X\na: {}{}\n", "[".repeat(200), "]".repeat(200));
    assert!(error(&deep).contains("nested deeper than 128 levels"), "{}", error(&deep));
    let mut block = String::from("apiVersion: v1\nkind: X\n");
    for level in 0..5_000 {
        block.push_str(&format!("{}a:\n", " ".repeat(level)));
    }
    assert!(error(&block).contains("nested deeper than"), "{}", error(&block));
}

#[test]
fn numbers_without_a_json_form_are_errors() {
    for number in [".nan", ".inf", "1e999"] {
        let message = error(&format!("apiVersion: v1\nkind: X\na: {number}\n"));
        assert!(message.starts_with("m.yaml:3:4"), "{message}");
    }
}

#[test]
fn json_is_read_as_json() {
    let json =
        "{\"apiVersion\": \"v1\",\t\"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}, \"smile\": \"\\ud83d\\ude00\"}";
    let object = read("p.json", json.as_bytes()).map(|mut documents| object(documents.remove(0))).unwrap();
    assert_eq!((object.address.as_str(), text(&object.object, "smile")), ("Pod/a", Some("\u{1f600}")));
    let flow = read("p.yaml", b"{apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Job}\n");
    assert_eq!(flow.unwrap().len(), 2);
}

fn review(json: &str) -> Result<(KubernetesObject, Value), String> {
    let value = Value::from_json_str(json).unwrap();
    match from_value("r.json", value).map_err(|error| error.to_string())?.remove(0) {
        Document::AdmissionReview { object, review } => Ok((object, review)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_admission_review_is_about_its_object() {
    let text = r#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"operation": "UPDATE",
        "kind": {"kind": "Pod"}, "namespace": "n", "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "new"}},
        "oldObject": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "old"}}}}"#;
    let (object, whole) = review(text).unwrap();
    assert_eq!((object.address.as_str(), object.kind.as_str()), ("Pod/n/new", "Pod"));
    assert_eq!(object.actions, ["update"]);
    assert_eq!(whole, Value::from_json_str(text).unwrap());
    let (object, _) = review(&text.replace("UPDATE", "DELETE")).unwrap();
    assert_eq!((object.address.as_str(), object.actions), ("Pod/n/old", vec!["delete".to_owned()]));
}

#[test]
fn an_admission_review_without_anything_to_check_says_so() {
    let of = |request: &str| {
        review(&format!(r#"{{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"{request}}}"#)).unwrap_err()
    };
    assert!(of("").contains("no `request`"), "{}", of(""));
    assert!(of(r#", "response": {"allowed": true}"#).contains("no `request`"));
    assert!(of(r#", "request": {"operation": "CREATE", "object": null}"#).contains("no `request.object`"));
    assert!(of(r#", "request": {"operation": "DELETE", "object": {}}"#).contains("no `request.oldObject`"));
    assert!(
        of(r#", "request": {"operation": "PATCH", "object": {}}"#).contains("unknown `request.operation` \"PATCH\"")
    );
}

#[test]
fn kubernetes_yaml_is_told_by_its_lines() {
    assert!(looks_like_yaml("# c\napiVersion: v1\nkind : Pod\n"));
    assert!(looks_like_yaml("kind: Pod\napiVersion: v1\nbroken: [\n"));
    assert!(looks_like_yaml("a: b\n---\n{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}\n"));
    assert!(!looks_like_yaml("apiVersion: v2\nname: chart\n---\nkind: x\n"));
    assert!(!looks_like_yaml("spec:\n  apiVersionOf: 1\n  kinds: 2\n"));
}

#[test]
fn the_reference_manifests_are_read() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/kubernetes.yaml");
    let Ok(yaml) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: the reference manifests are not beside this checkout");
        return;
    };
    let addresses = addresses(&yaml);
    assert_eq!(addresses.first().map(String::as_str), Some("Namespace/platform-prod"));
    assert!(addresses.contains(&"NetworkPolicy/platform-prod/platform-api-netpol".to_owned()), "{addresses:?}");
    assert_eq!(addresses.last().map(String::as_str), Some("Kustomization/(document 6)"));
}

proptest::proptest! {
    /// Whatever the text, reading ends, without a panic, and every error is one line that begins with the file.
    #[test]
    fn any_text_is_read_or_refused(text in "(apiVersion: v1\nkind: List\n)?[-a&*\\[\\]{}:,#!|>\"'<\\\\ \t\n0-9.~?é-]{0,60}") {
        if let Err(error) = from_yaml("m.yaml", &text) {
            let message = error.to_string();
            proptest::prop_assert!(message.starts_with("m.yaml:") && !message.contains('\n'), "{message}");
        }
    }
}
