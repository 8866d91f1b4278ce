# METADATA
# title: Databases and their kind are closed to the internet
# description: Databases, caches, search engines and brokers open to every address are found within hours, and emptied or held to ransom.
# custom:
#   severity: critical
#   resources: [aws_security_group, aws_security_group_rule, aws_vpc_security_group_ingress_rule]
#   controls: {soc2: [CC6.6], gdpr: [Art. 32], nist-800-53: [AC-4, SC-7], pci-dss: ["1.4.4"], iso-27001: [A.8.20, A.8.22]}
#   remediation: Limit the rule to the security groups or networks of the clients.
package parapet.aws.security_group.database_ports

import data.parapet.lib.aws_ingress
import rego.v1

deny contains {"path": opening.path, "message": message} if {
	some opening in aws_ingress.openings(input.resource.values)
	not everything(opening)
	open := [name | some name, port in services; aws_ingress.reaches(opening, "tcp", port)]
	count(open) > 0
	message := sprintf("open to %s: %s", [opening.cidr, concat(", ", sort(open))])
}

# The provider reports rules that are not written as known after apply: they are made by other resources, and judged
# there.
deny contains {"path": ["ingress"], "message": "is not known to be closed to the internet"} if {
	input.resource.config.ingress
	not is_array(input.resource.values.ingress)
}

# Reported with the administration ports, as every port.
everything(opening) if {
	aws_ingress.reaches(opening, "tcp", 22)
	aws_ingress.reaches(opening, "tcp", 3389)
}

services := {
	"Cassandra (9042)": 9042,
	"DocumentDB, MongoDB (27017)": 27017,
	"Elasticsearch, OpenSearch (9200)": 9200,
	"etcd (2379)": 2379,
	"Kafka (9092)": 9092,
	"Memcached (11211)": 11211,
	"MySQL (3306)": 3306,
	"Neptune (8182)": 8182,
	"Oracle (1521)": 1521,
	"PostgreSQL (5432)": 5432,
	"Redis (6379)": 6379,
	"Redshift (5439)": 5439,
	"SQL Server (1433)": 1433,
}
