//! Buckets and security groups: what the sandbox leaves to moto, which tests of this crate do without.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::aws::stub::{self, Answer, Request};

/// Id of the security group that is made as a fence.
pub(super) const FENCE: &str = "sg-fence";

/// What is in the buckets, and which groups there are.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// `/bucket/key` to version and bytes.
    pub(super) objects: BTreeMap<String, (u64, Vec<u8>)>,
    /// Requests that made a security group.
    pub(super) groups: Vec<String>,
    writes: u64,
}

/// S3 with conditional writes, and the part of EC2 that a fence needs.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) contents: Arc<Mutex<Contents>>,
    pub(super) endpoint: String,
}

impl Store {
    pub(super) async fn start() -> Self {
        let contents = Arc::<Mutex<Contents>>::default();
        let shared = Arc::clone(&contents);
        let endpoint = stub::serve(move |request| {
            let mut contents = shared.lock().unwrap();
            if request.path == "/" { ec2(&mut contents, request) } else { s3(&mut contents, request) }
        });
        Self { contents, endpoint: endpoint.await }
    }

    pub(super) fn object(&self, path: &str) -> serde_json::Value {
        let contents = self.contents.lock().unwrap();
        serde_json::from_slice(&contents.objects[path].1).unwrap()
    }

    pub(super) fn put(&self, path: &str, object: &serde_json::Value) {
        let mut contents = self.contents.lock().unwrap();
        contents.writes += 1;
        let version = contents.writes;
        contents.objects.insert(path.to_owned(), (version, object.to_string().into_bytes()));
    }
}

fn s3(contents: &mut Contents, request: &Request) -> Answer {
    let path = request.path.split('?').next().unwrap().to_owned();
    let failed = |status, code: &str| {
        Answer::new(status, "application/xml", format!("<Error><Code>{code}</Code><Message>no</Message></Error>"))
    };
    let tagged = |mut answer: Answer, version: u64| {
        answer.headers.push(("etag", format!("\"{version}\"")));
        answer
    };
    let found = contents.objects.get(&path).cloned();
    match (request.method.as_str(), found) {
        ("GET", None) => failed(404, "NoSuchKey"),
        ("GET", Some((version, bytes))) => tagged(Answer::new(200, "application/json", bytes), version),
        ("DELETE", _) => {
            contents.objects.remove(&path);
            Answer::new(204, "application/xml", "")
        }
        (_, found) => {
            let version = found.map(|(version, _)| format!("\"{version}\""));
            if request.header("if-none-match").is_some() && version.is_some() {
                return failed(412, "PreconditionFailed");
            }
            if request.header("if-match").is_some_and(|wanted| version.as_deref() != Some(wanted)) {
                return failed(412, "PreconditionFailed");
            }
            contents.writes += 1;
            contents.objects.insert(path, (contents.writes, request.body.clone()));
            tagged(Answer::new(200, "application/xml", ""), contents.writes)
        }
    }
}

fn ec2(contents: &mut Contents, request: &Request) -> Answer {
    let body = String::from_utf8(request.body.clone()).unwrap();
    let answer = if body.contains("Action=CreateSecurityGroup") {
        contents.groups.push(body);
        format!("<CreateSecurityGroupResponse><groupId>{FENCE}</groupId></CreateSecurityGroupResponse>")
    } else {
        let group = format!("<item><groupId>{FENCE}</groupId><ipPermissions/></item>");
        let groups = if contents.groups.is_empty() { "" } else { &group };
        format!(
            "<DescribeSecurityGroupsResponse><securityGroupInfo>{groups}</securityGroupInfo></DescribeSecurityGroupsResponse>"
        )
    };
    Answer::new(200, "text/xml", answer)
}
