package parapet.resilience.autoscaling.load_balancer_health_test

import data.parapet.resilience.autoscaling.load_balancer_health
import rego.v1

findings(values, config) := found if {
	found := load_balancer_health.deny with input as {"resource": {"values": values, "config": config}}
}

test_default_fails if {
	findings({"target_group_arns": ["arn"]}, {"target_group_arns": {}}) == {
		{"message": "instances that fail the load balancer's check are kept"},
	}
}

test_ec2_fails if {
	findings({"health_check_type": "EC2"}, {"health_check_type": {}, "target_group_arns": {"references": ["aws_lb_target_group.a.arn"]}}) == {
		{"path": ["health_check_type"], "message": "instances that fail the load balancer's check are kept"},
	}
}

test_classic_balancer_fails if {
	findings({"load_balancers": ["front"]}, {"load_balancers": {}}) == {
		{"message": "instances that fail the load balancer's check are kept"},
	}
}

test_classic_balancer_of_the_same_plan_fails if {
	findings({}, {"load_balancers": {"references": ["aws_elb.a.name"]}}) == {
		{"message": "instances that fail the load balancer's check are kept"},
	}
}

test_elb_passes if count(findings({"health_check_type": "ELB", "target_group_arns": ["arn"]}, {})) == 0

test_no_balancer_passes if count(findings({}, {"max_size": {}})) == 0
