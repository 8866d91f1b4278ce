# METADATA
# title: Queues put aside what cannot be processed
# description: A message that makes its consumer fail comes back until it expires, and then it is gone. Queues that receive such messages are not judged.
# custom:
#   severity: low
#   scope: plan
#   resources: [aws_sqs_queue, aws_sqs_queue_redrive_policy, aws_sqs_queue_redrive_allow_policy]
#   controls: {soc2: [A1.2, PI1.5], nist-800-53: [SI-11, SI-17], iso-27001: [A.8.14]}
#   remediation: Set `redrive_policy` with a dead-letter queue and a `maxReceiveCount`.
package parapet.resilience.sqs.dead_letter

import data.parapet.lib.aws_join
import rego.v1

deny contains {"address": queue.address, "message": "messages that cannot be processed are lost"} if {
	some queue in input.plan.by_type.aws_sqs_queue
	not queue.values.redrive_policy
	not queue.config.redrive_policy
	not receives(queue)
	not aws_join.joined(queue, "arn", targets)
	not aws_join.joined(queue, "url", redriven)
}

# A queue that says who may send it what failed is a dead-letter queue.
receives(queue) if queue.values.redrive_allow_policy

receives(queue) if queue.config.redrive_allow_policy

receives(queue) if aws_join.joined(queue, "url", allowing)

targets := {key |
	some queue in input.plan.by_type.aws_sqs_queue
	some key in aws_join.reference_keys(queue, queue.config.redrive_policy, "aws_sqs_queue")
} | {key |
	some part in input.plan.by_type.aws_sqs_queue_redrive_policy
	some key in aws_join.reference_keys(part, part.config.redrive_policy, "aws_sqs_queue")
} | {aws_join.value_key(json.unmarshal(queue.values.redrive_policy).deadLetterTargetArn) |
	some queue in input.plan.by_type.aws_sqs_queue
}

redriven := {key |
	some part in input.plan.by_type.aws_sqs_queue_redrive_policy
	some key in aws_join.part_keys(part, "queue_url", "aws_sqs_queue")
}

allowing := {key |
	some part in input.plan.by_type.aws_sqs_queue_redrive_allow_policy
	some key in aws_join.part_keys(part, "queue_url", "aws_sqs_queue")
}
