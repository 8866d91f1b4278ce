instance_type = "t2.small"
cache_gib     = 200
