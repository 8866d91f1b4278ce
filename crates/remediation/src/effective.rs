//! The values a resource has: what the configuration says, and for what it leaves open what the state shows.

use parapet_policy::{AttributePath, Step};
use serde_json::Value as Json;

/// The configuration's values over those of the state. Null is as good as not written; blocks that are not written are those
/// of the state.
pub(crate) fn merged(state: &Json, configured: &Json) -> Json {
    match (state, configured) {
        (state, Json::Null) => state.clone(),
        (Json::Object(state), Json::Object(configured)) => {
            let mut all = state.clone();
            for (name, value) in configured {
                let value = merged(state.get(name).unwrap_or(&Json::Null), value);
                all.insert(name.clone(), value);
            }
            Json::Object(all)
        }
        (Json::Array(state), Json::Array(configured)) if configured.is_empty() => Json::Array(state.clone()),
        (Json::Array(state), Json::Array(configured)) if state.len() == configured.len() => {
            state.iter().zip(configured).map(|(state, configured)| merged(state, configured)).collect()
        }
        (_, configured) => configured.clone(),
    }
}

/// The value at a path; null when there is none.
pub(crate) fn at<'a>(value: &'a Json, path: &AttributePath) -> &'a Json {
    static NULL: Json = Json::Null;
    let step = |value: &'a Json, step: &Step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    };
    path.0.iter().try_fold(value, step).unwrap_or(&NULL)
}

/// Puts a value at a path whose blocks are there.
pub(crate) fn set(value: &mut Json, path: &[Step], to: Json) {
    match path.split_first() {
        None => *value = to,
        Some((Step::Key(key), rest)) => {
            if let Json::Object(fields) = value {
                set(fields.entry(key.clone()).or_insert(Json::Null), rest, to);
            }
        }
        Some((Step::Index(index), rest)) => {
            if let Some(item) = value.get_mut(index) {
                set(item, rest, to);
            }
        }
    }
}

/// Whether two values are the same to a provider: `100` and `"100"` are.
pub(crate) fn same(a: &Json, b: &Json) -> bool {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    a == b || !a.is_null() && !b.is_null() && text(a) == text(b)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn configuration_goes_before_state() {
        let state = json!({"size": 10, "type": "gp2", "root": [{"type": "gp2", "size": 8}], "tags": null});
        let configured = json!({"type": "gp3", "size": null, "root": [{"type": "gp3"}], "other": []});
        let expected =
            json!({"size": 10, "type": "gp3", "root": [{"type": "gp3", "size": 8}], "tags": null, "other": []});
        assert_eq!(merged(&state, &configured), expected);
        assert_eq!(merged(&json!([{"a": 1}]), &json!([])), json!([{"a": 1}]));
    }

    #[test]
    fn values_are_found_and_put_by_path() {
        let path: AttributePath = [Step::from("root"), Step::from(0), Step::from("type")].into_iter().collect();
        let mut value = json!({"root": [{"size": 8}]});
        assert_eq!(at(&value, &path), &Json::Null);
        set(&mut value, &path.0, json!("gp3"));
        assert_eq!(at(&value, &path), &json!("gp3"));
        assert!(same(&json!(5), &json!("5")) && !same(&json!("null"), &Json::Null));
    }
}
