# METADATA
# title: Services claim no external IP addresses
# description: Whoever may create a Service with `externalIPs` takes over the cluster's traffic to those addresses (CVE-2020-8554).
# custom:
#   severity: medium
#   kinds: [Service]
#   controls: {nist-800-53: [SC-7]}
#   aliases: [AVD-KSV-0108]
#   remediation: Remove `externalIPs`; use a Service of type LoadBalancer, or a Gateway.
package parapet.kubernetes.network.external_ips

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": ["spec", "externalIPs", index], "message": message} if {
	some index, address in k8s.list_at(k8s.map_at(input.object, "spec"), "externalIPs")
	message := sprintf("service takes the traffic to %v", [address])
}
