//! AWS Compute Optimizer: whether an account is enrolled. JSON 1.0 and CBOR; shapes and codes of the service's model (2019-11-01).
//!
//! moto has nothing of it. Recommendations are not made: there is no usage to make them from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::timeline::Timeline;
use super::{Call, page};
use crate::clock::Moment;
use crate::protocol::{Answer, ApiError, Protocol, cbor, json as wire};

/// Simulated seconds until an enrolment is through: it creates a service-linked role first.
const ENROL: u32 = 30;

/// What the service answers to a request that is not valid.
const INVALID: &str = "InvalidParameterValueException";

type Result<T> = std::result::Result<T, ApiError>;

/// Enrolment by account, whatever the region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// Accounts that were ever enrolled.
    pub accounts: BTreeMap<String, Enrolment>,
}

/// The enrolment of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enrolment {
    /// `Active`, `Inactive`, `Pending` or `Failed`.
    pub status: Timeline<()>,
    /// Whether the accounts of its organization are as well.
    pub members: bool,
    /// On the clock on the wall.
    pub updated: i64,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Update {
    status: Option<String>,
    include_member_accounts: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct List {
    filters: Vec<Filter>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Deserialize)]
struct Filter {
    name: String,
    #[serde(default)]
    values: Vec<String>,
}

impl Store {
    /// When the next change is due.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        self.accounts.values().filter_map(|it| it.status.due()).min()
    }

    /// Makes the changes that are due at `now`; returns the accounts that changed, with their status.
    pub fn advance(&mut self, now: Moment) -> Vec<(String, String)> {
        let mut changed = Vec::new();
        for (account, it) in &mut self.accounts {
            while it.status.step(now).is_some() {
                let resource = format!("arn:aws:compute-optimizer::{account}:enrollment");
                changed.push((resource, it.status.status().to_owned()));
            }
        }
        changed
    }
}

/// Answers a call.
///
/// # Errors
/// As the service's.
pub fn handle(store: &mut Store, call: &Call, body: &[u8]) -> Result<Answer> {
    let cbor = call.protocol == Protocol::Cbor;
    let given: Value = if cbor { cbor::read(body)? } else { wire::read(body, INVALID)? };
    let value = match call.operation.as_str() {
        "UpdateEnrollmentStatus" => update(store, call, &read(given)?)?,
        "GetEnrollmentStatus" => get(store, call),
        "GetEnrollmentStatusesForOrganization" => list(store, call, &read(given)?)?,
        other if other.starts_with("Get") && !enrolled(store, call) => {
            return Err(ApiError::new(
                "OptInRequiredException",
                format!("Registration required: the account {} is not enrolled in Compute Optimizer.", call.account),
            )
            .with_status(403));
        }
        other => {
            return Err(ApiError::new(
                "UnknownOperationException",
                format!("The sandbox does not implement Compute Optimizer's {other}."),
            ));
        }
    };
    Ok(if cbor { cbor::answer(&value) } else { wire::answer(&value) })
}

fn enrolled(store: &Store, call: &Call) -> bool {
    store.accounts.get(&call.account).is_some_and(|it| it.status.status() == "Active")
}

fn update(store: &mut Store, call: &Call, given: &Update) -> Result<Value> {
    let status = given.status.as_deref().unwrap_or_default();
    let inactive = || Enrolment { status: Timeline::at("Inactive"), members: false, updated: call.wall };
    let it = store.accounts.entry(call.account.clone()).or_insert_with(inactive);
    match (status, it.status.status()) {
        ("Active", "Active" | "Pending") => {}
        ("Active", _) => it.status.go(call.now, [("Pending", ENROL, None)], "Active"),
        ("Inactive", _) => it.status = Timeline::at("Inactive"),
        (other, _) => {
            return Err(invalid(format!("The status '{other}' is not valid: it must be Active or Inactive.")));
        }
    }
    it.members = given.include_member_accounts && status == "Active";
    it.updated = call.wall;
    Ok(json!({ "status": it.status.status(), "statusReason": reason(it) }))
}

fn reason(it: &Enrolment) -> &'static str {
    match it.status.status() {
        "Active" => "Account is opted in.",
        "Pending" => "Enrollment in progress.",
        _ => "Account is not opted in.",
    }
}

