//! Which operation a method and a path of EKS's REST API name, and what is in the path.

use hyper::Method;
use percent_encoding::percent_decode_str;

/// A path of EKS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// For example `CreateNodegroup`.
    pub operation: &'static str,
    /// The cluster; empty where the path names none.
    pub cluster: String,
    /// The node group or update; the ARN whose tags are meant; empty where the path names none.
    pub name: String,
}

impl Route {
    /// Reads a path; `None` for one that EKS has no operation for here.
    #[must_use]
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        if let Some(arn) = path.strip_prefix("/tags/") {
            let operation = match *method {
                Method::GET => "ListTagsForResource",
                Method::POST => "TagResource",
                Method::DELETE => "UntagResource",
                _ => return None,
            };
            return Some(Self { operation, cluster: String::new(), name: decode(arn) });
        }
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (operation, cluster, name) = match (method.as_str(), parts.as_slice()) {
            ("POST", ["clusters"]) => ("CreateCluster", "", ""),
            ("GET", ["clusters"]) => ("ListClusters", "", ""),
            ("GET", ["clusters", cluster]) => ("DescribeCluster", *cluster, ""),
            ("DELETE", ["clusters", cluster]) => ("DeleteCluster", *cluster, ""),
            ("POST", ["clusters", cluster, "update-config"]) => ("UpdateClusterConfig", *cluster, ""),
            ("POST", ["clusters", cluster, "updates"]) => ("UpdateClusterVersion", *cluster, ""),
            ("GET", ["clusters", cluster, "updates"]) => ("ListUpdates", *cluster, ""),
            ("GET", ["clusters", cluster, "updates", id]) => ("DescribeUpdate", *cluster, *id),
            ("POST", ["clusters", cluster, "node-groups"]) => ("CreateNodegroup", *cluster, ""),
            ("GET", ["clusters", cluster, "node-groups"]) => ("ListNodegroups", *cluster, ""),
            ("GET", ["clusters", cluster, "node-groups", group]) => ("DescribeNodegroup", *cluster, *group),
            ("DELETE", ["clusters", cluster, "node-groups", group]) => ("DeleteNodegroup", *cluster, *group),
            ("POST", ["clusters", cluster, "node-groups", group, "update-config"]) => {
                ("UpdateNodegroupConfig", *cluster, *group)
            }
            ("POST", ["clusters", cluster, "node-groups", group, "update-version"]) => {
                ("UpdateNodegroupVersion", *cluster, *group)
            }
            _ => return None,
        };
        Some(Self { operation, cluster: decode(cluster), name: decode(name) })
    }

    /// Whether node groups are concerned, which the sandbox implements itself.
    #[must_use]
    pub fn is_own(&self) -> bool {
        match self.operation {
            "ListTagsForResource" | "TagResource" | "UntagResource" => self.name.contains(":nodegroup/"),
            "CreateCluster"
            | "ListClusters"
            | "DescribeCluster"
            | "DeleteCluster"
            | "UpdateClusterConfig"
            | "UpdateClusterVersion" => false,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_operations() {
        let route = Route::of(&Method::POST, "/clusters/a%20b/node-groups/spot/update-config").unwrap();
        assert_eq!(
            (route.operation, route.cluster.as_str(), route.name.as_str()),
            ("UpdateNodegroupConfig", "a b", "spot")
        );
        assert!(route.is_own());
        let arn = "/tags/arn%3Aaws%3Aeks%3Aus-east-1%3A123456789012%3Anodegroup%2Fc%2Fg%2F1";
        let route = Route::of(&Method::GET, arn).unwrap();
        assert_eq!(route.name, "arn:aws:eks:us-east-1:123456789012:nodegroup/c/g/1");
        assert!(route.is_own());
        assert!(!Route::of(&Method::DELETE, "/clusters/c").unwrap().is_own());
        assert_eq!(Route::of(&Method::GET, "/clusters/c/fargate-profiles"), None);
    }
}
