use super::*;

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|it| (*it).to_owned()).collect()
}

fn scope(regions: Option<&[&str]>, tag: Option<(&str, &[&str])>) -> Scope {
    Scope {
        regions: regions.map(|it| texts(it).into_iter().collect()),
        tag_filters: tag.map(|(key, values)| [(key.to_owned(), texts(values))].into()),
    }
}

fn remote(filters: Filters, alerts: &[Alert]) -> Remote {
    let alerts = alerts.iter().map(|alert| (alert.notification().unwrap(), alert.clone())).collect();
    Remote { limit: Some("1000.0".to_owned()), filters, alerts, tags: Tags::new() }
}

fn notify(emails: &[&str], actual: Option<&[i64]>, forecast: Option<i64>) -> Notify {
    Notify {
        emails: Some(texts(emails).into_iter().collect()),
        sns_topic_arn: None,
        actual_percent: actual.map(|it| it.iter().copied().map(Number::from).collect()),
        forecast_percent: forecast.map(Number::from),
    }
}

#[test]
fn a_scope_comes_back_from_its_filters() {
    for wanted in [
        scope(Some(&["eu-west-1", "us-east-1"]), None),
        scope(None, Some(("CostCenter", &["b", "a"]))),
        scope(Some(&["global"]), Some(("team:owner", &["$1"]))),
    ] {
        let found = remote(filters(Some(&wanted)), &[]).scope(Some(&wanted));
        assert_eq!(found, Some(wanted));
    }
    assert!(filters(None).is_empty());
    let empty = Scope::default();
    assert_eq!(remote(Filters::new(), &[]).scope(Some(&empty)), Some(empty), "an empty block stays");
    assert_eq!(remote(Filters::new(), &[]).scope(Some(&scope(Some(&["eu-west-1"]), None))), None, "removed by hand");
}

#[test]
fn filters_of_others_are_told() {
    let filters: Filters =
        [("Service".to_owned(), texts(&["Amazon EC2"])), ("Region".to_owned(), texts(&["eu-west-1"]))].into();
    assert_eq!(remote(filters, &[]).other_filters(), ["Service"]);
}

#[test]
fn who_is_told_comes_back_from_the_notifications() {
    for wanted in [
        notify(&["a@b.c"], None, None),
        notify(&["a@b.c", "d@e.f"], Some(&[50, 80, 100]), Some(120)),
        notify(&["a@b.c"], Some(&[80, 100]), Some(100)),
    ] {
        let all = alerts(Some(&wanted));
        assert_eq!(remote(Filters::new(), &all).notify(Some(&wanted)), Some(wanted));
    }
    assert_eq!(alerts(Some(&notify(&["a@b.c"], None, None))).len(), 3, "80% and 100% spent, 100% foreseen");
    assert_eq!(remote(Filters::new(), &[]).notify(Some(&notify(&["a@b.c"], None, None))), None);
}

#[test]
fn an_address_taken_from_one_notification_is_not_told_any_more() {
    let wanted = notify(&["a@b.c", "d@e.f"], None, None);
    let mut all = alerts(Some(&wanted));
    all[1].emails = texts(&["a@b.c"]);
    let found = remote(Filters::new(), &all).notify(Some(&wanted)).unwrap();
    assert_eq!(found.emails, notify(&["a@b.c"], None, None).emails);
    all[1].emails = texts(&["a@b.c", "d@e.f", "new@e.f"]);
    let found = remote(Filters::new(), &all).notify(Some(&wanted)).unwrap();
    assert_eq!(found.emails, notify(&["a@b.c", "d@e.f", "new@e.f"], None, None).emails);
}

#[test]
fn a_limit_is_compared_by_its_value() {
    assert_eq!(remote(Filters::new(), &[]).limit(None).unwrap(), Number::from(1000_i64));
    let planned = Remote { limit: None, ..remote(Filters::new(), &[]) };
    assert!(planned.limit(None).is_err(), "planned by the month");
}
