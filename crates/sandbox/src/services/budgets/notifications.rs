//! Who is told, and when.

use serde_json::{Value, json};

use super::model::{Budget, Notification, Request, Subscriber};
use super::{Result, invalid};
use crate::protocol::ApiError;

/// Operations on the notifications of one budget.
pub(super) const OPERATIONS: [&str; 8] = [
    "CreateNotification",
    "UpdateNotification",
    "DeleteNotification",
    "DescribeNotificationsForBudget",
    "CreateSubscriber",
    "UpdateSubscriber",
    "DeleteSubscriber",
    "DescribeSubscribersForNotification",
];

/// Most notifications a budget has, and most addresses of mail that one tells:
/// <https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html>.
const MOST_NOTIFICATIONS: usize = 10;
const MOST_EMAILS: usize = 10;

pub(super) fn handle(budget: &mut Budget, operation: &str, request: &Request) -> Result<Value> {
    let notification = || request.notification.as_ref().ok_or_else(|| invalid("Notification is required."));
    match operation {
        "CreateNotification" => add(budget, notification()?, &request.subscribers)?,
        "UpdateNotification" => {
            let (Some(old), Some(new)) = (&request.old_notification, &request.new_notification) else {
                return Err(invalid("OldNotification and NewNotification are required."));
            };
            find(budget, old)?.0 = new.clone();
        }
        "DeleteNotification" => {
            let gone = notification()?;
            find(budget, gone)?;
            budget.notifications.retain(|(it, _)| it != gone);
        }
        "DescribeNotificationsForBudget" => {
            let all: Vec<&Notification> = budget.notifications.iter().map(|(it, _)| it).collect();
            return Ok(json!({ "Notifications": all }));
        }
        "DescribeSubscribersForNotification" => {
            return Ok(json!({ "Subscribers": find(budget, notification()?)?.1 }));
        }
        "CreateSubscriber" => {
            let mut all = find(budget, notification()?)?.1.clone();
            all.extend(request.subscriber.clone());
            check(&all)?;
            find(budget, notification()?)?.1 = all;
        }
        "DeleteSubscriber" => {
            let gone = request.subscriber.as_ref();
            find(budget, notification()?)?.1.retain(|it| Some(it) != gone);
        }
        other => {
            return Err(ApiError::new(
                "UnknownOperationException",
                format!("The sandbox does not implement AWS Budgets' {other}."),
            ));
        }
    }
    Ok(json!({}))
}

pub(super) fn add(budget: &mut Budget, notification: &Notification, subscribers: &[Subscriber]) -> Result<()> {
    check(subscribers)?;
    if notification.threshold <= 0.0 {
        return Err(invalid("Threshold must be above zero."));
    }
    if budget.notifications.iter().any(|(it, _)| it == notification) {
        return Err(ApiError::new("DuplicateRecordException", "The notification already exists."));
    }
    if budget.notifications.len() >= MOST_NOTIFICATIONS {
        let message = format!("A budget has at most {MOST_NOTIFICATIONS} notifications.");
        return Err(ApiError::new("CreationLimitExceededException", message));
    }
    budget.notifications.push((notification.clone(), subscribers.to_vec()));
    Ok(())
}

fn check(subscribers: &[Subscriber]) -> Result<()> {
    let of = |kind: &str| subscribers.iter().filter(|it| it.subscription_type == kind).count();
    let (emails, topics) = (of("EMAIL"), of("SNS"));
    if emails + topics != subscribers.len() || subscribers.is_empty() || emails > MOST_EMAILS || topics > 1 {
        return Err(invalid("A notification has 1 to 11 subscribers: at most 10 of type EMAIL and one of type SNS."));
    }
    match subscribers.iter().find(|it| it.subscription_type == "EMAIL" && !it.address.contains('@')) {
        Some(bad) => Err(invalid(format!("{} is not a valid email address.", bad.address))),
        None => Ok(()),
    }
}

fn find<'a>(budget: &'a mut Budget, wanted: &Notification) -> Result<&'a mut (Notification, Vec<Subscriber>)> {
    let found = budget.notifications.iter_mut().find(|(it, _)| it == wanted);
    found.ok_or_else(|| ApiError::new("NotFoundException", "The notification doesn't exist."))
}
