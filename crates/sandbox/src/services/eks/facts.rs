//! What EKS has to know of other services before it can answer.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::model::LaunchTemplate;
use super::route::Route;
use crate::services::Call;

/// What a call asks about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wants {
    /// A cluster by name.
    pub cluster: Option<String>,
    /// Subnets by id.
    pub subnets: Vec<String>,
    /// Instance types by name.
    pub instance_types: Vec<String>,
    /// A launch template.
    pub template: Option<LaunchTemplate>,
}

/// The answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The cluster.
    pub cluster: Option<Cluster>,
    /// Zones of the subnets that exist, by id.
    pub subnets: BTreeMap<String, String>,
    /// Architectures of the instance types that the region has, by name.
    pub instance_types: BTreeMap<String, Vec<String>>,
    /// The launch template.
    pub template: Option<Template>,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// For example `ACTIVE`.
    pub status: String,
    /// Kubernetes.
    pub version: String,
}

/// A version of a launch template, as far as EKS looks at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// Its id, its name and the number of the version.
    pub which: LaunchTemplate,
    /// The type it names.
    pub instance_type: Option<String>,
    /// Whether it names an image.
    pub has_image: bool,
    /// What it names that EKS does not allow, in EKS's words.
    pub forbidden: Vec<&'static str>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Asked {
    subnets: Option<Vec<String>>,
    instance_types: Option<Vec<String>>,
    launch_template: Option<LaunchTemplate>,
}

/// What `route` asks about; a body that cannot be read asks about nothing, and is refused later.
#[must_use]
pub fn wants(route: &Route, body: &[u8]) -> Wants {
    let cluster = Some(route.cluster.clone()).filter(|name| !name.is_empty());
    let asked: Asked = match route.operation {
        "CreateNodegroup" | "UpdateNodegroupVersion" => serde_json::from_slice(body).unwrap_or_default(),
        _ => Asked::default(),
    };
    Wants {
        cluster,
        subnets: asked.subnets.unwrap_or_default(),
        instance_types: asked.instance_types.unwrap_or_default(),
        template: asked.launch_template,
    }
}

impl Facts {
    /// What is assumed where there is no service to ask: everything a call names exists, and an instance type is of Arm where its
    /// family says so.
    #[must_use]
    pub fn assumed(wants: &Wants, call: &Call) -> Self {
        let zone = |index: usize| format!("{}{}", call.region, ["a", "b", "c"].get(index % 3).copied().unwrap_or("a"));
        let template = wants.template.as_ref().map(|given| Template {
            which: LaunchTemplate {
                id: given.id.clone().or_else(|| Some("lt-0000000000000000a".to_owned())),
                name: given.name.clone().or_else(|| Some("template".to_owned())),
                version: Some(given.version.clone().unwrap_or_else(|| "1".to_owned())),
            },
            ..Template::default()
        });
        let arm = |name: &str| {
            // After the generation: `m7g.large`, `c6gd.large`; `g5.large` is no such family.
            let family = name.split('.').next().unwrap_or_default();
            let after = family.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            after.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('g') || family == "a1"
        };
        let architectures = |name: &String| vec![if arm(name) { "arm64" } else { "x86_64" }.to_owned()];
        Self {
            cluster: wants
                .cluster
                .is_some()
                .then(|| Cluster { status: "ACTIVE".to_owned(), version: super::DEFAULT_VERSION.to_owned() }),
            subnets: wants.subnets.iter().enumerate().map(|(index, id)| (id.clone(), zone(index))).collect(),
            instance_types: wants.instance_types.iter().map(|name| (name.clone(), architectures(name))).collect(),
            template,
        }
    }
}
