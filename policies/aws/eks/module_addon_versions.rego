# METADATA
# title: EKS add-ons that a module is asked for have fixed versions
# description: "What `latest` comes to is decided on the day of an apply, without anybody having asked for the change. Looks at the `addons` and `cluster_addons` that a module is given which could not be read, as an argument or one level deep in one. A module that is read is not judged by this: it may make a fixed version of `latest`."
# custom:
#   severity: low
#   resources: [module]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-2, CM-3], pci-dss: ["6.5.1"], iso-27001: [A.8.32]}
#   remediation: Name the version of each add-on, as `aws eks describe-addon-versions` lists them. If the module itself fixes it, run `terraform init`, so that it is read.
package parapet.aws.eks.module_addon_versions

import rego.v1

values := input.resource.values

maps := {"addons", "cluster_addons"}

# A map with none of these is not about add-ons of EKS.
known := {
	"amazon-cloudwatch-observability", "aws-ebs-csi-driver", "aws-efs-csi-driver", "aws-mountpoint-s3-csi-driver", "coredns",
	"eks-pod-identity-agent", "kube-proxy", "vpc-cni",
}

deny contains finding([map, name, argument], name) if {
	some map in maps
	some argument in ["version", "addon_version"]
	some name
	values[map][name][argument] == "latest"
	is_of_eks(values[map])
}

deny contains finding([a, map, name, argument], name) if {
	some map in maps
	some argument in ["version", "addon_version"]
	some a, name
	values[a][map][name][argument] == "latest"
	is_of_eks(values[a][map])
}

is_of_eks(addons) if {
	some name, _ in addons
	replace(name, "_", "-") in known
}

finding(path, name) := {"path": path, "message": sprintf("add-on %s has the version `latest`, whatever that is on the day", [name])}
