# By name. The next apply takes the gate over as it is configured; nothing is rolled out and no traffic is moved.
terraform import parapet_rollout_gate.shop shop
