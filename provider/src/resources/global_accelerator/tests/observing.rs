use aws_sdk_globalaccelerator::types::{
    Accelerator, AcceleratorAttributes, AcceleratorStatus, ClientAffinity, EndpointDescription, EndpointGroup,
    HealthCheckProtocol, IpSet, Listener, PortRange, Protocol,
};
use tfplugin::model::Computed;

use crate::aws::Tags;
use crate::resources::global_accelerator::model::{self, Endpoint, GlobalAccelerator};
use crate::resources::global_accelerator::observe::accelerator;
use crate::resources::global_accelerator::remote::{Remote, RemoteListener};

fn endpoint(id: &str, weight: i32) -> EndpointDescription {
    EndpointDescription::builder().endpoint_id(id).weight(weight).client_ip_preservation_enabled(true).build()
}

fn group(listener: &str, region: &str, endpoints: &[(&str, i32)]) -> EndpointGroup {
    EndpointGroup::builder()
        .endpoint_group_arn(format!("arn:{listener}/{region}"))
        .endpoint_group_region(region)
        .set_endpoint_descriptions(Some(endpoints.iter().map(|(id, weight)| endpoint(id, *weight)).collect()))
        .traffic_dial_percentage(0.0)
        .health_check_port(80)
        .health_check_protocol(HealthCheckProtocol::Tcp)
        .health_check_path("/")
        .health_check_interval_seconds(30)
        .threshold_count(3)
        .build()
}

fn listener(name: &str, ports: &[i32], groups: Vec<EndpointGroup>) -> RemoteListener {
    let ranges = ports.iter().map(|port| PortRange::builder().from_port(*port).to_port(*port).build()).collect();
    let listener = Listener::builder()
        .listener_arn(format!("arn:{name}"))
        .set_port_ranges(Some(ranges))
        .protocol(Protocol::Tcp)
        .client_affinity(ClientAffinity::None)
        .build();
    RemoteListener { listener, groups }
}

fn remote(tags: &[(&str, &str)], listeners: Vec<RemoteListener>) -> Remote {
    let accelerator = Accelerator::builder()
        .accelerator_arn("arn:acc")
        .name("front")
        .enabled(true)
        .status(AcceleratorStatus::Deployed)
        .ip_sets(IpSet::builder().ip_addresses("192.0.2.1").ip_addresses("192.0.2.2").build())
        .build();
    Remote {
        accelerator,
        attributes: AcceleratorAttributes::builder().flow_logs_enabled(false).build(),
        tags: tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        listeners,
    }
}

fn observed(remote: &Remote, prior: Option<&GlobalAccelerator>) -> GlobalAccelerator {
    accelerator(remote, prior, &Tags::new())
}

/// Region and endpoints of a group.
type Group = (String, Vec<String>);

/// What `observed` shows of listeners: the first port, and the groups.
fn shape(accelerator: &GlobalAccelerator) -> Vec<(i64, Vec<Group>)> {
    let group = |group: &model::EndpointGroup| {
        (group.region.clone(), group.endpoint.iter().map(|endpoint| endpoint.endpoint_id.clone()).collect())
    };
    let listener = |listener: &model::Listener| {
        (listener.port_range[0].from_port, listener.endpoint_group.iter().map(group).collect())
    };
    accelerator.listener.iter().map(listener).collect()
}

#[test]
fn an_import_shows_what_a_configuration_would_say() {
    let remote = remote(
        &[("app", "shop"), ("parapet:fenced", "eu")],
        vec![
            listener("tls", &[8443, 443], vec![]),
            listener("http", &[80], vec![group("http", "us", &[("b", 0), ("a", 128)]), group("http", "eu", &[])]),
        ],
    );
    let imported = observed(&remote, None);
    assert_eq!(imported.tags.as_ref().unwrap().len(), 1);
    assert_eq!(imported.tags_all.known(), imported.tags.as_ref());
    assert_eq!(imported.ip_addresses.known().unwrap().len(), 2);
    assert_eq!((imported.attributes, imported.status), (None, Computed::Known("DEPLOYED".to_owned())));
    let [http, tls] = imported.listener.as_slice() else { panic!("{:?}", imported.listener) };
    assert_eq!((tls.port_range[0].from_port, tls.port_range[1].from_port), (443, 8443));
    let [eu, us] = http.endpoint_group.as_slice() else { panic!("{http:?}") };
    assert_eq!((eu.region.as_str(), us.region.as_str()), ("eu", "us"));
    assert!(
        (us.initial_traffic_dial_percentage - 100.0).abs() < f64::EPSILON,
        "the dial of now is not the initial one"
    );
    assert_eq!((us.health_check_port, &us.health_check_path), (None, &None), "AWS's own choices");
    let weights: Vec<_> = us.endpoint.iter().map(|endpoint| (endpoint.endpoint_id.as_str(), endpoint.weight)).collect();
    assert_eq!(weights, [("a", None), ("b", Some(0))]);
}

