//! Addresses, NAT gateways and load balancers.

use parapet_pricing::recommend::{
    Action, Address, Confidence, Counter, Instance, Inventory, LoadBalancer, LoadBalancerKind, NatGateway, Tags,
};

use super::{ago, instance, inventory, of, savings, tags};

fn address(association: Option<&str>, instance: Option<&str>) -> Address {
    Address {
        allocation_id: "eipalloc-1".to_owned(),
        public_ip: "203.0.113.7".to_owned(),
        association_id: association.map(str::to_owned),
        instance_id: instance.map(str::to_owned),
        tags: Tags::new(),
    }
}

#[test]
fn an_address_of_nothing_is_released() {
    let found = |address: Address, running: bool| {
        let instances = vec![Instance { running, ..instance("m5.large") }];
        let all = of(Action::Delete, &Inventory { addresses: vec![address], instances, ..inventory() });
        all.first().map(|it| (savings(it), it.confidence))
    };
    // 0.005 an hour.
    assert_eq!(found(address(None, None), true), Some(("3.65".to_owned(), Confidence::Medium)));
    assert_eq!(found(address(Some("eipassoc-1"), Some("i-1")), true), None);
    assert_eq!(found(address(Some("eipassoc-1"), Some("i-1")), false), Some(("3.65".to_owned(), Confidence::Low)));
    assert_eq!(found(address(Some("eipassoc-1"), None), true), None, "a NAT gateway has it");
}

#[test]
fn a_nat_gateway_without_a_byte_goes() {
    let found = |bytes: Counter, age: i64, lookback_days: u32| {
        let nat = NatGateway { id: "nat-1".to_owned(), created: ago(age), bytes, tags: Tags::new() };
        let inventory = Inventory { nat_gateways: vec![nat], lookback_days, ..inventory() };
        of(Action::Delete, &inventory).first().map(savings)
    };
    let idle = Some("32.85".to_owned());
    assert_eq!(found(Counter::Total(0.0), 100, 14), idle);
    assert_eq!(found(Counter::Total(1.0), 100, 14), None);
    assert_eq!(found(Counter::NotRead, 100, 14), None);
    assert_eq!(found(Counter::Total(0.0), 14, 14), idle);
    assert_eq!(found(Counter::Total(0.0), 13, 14), None, "it is young");
    assert_eq!(found(Counter::Total(0.0), 20, 30), None, "younger than what was looked at");
    assert_eq!(found(Counter::Total(0.0), 100, 13), None, "two weeks are needed");
}

#[test]
fn a_load_balancer_without_traffic_goes() {
    let found = |kind: LoadBalancerKind, targets: Option<u32>, traffic: Counter| {
        let balancer = LoadBalancer {
            arn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/1".to_owned(),
            name: "web".to_owned(),
            kind,
            created: ago(100),
            targets,
            traffic,
            tags: Tags::new(),
        };
        let all = of(Action::Delete, &Inventory { load_balancers: vec![balancer], ..inventory() });
        all.first().map(|it| (savings(it), it.confidence))
    };
    let (application, idle) = (LoadBalancerKind::Application, Counter::Total(0.0));
    let hourly = |usd: &str, confidence| Some((usd.to_owned(), confidence));
    assert_eq!(found(application, Some(0), idle), hourly("16.425", Confidence::High));
    assert_eq!(found(application, Some(3), idle), hourly("16.425", Confidence::Medium));
    assert_eq!(found(application, None, idle), hourly("16.425", Confidence::Medium));
    assert_eq!(found(application, Some(0), Counter::NotRead), hourly("16.425", Confidence::Low));
    assert_eq!(found(application, Some(0), Counter::Total(9.0)), None, "it answers by itself, as with a redirect");
    assert_eq!(found(application, Some(3), Counter::NotRead), None);
    assert_eq!(found(LoadBalancerKind::Gateway, Some(0), idle), hourly("9.125", Confidence::High));
    assert_eq!(found(LoadBalancerKind::Classic, Some(0), idle), hourly("18.25", Confidence::High));
}

#[test]
fn what_kubernetes_made_is_deleted_by_kubernetes() {
    let balancer = LoadBalancer {
        arn: "arn:x".to_owned(),
        name: "k8s-shop".to_owned(),
        kind: LoadBalancerKind::Network,
        created: ago(100),
        targets: Some(0),
        traffic: Counter::Total(0.0),
        tags: tags(&[("elbv2.k8s.aws/cluster", "shop")]),
    };
    let found = of(Action::Delete, &Inventory { load_balancers: vec![balancer], ..inventory() });
    assert!(found[0].remediation.contains("delete the Service or the Ingress"), "{}", found[0].remediation);
}
