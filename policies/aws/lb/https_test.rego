package parapet.aws.lb.https_test

import data.parapet.aws.lb.https
import data.parapet.lib.testing
import rego.v1

listener(actions) := {
	"address": "aws_lb_listener.a", "type": "aws_lb_listener",
	"values": {"protocol": "HTTP", "default_action": actions},
	"config": {"load_balancer_arn": {"references": ["aws_lb.a.arn", "aws_lb.a"]}},
}

balancer(internal) := {
	"address": "aws_lb.a", "type": "aws_lb", "name": "a",
	"values": {"internal": internal}, "config": {"name": {}},
}

found(listeners, balancers) := findings if {
	findings := https.deny with input as {"plan": {"by_type": {"aws_lb_listener": listeners, "aws_lb": balancers}}}
}

served := {"address": "aws_lb_listener.a", "path": ["protocol"], "message": "requests over plain HTTP are served"}

test_forwarding_fails if {
	found([listener([{"type": "forward"}])], []) == {served}
	found([listener([{"type": "forward"}])], [balancer(false)]) == {served}
}

test_redirect_passes if count(found([listener([{"type": "redirect"}])], [])) == 0

test_internal_passes if count(found([listener([{"type": "forward"}])], [balancer(true)])) == 0

test_balancer_that_may_be_internal_is_undetermined if {
	maybe := {"address": "aws_lb.a", "type": "aws_lb", "name": "a", "values": {}, "config": {"internal": {"references": ["var.x"]}}}
	testing.undetermined(found([listener([{"type": "forward"}])], [maybe]), [["internal"]])
}

test_https_passes if {
	secure := json.patch(listener([{"type": "forward"}]), [{"op": "replace", "path": "/values/protocol", "value": "HTTPS"}])
	count(found([secure], [])) == 0
}
