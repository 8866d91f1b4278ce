package parapet.resilience.sqs.dead_letter_test

import data.parapet.resilience.sqs.dead_letter
import rego.v1

queue(name, values, config) := {
	"address": concat(".", ["aws_sqs_queue", name]), "type": "aws_sqs_queue", "name": name,
	"values": values, "config": config,
}

lost := {"address": "aws_sqs_queue.orders", "message": "messages that cannot be processed are lost"}

found(queues, others) := findings if {
	findings := dead_letter.deny with input as {"plan": {"by_type": object.union({"aws_sqs_queue": queues}, others)}}
}

part(config) := {"address": "part", "values": {}, "config": config}

to(name) := {"references": [sprintf("aws_sqs_queue.%s.arn", [name]), sprintf("aws_sqs_queue.%s", [name])]}

test_none_fails if found([queue("orders", {}, {"name": {}})], {}) == {lost}

test_policy_passes_and_so_does_its_target if {
	count(found([queue("orders", {}, {"redrive_policy": to("failed")}), queue("failed", {}, {"name": {}})], {})) == 0
}

test_target_that_exists_passes if {
	policy := json.marshal({"deadLetterTargetArn": "arn:failed", "maxReceiveCount": 5})
	count(found([queue("orders", {"redrive_policy": policy}, {}), queue("failed", {"arn": "arn:failed"}, {})], {})) == 0
}

test_policies_of_their_own_pass if {
	policy := part({"queue_url": to("orders"), "redrive_policy": to("failed")})
	queues := [queue("orders", {}, {"name": {}}), queue("failed", {}, {"name": {}})]
	count(found(queues, {"aws_sqs_queue_redrive_policy": [policy]})) == 0
}

test_receiving_queues_pass if {
	count(found([queue("orders", {"redrive_allow_policy": "{}"}, {})], {})) == 0
	count(found([queue("orders", {}, {"redrive_allow_policy": {}})], {})) == 0
	count(found([queue("orders", {}, {"name": {}})], {"aws_sqs_queue_redrive_allow_policy": [part({"queue_url": to("orders")})]})) == 0
}
