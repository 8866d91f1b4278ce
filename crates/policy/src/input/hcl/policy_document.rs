//! `data.aws_iam_policy_document`: its JSON needs no provider, only its arguments.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::value::Val;

/// The type of the data source.
pub(super) const KIND: &str = "aws_iam_policy_document";

/// Adds `json`, when every argument it is made of is known.
pub(super) fn add_json(fields: &mut BTreeMap<String, Val>) {
    // Other documents are merged in by rules that are the provider's own.
    let merged = ["source_policy_documents", "override_policy_documents", "source_json", "override_json"];
    if fields.keys().any(|name| merged.contains(&name.as_str())) {
        return;
    }
    let statements = match fields.get("statement") {
        Some(value) => value.items().ok(),
        None => Some([].as_slice()),
    };
    let Some(statements) = statements else { return };
    let Some(statements) = statements.iter().map(statement).collect::<Option<Vec<_>>>() else { return };
    let Some(version) = plain(fields, "version").map(|version| version.unwrap_or_else(|| "2012-10-17".to_owned()))
    else {
        return;
    };
    let mut document = Map::new();
    document.insert("Version".to_owned(), json!(version));
    if let Some(Some(id)) = plain(fields, "policy_id") {
        document.insert("Id".to_owned(), json!(id));
    }
    document.insert("Statement".to_owned(), Json::Array(statements));
    if let Ok(text) = serde_json::to_string_pretty(&Json::Object(document)) {
        fields.insert("json".to_owned(), Val::from(text));
    }
}

/// A text; `None` when it is unknown.
fn plain(fields: &BTreeMap<String, Val>, name: &str) -> Option<Option<String>> {
    match fields.get(name) {
        None | Some(Val::Null) => Some(None),
        Some(value) => value.text().ok().map(|text| Some(text.to_string())),
    }
}

/// Texts as the provider writes them: one alone, several as a list in descending order.
fn texts(value: &Val) -> Option<Json> {
    let mut texts = value.items().ok()?.iter().map(|item| item.text().ok()).collect::<Option<Vec<_>>>()?;
    texts.sort();
    texts.dedup();
    texts.reverse();
    match texts.as_slice() {
        [one] => Some(json!(&**one)),
        all => Some(all.iter().map(|text| json!(&**text)).collect()),
    }
}

fn statement(value: &Val) -> Option<Json> {
    let (Val::Open(fields, _) | Val::Map(fields)) = value else { return None };
    let mut out = Map::new();
    if let Some(sid) = plain(fields, "sid")? {
        out.insert("Sid".to_owned(), json!(sid));
    }
    out.insert("Effect".to_owned(), json!(plain(fields, "effect")?.unwrap_or_else(|| "Allow".to_owned())));
    for (name, key) in [
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ] {
        match fields.get(name) {
            None | Some(Val::Null) => {}
            Some(value) if value.items().is_ok_and(<[Val]>::is_empty) => {}
            Some(value) => drop(out.insert(key.to_owned(), texts(value)?)),
        }
    }
    for (name, key) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(value) = fields.get(name) {
            out.insert(key.to_owned(), principals(value)?);
        }
    }
    if let Some(value) = fields.get("condition") {
        out.insert("Condition".to_owned(), conditions(value)?);
    }
    Some(Json::Object(out))
}

fn principals(value: &Val) -> Option<Json> {
    let mut out: Map<String, Json> = Map::new();
    for principal in value.items().ok()? {
        let (Val::Open(fields, _) | Val::Map(fields)) = principal else { return None };
        let kind = plain(fields, "type")??;
        let identifiers = texts(fields.get("identifiers")?)?;
        if kind == "*" && identifiers == json!("*") {
            return Some(json!("*"));
        }
        match out.get_mut(&kind) {
            None => drop(out.insert(kind, identifiers)),
            Some(have) => {
                let list = |value: &Json| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                *have = Json::Array([list(have), list(&identifiers)].concat());
            }
        }
    }
    Some(Json::Object(out))
}

fn conditions(value: &Val) -> Option<Json> {
    let mut out: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
    for condition in value.items().ok()? {
        let (Val::Open(fields, _) | Val::Map(fields)) = condition else { return None };
        let values = fields.get("values")?.items().ok()?;
        let values = values.iter().map(|v| v.text().ok()).collect::<Option<Vec<_>>>()?;
        let values = match values.as_slice() {
            [one] => json!(&**one),
            all => all.iter().map(|text| json!(&**text)).collect(),
        };
        out.entry(plain(fields, "test")??).or_default().insert(plain(fields, "variable")??, values);
    }
    serde_json::to_value(out).ok()
}
