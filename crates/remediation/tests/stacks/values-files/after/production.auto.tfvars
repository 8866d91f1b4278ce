# Production is larger than the rest.
instance_type = "t3.large"
cache_type    = "gp3"
