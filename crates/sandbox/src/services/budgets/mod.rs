//! AWS Budgets: budgets, their notifications and subscribers, and their tags. JSON 1.1; shapes and codes of the service's model
//! (2016-10-20).
//!
//! moto creates budgets and neither changes them, nor tags them, nor says who is told. Nothing is spent here: the actual and the
//! forecasted spend of a budget are zero.

mod model;
mod notifications;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Call, page};
use crate::protocol::{Answer, ApiError, json as wire};
use model::{Budget, Request};

type Result<T> = std::result::Result<T, ApiError>;

/// Most budgets an answer has when nobody says how many.
const PAGE: usize = 100;

/// Budgets by account and name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    accounts: BTreeMap<String, BTreeMap<String, Budget>>,
}

impl Store {
    fn find(&self, account: &str, name: &str) -> Result<&Budget> {
        let found = self.accounts.get(account).and_then(|budgets| budgets.get(name));
        found.ok_or_else(|| not_found(name))
    }

    fn find_mut(&mut self, account: &str, name: &str) -> Result<&mut Budget> {
        let found = self.accounts.get_mut(account).and_then(|budgets| budgets.get_mut(name));
        found.ok_or_else(|| not_found(name))
    }

    /// The budget that an ARN names, with its account.
    fn of_arn(&mut self, arn: &str) -> Result<&mut Budget> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", _, "budgets", "", account, resource] => {
                let name = resource.strip_prefix("budget/").ok_or_else(|| invalid("The ARN names no budget."))?;
                self.find_mut(account, name)
            }
            _ => Err(invalid("The ARN is not valid.")),
        }
    }
}

/// Answers a call.
///
/// # Errors
/// As the service's.
pub fn handle(store: &mut Store, call: &Call, body: &[u8]) -> Result<Answer> {
    let request: Request = wire::read(body, "InvalidParameterException")?;
    if request.resource_arn.is_none() && request.account_id != call.account {
        return Err(ApiError::new(
            "AccessDeniedException",
            format!("Account {} may not access budgets of account {}.", call.account, request.account_id),
        ));
    }
    let (account, name) = (request.account_id.as_str(), request.name());
    let value = match call.operation.as_str() {
        "CreateBudget" => create(store, call, &request)?,
        "DescribeBudget" => json!({ "Budget": store.find(account, name)?.described() }),
        "DescribeBudgets" => list(store, &request)?,
        "UpdateBudget" => update(store, call, &request)?,
        "DeleteBudget" => {
            store.find(account, name)?;
            store.accounts.get_mut(account).and_then(|budgets| budgets.remove(name));
            json!({})
        }
        "ListTagsForResource" => {
            json!({ "ResourceTags": store.of_arn(request.arn())?.tags() })
        }
        "TagResource" => {
            store.of_arn(request.arn())?.tag(&request.resource_tags);
            json!({})
        }
        "UntagResource" => {
            store.of_arn(request.arn())?.untag(&request.resource_tag_keys);
            json!({})
        }
        other if notifications::OPERATIONS.contains(&other) => {
            notifications::handle(store.find_mut(account, name)?, other, &request)?
        }
        other => {
            return Err(ApiError::new(
                "UnknownOperationException",
                format!("The sandbox does not implement AWS Budgets' {other}."),
            ));
        }
    };
    Ok(wire::answer(&value))
}

fn create(store: &mut Store, call: &Call, request: &Request) -> Result<Value> {
    let given = request.budget.as_ref().ok_or_else(|| invalid("Budget is required."))?;
    let mut budget = Budget::new(given, call.wall)?;
    budget.tag(&request.resource_tags);
    for it in &request.notifications_with_subscribers {
        notifications::add(&mut budget, &it.notification, &it.subscribers)?;
    }
    let budgets = store.accounts.entry(request.account_id.clone()).or_default();
    if budgets.contains_key(budget.name()) {
        let message = format!("Error creating budget: {} - the budget already exists.", budget.name());
        return Err(ApiError::new("DuplicateRecordException", message));
    }
    budgets.insert(budget.name().to_owned(), budget);
    Ok(json!({}))
}

fn update(store: &mut Store, call: &Call, request: &Request) -> Result<Value> {
    let given = request.new_budget.as_ref().ok_or_else(|| invalid("NewBudget is required."))?;
    let changed = Budget::new(given, call.wall)?;
    let budget = store.find_mut(&request.account_id, changed.name())?;
    budget.replace(changed);
    Ok(json!({}))
}

fn list(store: &Store, request: &Request) -> Result<Value> {
    let all: Vec<Value> = store
        .accounts
        .get(&request.account_id)
        .map(|budgets| budgets.values().map(Budget::described).collect())
        .unwrap_or_default();
    let (found, next) = page(all, request.next_token.as_deref(), request.max_results.unwrap_or(PAGE))
        .ok_or_else(|| ApiError::new("InvalidNextTokenException", "The token is not valid."))?;
    Ok(json!({ "Budgets": found, "NextToken": next }))
}

fn not_found(name: &str) -> ApiError {
    ApiError::new("NotFoundException", format!("Unable to get budget: {name} - the budget doesn't exist."))
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}