#[test]
fn a_second_look_sees_the_same_in_the_same_order() {
    let groups = || vec![group("http", "us", &[("a", 128), ("b", 7)]), group("http", "eu", &[("c", 128)])];
    let first = remote(&[], vec![listener("tls", &[443], vec![]), listener("http", &[80], groups())]);
    let mut prior = observed(&first, None);
    prior.listener.reverse();
    prior.listener[1].endpoint_group.reverse();
    prior.listener[1].endpoint_group[0].endpoint.reverse();
    let again = observed(&first, Some(&prior));
    assert_eq!(format!("{again:?}"), format!("{prior:?}"));
}

#[test]
fn drift_is_seen_and_what_is_left_to_aws_is_not() {
    let before = remote(&[], vec![listener("http", &[80], vec![group("http", "us", &[("a", 128), ("b", 0)])])]);
    let prior = observed(&before, None);
    let after = remote(
        &[],
        vec![
            listener("dns", &[53], vec![]),
            listener(
                "http",
                &[81],
                vec![group("http", "eu", &[]), group("http", "us", &[("a", 9), ("b", 3), ("c", 4)])],
            ),
        ],
    );
    let seen = observed(&after, Some(&prior));
    assert_eq!(
        shape(&seen),
        [
            (
                81,
                vec![
                    ("us".to_owned(), vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]),
                    ("eu".to_owned(), vec![])
                ]
            ),
            (53, vec![]),
        ]
    );
    let endpoints = &seen.listener[0].endpoint_group[0].endpoint;
    let weights: Vec<_> = endpoints.iter().map(|endpoint| endpoint.weight).collect();
    assert_eq!(weights, [None, Some(3), Some(4)]);
    assert_eq!(seen.listener[0].endpoint_group[0].health_check_port, Some(80), "not the listener's port any more");
}

#[test]
fn endpoints_of_a_fenced_region_are_not_compared() {
    let before = remote(
        &[],
        vec![listener("http", &[80], vec![group("http", "eu", &[("a", 128)]), group("http", "us", &[("b", 128)])])],
    );
    let prior = observed(&before, None);
    let fenced = remote(
        &[("parapet:fenced", "us")],
        vec![listener("http", &[80], vec![group("http", "eu", &[]), group("http", "us", &[])])],
    );
    let seen = observed(&fenced, Some(&prior));
    assert_eq!(shape(&seen), [(80, vec![("eu".to_owned(), vec![]), ("us".to_owned(), vec!["b".to_owned()])])]);
    assert_eq!((&seen.tags, seen.tags_all.known().unwrap().len()), (&None, 0));
    let open = remote(&[], fenced.listeners.clone());
    assert_eq!(shape(&observed(&open, Some(&prior)))[0].1[1].1.len(), 0, "drift again once the fence is down");
}

#[test]
fn flow_logs_are_compared_while_they_are_on() {
    let mut remote = remote(&[], vec![]);
    let mut prior = observed(&remote, None);
    prior.attributes = Some(model::Attributes {
        flow_logs_enabled: false,
        flow_logs_s3_bucket: Some("logs".to_owned()),
        flow_logs_s3_prefix: Some(String::new()),
    });
    assert_eq!(observed(&remote, Some(&prior)).attributes, prior.attributes);
    remote.attributes = AcceleratorAttributes::builder().flow_logs_enabled(true).flow_logs_s3_bucket("other").build();
    let seen = observed(&remote, Some(&prior)).attributes.unwrap();
    assert_eq!((seen.flow_logs_enabled, seen.flow_logs_s3_bucket.as_deref()), (true, Some("other")));
    assert_eq!(seen.flow_logs_s3_prefix.as_deref(), Some(""));
    prior.attributes = None;
    assert!(observed(&remote, Some(&prior)).attributes.is_some(), "switched on by hand");
}

#[test]
fn a_weight_of_zero_is_a_weight() {
    let before = remote(&[], vec![listener("http", &[80], vec![group("http", "us", &[("a", 0)])])]);
    let prior = observed(&before, None);
    let kept = Endpoint { endpoint_id: "a".to_owned(), weight: Some(0), client_ip_preservation_enabled: None };
    assert_eq!(observed(&before, Some(&prior)).listener[0].endpoint_group[0].endpoint, [kept]);
}
