# Production is larger than the rest.
instance_type = "t2.large"
cache_type    = "gp2"
