terraform import parapet_cost_policy.shop 123456789012:shop-monthly
