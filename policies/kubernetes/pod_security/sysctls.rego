# METADATA
# title: Pods set only safe sysctls
# description: A sysctl that is not confined to its pod changes the kernel for every other pod of the node.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {nist-800-53: [CM-7, SC-39]}
#   aliases: [AVD-KSV-0026]
#   remediation: Remove the sysctl from `securityContext.sysctls`, or set it for the whole node where nodes are configured.
package parapet.kubernetes.pod_security.sysctls

import rego.v1

import data.parapet.lib.kubernetes as k8s

# Safe by the Pod Security Standards of Kubernetes 1.37; older releases know fewer.
safe := {
	"kernel.shm_rmid_forced",
	"net.ipv4.ip_local_port_range",
	"net.ipv4.ip_local_reserved_ports",
	"net.ipv4.ip_unprivileged_port_start",
	"net.ipv4.ping_group_range",
	"net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl",
	"net.ipv4.tcp_keepalive_probes",
	"net.ipv4.tcp_keepalive_time",
	"net.ipv4.tcp_notsent_lowat",
	"net.ipv4.tcp_rmem",
	"net.ipv4.tcp_slow_start_after_idle",
	"net.ipv4.tcp_syncookies",
	"net.ipv4.tcp_wmem",
}

deny contains {"path": path, "message": message} if {
	some index, sysctl in k8s.list_at(k8s.pod_security(input.object), "sysctls")
	not sysctl.name in safe
	path := k8s.pod_path(input.object, ["securityContext", "sysctls", index, "name"])
	message := sprintf("pod sets sysctl %s", [object.get(sysctl, "name", "without a name")])
}
