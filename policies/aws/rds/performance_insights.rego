# METADATA
# title: RDS records what its load is made of
# description: Performance Insights tells which statement and which wait a slow database is busy with; without history that question cannot be answered afterwards. Instance classes that cannot record are not judged.
# custom:
#   severity: low
#   resources: [aws_db_instance]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4], iso-27001: [A.8.16]}
#   aliases: [CKV_AWS_353, AVD-AWS-0133]
#   remediation: Set `performance_insights_enabled = true`; seven days of history cost nothing.
package parapet.aws.rds.performance_insights

import rego.v1

deny contains {"path": ["performance_insights_enabled"], "message": "Performance Insights is off"} if {
	not input.resource.values.performance_insights_enabled
	not too_small
}

# MySQL and MariaDB on these classes have no Performance Insights.
too_small if {
	input.resource.values.engine in {"mysql", "mariadb"}
	input.resource.values.instance_class in {
		"db.t2.micro", "db.t2.small", "db.t3.micro", "db.t3.small", "db.t4g.micro", "db.t4g.small",
	}
}
