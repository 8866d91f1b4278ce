//! A budget as it is asked for, kept and answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Result, invalid};

/// Everything that any of the operations takes.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    pub(super) account_id: String,
    pub(super) budget_name: String,
    pub(super) budget: Option<Value>,
    pub(super) new_budget: Option<Value>,
    pub(super) notifications_with_subscribers: Vec<NotificationWithSubscribers>,
    pub(super) notification: Option<Notification>,
    pub(super) old_notification: Option<Notification>,
    pub(super) new_notification: Option<Notification>,
    pub(super) subscribers: Vec<Subscriber>,
    pub(super) subscriber: Option<Subscriber>,
    #[serde(rename = "ResourceARN")]
    pub(super) resource_arn: Option<String>,
    pub(super) resource_tags: Vec<Tag>,
    pub(super) resource_tag_keys: Vec<String>,
    pub(super) next_token: Option<String>,
    pub(super) max_results: Option<usize>,
}

impl Request {
    pub(super) fn name(&self) -> &str {
        &self.budget_name
    }

    pub(super) fn arn(&self) -> &str {
        self.resource_arn.as_deref().unwrap_or_default()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NotificationWithSubscribers {
    pub(super) notification: Notification,
    pub(super) subscribers: Vec<Subscriber>,
}

/// When somebody is told; its fields are its identity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Notification {
    pub(super) notification_type: String,
    pub(super) comparison_operator: String,
    pub(super) threshold: f64,
    #[serde(default = "percentage")]
    pub(super) threshold_type: String,
}

fn percentage() -> String {
    "PERCENTAGE".to_owned()
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Subscriber {
    pub(super) subscription_type: String,
    pub(super) address: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    value: String,
}

/// A budget.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Budget {
    name: String,
    /// As it was sent.
    settings: Value,
    tags: BTreeMap<String, String>,
    pub(super) notifications: Vec<(Notification, Vec<Subscriber>)>,
    /// On the clock on the wall, in seconds since 1970.
    updated: i64,
}

impl Budget {
    /// What is asked for; refused where the service refuses it.
    pub(super) fn new(given: &Value, wall: i64) -> Result<Self> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let name = text(&given["BudgetName"]);
        if name.is_empty() || name.chars().count() > 100 || name.contains([':', '\\']) || name.contains("/action/") {
            return Err(invalid("BudgetName must have 1 to 100 characters, without `:`, `\\` and `/action/`."));
        }
        for (field, accepted) in [
            ("BudgetType", ["COST", "USAGE", "RI_COVERAGE", "RI_UTILIZATION"].as_slice()),
            ("TimeUnit", &["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY"]),
        ] {
            if !accepted.contains(&text(&given[field]).as_str()) {
                return Err(invalid(format!("{field} must be one of {}.", accepted.join(", "))));
            }
        }
        let limit = &given["BudgetLimit"];
        let amount = text(&limit["Amount"]);
        if !amount.parse::<f64>().is_ok_and(|amount| amount > 0.0) || text(&limit["Unit"]) != "USD" {
            return Err(invalid(
                "Unable to create/update budget - the limit must be an amount above zero, in USD for a budget of costs.",
            ));
        }
        Ok(Self { name, settings: given.clone(), updated: wall.div_euclid(1000), ..Self::default() })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// An update replaces what a budget is; its notifications and tags stay.
    pub(super) fn replace(&mut self, with: Self) {
        self.settings = with.settings;
        self.updated = with.updated;
    }

    pub(super) fn described(&self) -> Value {
        let mut value = self.settings.clone();
        if let Value::Object(fields) = &mut value {
            let none = json!({ "Amount": "0.0", "Unit": "USD" });
            fields.insert("CalculatedSpend".to_owned(), json!({ "ActualSpend": none, "ForecastedSpend": none }));
            fields.insert("LastUpdatedTime".to_owned(), json!(self.updated));
            fields.entry("CostFilters").or_insert_with(|| json!({}));
        }
        value
    }

    pub(super) fn tags(&self) -> Vec<Value> {
        self.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
    }

    pub(super) fn tag(&mut self, tags: &[Tag]) {
        self.tags.extend(tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())));
    }

    pub(super) fn untag(&mut self, keys: &[String]) {
        self.tags.retain(|key, _| !keys.contains(key));
    }
}
