use hyper::Method;

use super::*;
use crate::clock::Moment;
use crate::protocol::Protocol;

const GROUPS: &str = "/clusters/c/node-groups";

struct World {
    store: Store,
    now: Moment,
}

impl World {
    fn new() -> Self {
        Self { store: Store::default(), now: Moment(0) }
    }

    fn call(&mut self, method: Method, path: &str, body: &Value) -> Result<Value> {
        self.store.advance(self.now);
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let route = Route::of(&method, path).unwrap();
        let call = Call {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            service: "eks".to_owned(),
            operation: route.operation.to_owned(),
            protocol: Protocol::RestJson,
            request_id: "id".to_owned(),
            now: self.now,
            wall: 1_700_000_000_000,
        };
        let body = body.to_string().into_bytes();
        let facts = Facts::assumed(&wants(&route, &body), &call);
        let query: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let answer = handle(&mut self.store, &call, &route, &query, &body, &facts)?;
        Ok(serde_json::from_slice(&answer.body).unwrap())
    }

    fn done(&mut self, method: Method, path: &str, body: &Value) -> Value {
        self.call(method, path, body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn refused(&mut self, method: Method, path: &str, body: &Value) -> String {
        let error = self.call(method, path, body).expect_err(path);
        format!("{} {}", error.code, error.message)
    }

    fn pass(&mut self, seconds: u32) {
        self.now = self.now.after(seconds);
        self.store.advance(self.now);
    }

    fn group(&mut self, name: &str) -> Value {
        self.done(Method::GET, &format!("{GROUPS}/{name}"), &json!({}))["nodegroup"].clone()
    }
}

fn given(changes: &Value) -> Value {
    let mut body = json!({
        "nodegroupName": "spot",
        "nodeRole": "arn:aws:iam::123456789012:role/node",
        "subnets": ["subnet-1", "subnet-2"],
        "capacityType": "SPOT",
        "instanceTypes": ["m5.xlarge", "m6i.xlarge"],
        "scalingConfig": { "minSize": 2, "maxSize": 6, "desiredSize": 3 },
        "clientRequestToken": "once",
    });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[test]
fn a_group_is_created_updated_and_deleted() {
    let mut world = World::new();
    let made = world.done(Method::POST, GROUPS, &given(&json!({})));
    assert_eq!(made["nodegroup"]["status"], "CREATING");
    assert_eq!(world.done(Method::POST, GROUPS, &given(&json!({}))), made, "the same token is the same call");
    let again = given(&json!({ "clientRequestToken": "twice" }));
    assert_eq!(
        world.refused(Method::POST, GROUPS, &again),
        "ResourceInUseException NodeGroup already exists with name spot and cluster name c"
    );
    let update = format!("{GROUPS}/spot/update-config");
    let raise = json!({ "scalingConfig": { "minSize": 4 } });
    assert!(world.refused(Method::POST, &update, &raise).starts_with("InvalidRequestException"));
    assert!(world.refused(Method::DELETE, &format!("{GROUPS}/spot"), &json!({})).starts_with("ResourceInUse"));
    world.pass(120);
    let group = world.group("spot");
    assert_eq!((group["status"].as_str(), group["amiType"].as_str()), (Some("ACTIVE"), Some("AL2023_x86_64_STANDARD")));
    assert_eq!((group["diskSize"].as_u64(), group["updateConfig"]["maxUnavailable"].as_u64()), (Some(20), Some(1)));

    assert_eq!(
        world.refused(Method::POST, &update, &raise),
        "InvalidParameterException Minimum capacity 4 can't be greater than desired size 3"
    );
    let change = json!({
        "labels": { "addOrUpdateLabels": { "team": "a" } },
        "taints": { "addOrUpdateTaints": [{ "key": "spot", "value": "true", "effect": "NO_SCHEDULE" }] },
        "scalingConfig": { "minSize": 4, "desiredSize": 4 },
    });
    let answer = world.done(Method::POST, &update, &change);
    let id = answer["update"]["id"].as_str().unwrap().to_owned();
    assert_eq!(answer["update"]["status"], "InProgress");
    assert!(world.refused(Method::POST, &update, &change).starts_with("ResourceInUseException"));
    assert_eq!(world.group("spot")["status"], "UPDATING");
    world.pass(60);
    let path = format!("/clusters/c/updates/{id}?nodegroupName=spot");
    assert_eq!(world.done(Method::GET, &path, &json!({}))["update"]["status"], "Successful");
    let listed = world.done(Method::GET, "/clusters/c/updates?nodegroupName=spot", &json!({}));
    assert_eq!(listed["updateIds"], json!([id]));
    assert_eq!(world.done(Method::GET, "/clusters/c/updates", &json!({}))["updateIds"], json!([]));
    let group = world.group("spot");
    assert_eq!(
        (group["labels"]["team"].as_str(), group["scalingConfig"]["desiredSize"].as_u64()),
        (Some("a"), Some(4))
    );
    assert_eq!(group["taints"][0]["effect"], "NO_SCHEDULE");
    let remove = json!({
        "labels": { "removeLabels": ["team"] },
        "taints": { "removeTaints": [{ "key": "spot", "effect": "NO_SCHEDULE" }] },
    });
    world.done(Method::POST, &update, &remove);
    world.pass(60);
    let group = world.group("spot");
    assert_eq!((&group["labels"], group.get("taints")), (&json!({}), None));

    let tags = format!("/tags/{}", group["nodegroupArn"].as_str().unwrap());
    world.done(Method::POST, &tags, &json!({ "tags": { "a": "1", "b": "2" } }));
    world.done(Method::DELETE, &format!("{tags}?tagKeys=a&tagKeys=c"), &json!({}));
    assert_eq!(world.done(Method::GET, &tags, &json!({}))["tags"], json!({ "b": "2" }));

    world.done(Method::DELETE, &format!("{GROUPS}/spot"), &json!({}));
    assert_eq!(world.group("spot")["status"], "DELETING");
    world.pass(600);
    assert_eq!(
        world.refused(Method::GET, &format!("{GROUPS}/spot"), &json!({})),
        "ResourceNotFoundException No node group found for name: spot."
    );
}

#[test]
fn what_goes_wrong_is_said_by_status_and_health() {
    let mut world = World::new();
    let issue =
        Issue { code: "AsgInstanceLaunchFailures".to_owned(), message: "no capacity".to_owned(), ..Issue::default() };
    let failure = |of: Step, node_group: &str| Failure {
        cluster: None,
        node_group: node_group.to_owned(),
        of,
        count: Some(1),
        issues: vec![issue.clone()],
    };
    world.store.failures = vec![failure(Step::Create, "sp*")];
    world.done(Method::POST, GROUPS, &given(&json!({})));
    world.pass(600);
    let group = world.group("spot");
    assert_eq!(group["status"], "CREATE_FAILED");
    assert_eq!(group["health"]["issues"][0]["code"], "AsgInstanceLaunchFailures");
    world.done(Method::DELETE, &format!("{GROUPS}/spot"), &json!({}));
    world.pass(600);

    world.done(Method::POST, GROUPS, &given(&json!({ "clientRequestToken": "next" })));
    world.pass(600);
    world.store.failures = vec![failure(Step::Update, "spot"), failure(Step::Delete, "spot")];
    let update = format!("{GROUPS}/spot/update-config");
    let answer = world.done(Method::POST, &update, &json!({ "scalingConfig": { "desiredSize": 6 } }));
    world.pass(600);
    let path = format!("/clusters/c/updates/{}?nodegroupName=spot", answer["update"]["id"].as_str().unwrap());
    let update = world.done(Method::GET, &path, &json!({}))["update"].clone();
    assert_eq!(
        (update["status"].as_str(), update["errors"][0]["errorMessage"].as_str()),
        (Some("Failed"), Some("no capacity"))
    );
    let group = world.group("spot");
    assert_eq!((group["status"].as_str(), group["scalingConfig"]["desiredSize"].as_u64()), (Some("ACTIVE"), Some(3)));
    world.done(Method::DELETE, &format!("{GROUPS}/spot"), &json!({}));
    world.pass(600);
    assert_eq!(world.group("spot")["status"], "DELETE_FAILED");
    world.done(Method::DELETE, &format!("{GROUPS}/spot"), &json!({}));
    world.pass(600);
    assert!(world.store.groups.is_empty());
}

#[test]
fn nodes_that_go_are_gone_at_once_and_nodes_that_come_are_there_at_the_end() {
    let mut world = World::new();
    let nodes = |world: &World| world.store.groups.values().map(|it| it.nodes).sum::<u32>();
    world.done(Method::POST, GROUPS, &given(&json!({})));
    assert_eq!(nodes(&world), 0);
    world.pass(120);
    assert_eq!(nodes(&world), 3);
    let update = format!("{GROUPS}/spot/update-config");
    world.done(Method::POST, &update, &json!({ "scalingConfig": { "desiredSize": 5 } }));
    assert_eq!(nodes(&world), 3);
    world.pass(60);
    assert_eq!(nodes(&world), 5);
    world.done(Method::POST, &update, &json!({ "scalingConfig": { "desiredSize": 2 } }));
    assert_eq!(nodes(&world), 2);
    world.pass(60);
    world.done(Method::POST, &update, &json!({ "updateConfig": { "maxUnavailable": 1, "updateStrategy": "MINIMAL" } }));
    world.pass(60);
    world.done(Method::POST, &format!("{GROUPS}/spot/update-version"), &json!({ "force": true }));
    assert_eq!(nodes(&world), 1, "the minimal strategy takes nodes away first");
    world.pass(600);
    assert_eq!(nodes(&world), 2);
    world.done(Method::DELETE, &format!("{GROUPS}/spot"), &json!({}));
    assert_eq!(nodes(&world), 0);
}

#[test]
fn bad_requests_are_refused_as_eks_refuses_them() {
    let mut world = World::new();
    let types: Vec<String> = (0..21).map(|number| format!("m{number}.large")).collect();
    let taints: Vec<Value> =
        (0..51).map(|number| json!({ "key": format!("k{number}"), "effect": "NO_EXECUTE" })).collect();
    for (changes, expected) in [
        (json!({ "nodegroupName": "-x" }), "InvalidParameterException The nodegroup name"),
        (
            json!({ "scalingConfig": { "minSize": 3, "desiredSize": 2, "maxSize": 4 } }),
            "InvalidParameterException minSize can't be greater than desiredSize",
        ),
        (
            json!({ "scalingConfig": { "minSize": 0, "desiredSize": 5, "maxSize": 4 } }),
            "InvalidParameterException desiredSize can't be greater than maxSize",
        ),
        (
            json!({ "scalingConfig": { "minSize": 0, "desiredSize": 0, "maxSize": 0 } }),
            "InvalidParameterException maxSize is not valid",
        ),
        (json!({ "instanceTypes": types }), "InvalidParameterException Cannot specify more than 20"),
        (json!({ "instanceTypes": ["m5.large", "m5.large"] }), "InvalidParameterException Duplicate instance type"),
        (
            json!({ "instanceTypes": ["m5.large", "m7g.large"] }),
            "InvalidParameterException [m7g.large] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD",
        ),
        (json!({ "amiType": "AL9" }), "InvalidParameterException amiType AL9"),
        (json!({ "capacityType": "CHEAP" }), "InvalidParameterException capacityType"),
        (json!({ "taints": taints }), "InvalidParameterException A node group has at most 50 taints"),
        (json!({ "taints": [{ "key": "a", "effect": "NoSchedule" }] }), "InvalidParameterException Taint effect"),
        (
            json!({ "labels": { "kubernetes.io/x": "y" } }),
            "InvalidParameterException Label cannot contain reserved prefixes",
        ),
        (json!({ "nodeRole": "node" }), "InvalidParameterException Invalid Role Arn"),
        (json!({ "subnets": [] }), "InvalidParameterException Subnets"),
        (json!({ "version": "1.99" }), "InvalidParameterException Requested Nodegroup version 1.99"),
        (
            json!({ "updateConfig": { "maxUnavailable": 1, "maxUnavailablePercentage": 5 } }),
            "InvalidParameterException Cannot specify both",
        ),
        (
            json!({ "launchTemplate": { "name": "t", "id": "lt-1" } }),
            "InvalidParameterException You must specify either",
        ),
        (json!({ "launchTemplate": { "name": "t" }, "diskSize": 50 }), "InvalidRequestException Disk size must be"),
        (json!({ "tags": { "aws:x": "1" } }), "InvalidParameterException aws: prefixed"),
        (json!({ "subnets": "subnet-1" }), "InvalidParameterException The request is not valid"),
    ] {
        let error = world.refused(Method::POST, GROUPS, &given(&changes));
        assert!(error.starts_with(expected), "{changes}: {error}");
    }
    assert!(world.store.groups.is_empty());
}

#[test]
fn lists_are_cut_into_pages() {
    let mut world = World::new();
    for number in 0..5 {
        let name = format!("g{number}");
        world.done(Method::POST, GROUPS, &given(&json!({ "nodegroupName": name, "clientRequestToken": name })));
    }
    let first = world.done(Method::GET, &format!("{GROUPS}?maxResults=3"), &json!({}));
    assert_eq!(first["nodegroups"], json!(["g0", "g1", "g2"]));
    let next = first["nextToken"].as_str().unwrap();
    let rest = world.done(Method::GET, &format!("{GROUPS}?maxResults=3&nextToken={next}"), &json!({}));
    assert_eq!(rest, json!({ "nodegroups": ["g3", "g4"] }));
    assert!(
        world.refused(Method::GET, &format!("{GROUPS}?maxResults=101"), &json!({})).starts_with("InvalidParameter")
    );
}
