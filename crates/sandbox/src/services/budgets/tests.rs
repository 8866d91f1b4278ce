use serde_json::{Value, json};

use super::*;
use crate::clock::Moment;
use crate::protocol::Protocol;

const ACCOUNT: &str = "123456789012";

fn done(store: &mut Store, operation: &str, body: Value) -> Result<Value> {
    let call = Call {
        account: ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
        service: "budgets".to_owned(),
        operation: operation.to_owned(),
        protocol: Protocol::Json,
        request_id: "id".to_owned(),
        now: Moment(0),
        wall: 1_700_000_000_000,
    };
    let mut body = body;
    if body.get("ResourceARN").is_none() && body.get("AccountId").is_none() {
        body["AccountId"] = ACCOUNT.into();
    }
    let answer = handle(store, &call, body.to_string().as_bytes())?;
    Ok(serde_json::from_slice(&answer.body).unwrap())
}

fn budget(limit: &str) -> Value {
    json!({
        "BudgetName": "shop", "BudgetType": "COST", "TimeUnit": "MONTHLY",
        "BudgetLimit": { "Amount": limit, "Unit": "USD" },
    })
}

fn notification(threshold: f64) -> Value {
    json!({ "NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": threshold })
}

fn created() -> Store {
    let mut store = Store::default();
    let given = json!({
        "Budget": budget("100"),
        "NotificationsWithSubscribers": [{
            "Notification": notification(80.0),
            "Subscribers": [{ "SubscriptionType": "EMAIL", "Address": "a@example.com" }],
        }],
        "ResourceTags": [{ "Key": "team", "Value": "core" }],
    });
    done(&mut store, "CreateBudget", given).unwrap();
    store
}

#[test]
fn a_budget_is_created_changed_and_deleted() {
    let mut store = created();
    let named = || json!({ "BudgetName": "shop" });
    let limit = |store: &mut Store| {
        done(store, "DescribeBudget", named()).unwrap()["Budget"]["BudgetLimit"]["Amount"].as_str().unwrap().to_owned()
    };
    assert_eq!(limit(&mut store), "100");
    assert_eq!(
        done(&mut store, "CreateBudget", json!({ "Budget": budget("1") })).unwrap_err().code,
        "DuplicateRecordException"
    );
    done(&mut store, "UpdateBudget", json!({ "NewBudget": budget("250.5") })).unwrap();
    assert_eq!(limit(&mut store), "250.5");
    let all = done(&mut store, "DescribeNotificationsForBudget", named()).unwrap();
    assert_eq!(all["Notifications"][0]["Threshold"], 80.0, "an update keeps what is told");
    done(&mut store, "DeleteBudget", named()).unwrap();
    assert_eq!(done(&mut store, "DeleteBudget", named()).unwrap_err().code, "NotFoundException");
    assert_eq!(
        done(&mut store, "UpdateBudget", json!({ "NewBudget": budget("1") })).unwrap_err().code,
        "NotFoundException"
    );
}

#[test]
fn notifications_are_added_and_removed() {
    let mut store = created();
    let with = |threshold: f64, who: &str| {
        json!({
            "BudgetName": "shop", "Notification": notification(threshold),
            "Subscribers": [{ "SubscriptionType": "EMAIL", "Address": who }],
        })
    };
    done(&mut store, "CreateNotification", with(100.0, "b@example.com")).unwrap();
    assert_eq!(
        done(&mut store, "CreateNotification", with(100.0, "b@example.com")).unwrap_err().code,
        "DuplicateRecordException"
    );
    assert_eq!(
        done(&mut store, "CreateNotification", with(50.0, "nobody")).unwrap_err().code,
        "InvalidParameterException"
    );
    let who = done(&mut store, "DescribeSubscribersForNotification", with(100.0, "-")).unwrap();
    assert_eq!(who["Subscribers"], json!([{ "SubscriptionType": "EMAIL", "Address": "b@example.com" }]));
    done(&mut store, "DeleteNotification", with(80.0, "-")).unwrap();
    let all = done(&mut store, "DescribeNotificationsForBudget", json!({ "BudgetName": "shop" })).unwrap();
    assert_eq!(all["Notifications"].as_array().unwrap().len(), 1);
}

#[test]
fn tags_go_by_the_arn() {
    let mut store = created();
    let arn = format!("arn:aws:budgets::{ACCOUNT}:budget/shop");
    done(&mut store, "TagResource", json!({ "ResourceARN": arn, "ResourceTags": [{ "Key": "env", "Value": "prod" }] }))
        .unwrap();
    done(&mut store, "UntagResource", json!({ "ResourceARN": arn, "ResourceTagKeys": ["team"] })).unwrap();
    let tags = done(&mut store, "ListTagsForResource", json!({ "ResourceARN": arn })).unwrap();
    assert_eq!(tags["ResourceTags"], json!([{ "Key": "env", "Value": "prod" }]));
}

#[test]
fn what_is_wrong_is_refused() {
    let mut store = created();
    for (given, code) in [
        (json!({ "Budget": budget("0") }), "InvalidParameterException"),
        (json!({ "Budget": budget("-5") }), "InvalidParameterException"),
        (
            json!({ "Budget": { "BudgetName": "a:b", "BudgetType": "COST", "TimeUnit": "MONTHLY" } }),
            "InvalidParameterException",
        ),
        (json!({ "AccountId": "999999999999", "Budget": budget("1") }), "AccessDeniedException"),
    ] {
        assert_eq!(done(&mut store, "CreateBudget", given.clone()).unwrap_err().code, code, "{given}");
    }
}