fn seconds(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(1000)
}

fn get(store: &Store, call: &Call) -> Value {
    match store.accounts.get(&call.account) {
        None => json!({ "status": "Inactive", "memberAccountsEnrolled": false }),
        Some(it) => json!({
            "status": it.status.status(),
            "statusReason": reason(it),
            "memberAccountsEnrolled": it.members,
            "lastUpdatedTimestamp": seconds(it.updated),
            "numberOfMemberAccountsOptedIn": 0,
        }),
    }
}

/// An organization here has one account.
fn list(store: &Store, call: &Call, given: &List) -> Result<Value> {
    let most = given.max_results.unwrap_or(100);
    if !(1..=100).contains(&most) {
        return Err(invalid("maxResults must be between 1 and 100."));
    }
    let mut found: Vec<&Enrolment> = store.accounts.get(&call.account).into_iter().collect();
    for filter in &given.filters {
        if filter.name != "Status" {
            return Err(invalid(format!("The filter '{}' is not valid: there is Status.", filter.name)));
        }
        found.retain(|it| filter.values.iter().any(|value| value == it.status.status()));
    }
    let (found, next) =
        page(found, given.next_token.as_deref(), most).ok_or_else(|| invalid("nextToken is not valid."))?;
    let statuses: Vec<Value> = found
        .iter()
        .map(|it| {
            json!({
                "accountId": call.account,
                "status": it.status.status(),
                "statusReason": reason(it),
                "lastUpdatedTimestamp": seconds(it.updated),
            })
        })
        .collect();
    let mut answer = json!({ "accountEnrollmentStatuses": statuses });
    if let (Some(next), Some(map)) = (next, answer.as_object_mut()) {
        map.insert("nextToken".to_owned(), json!(next));
    }
    Ok(answer)
}

fn read<T: serde::de::DeserializeOwned>(given: Value) -> Result<T> {
    serde_json::from_value(given).map_err(|e| invalid(format!("The request is not valid: {e}")))
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(INVALID, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(store: &mut Store, operation: &str, now: i64, body: &Value) -> Result<Value> {
        store.advance(Moment(now));
        let call = Call {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            service: "compute-optimizer".to_owned(),
            operation: operation.to_owned(),
            protocol: Protocol::Json,
            request_id: "id".to_owned(),
            now: Moment(now),
            wall: 1_700_000_000_000,
        };
        let answer = handle(store, &call, body.to_string().as_bytes())?;
        Ok(serde_json::from_slice(&answer.body).unwrap())
    }

    #[test]
    fn an_account_enrols_and_leaves() {
        let mut store = Store::default();
        let status = |store: &mut Store, now| {
            done(store, "GetEnrollmentStatus", now, &json!({})).unwrap()["status"].as_str().unwrap().to_owned()
        };
        assert_eq!(status(&mut store, 0), "Inactive");
        let refused = done(&mut store, "GetEC2InstanceRecommendations", 0, &json!({})).unwrap_err();
        assert_eq!(refused.code, "OptInRequiredException");
        let bad = done(&mut store, "UpdateEnrollmentStatus", 0, &json!({ "status": "Maybe" })).unwrap_err();
        assert_eq!(bad.code, "InvalidParameterValueException");
        let active = json!({ "status": "Active", "includeMemberAccounts": true });
        assert_eq!(done(&mut store, "UpdateEnrollmentStatus", 0, &active).unwrap()["status"], "Pending");
        assert_eq!(status(&mut store, 1000), "Pending");
        assert_eq!(status(&mut store, 60_000), "Active");
        let list = |store: &mut Store, wanted: &str| {
            let filter = json!({ "filters": [{ "name": "Status", "values": [wanted] }] });
            let answer = done(store, "GetEnrollmentStatusesForOrganization", 60_000, &filter).unwrap();
            answer["accountEnrollmentStatuses"].as_array().unwrap().len()
        };
        assert_eq!((list(&mut store, "Active"), list(&mut store, "Failed")), (1, 0));
        done(&mut store, "UpdateEnrollmentStatus", 60_000, &json!({ "status": "Inactive" })).unwrap();
        assert_eq!(status(&mut store, 60_000), "Inactive");
    }
}
