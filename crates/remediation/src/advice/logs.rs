//! CloudWatch log groups.

use parapet_policy::Step;
use serde_json::{Value as Json, json};

use super::{Advice, Category, Change, number, path};

/// Log groups that keep everything. How long events are needed is not for a machine to say: nothing is changed before a
/// person has.
pub(super) fn retention(values: &Json, days: Option<u32>) -> Vec<Advice> {
    let name = "retention_in_days";
    if number(values, name).is_some() {
        return Vec::new();
    }
    let category = Category::LogRetention;
    let path = path([Step::from(name)]);
    vec![match days {
        Some(days) => Advice::Change {
            category,
            changes: vec![Change { path, from: Json::Null, to: json!(days), beside: &["name", "name_prefix"] }],
            why: format!(
                "events are kept for ever; CloudWatch deletes what is older than {days} days, that which is there already too"
            ),
        },
        None => Advice::Refuse {
            category,
            path,
            what: "to keep events for a time".to_owned(),
            reason: "events are kept for ever; say for how many days they are needed with --log-retention-days"
                .to_owned(),
        },
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retention_is_added_only_when_someone_says_how_long() {
        assert!(retention(&json!({"retention_in_days": 30}), Some(7)).is_empty());
        assert!(matches!(retention(&json!({"retention_in_days": 0}), None).as_slice(), [Advice::Refuse { .. }]));
        let advice = retention(&json!({"name": "x"}), Some(7));
        assert!(matches!(advice.as_slice(), [Advice::Change { changes, .. }] if changes[0].to == json!(7)));
    }
}
