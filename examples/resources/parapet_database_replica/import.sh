terraform import parapet_database_replica.standby us-east-2/orders-standby
