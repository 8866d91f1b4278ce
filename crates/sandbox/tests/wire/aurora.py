"""A global cluster: switchover, failover, synchronization."""

from sandbox import *

first, second = client("rds", A), client("rds", B)
ENGINE = "aurora-postgresql"
FIRST = f"arn:aws:rds:{A}:{ACCOUNT}:cluster:first"
SECOND = f"arn:aws:rds:{B}:{ACCOUNT}:cluster:second"
instance = {"Engine": ENGINE, "DBInstanceClass": "db.r6g.large"}

first.create_global_cluster(GlobalClusterIdentifier="world", Engine=ENGINE)
first.create_db_cluster(
    DBClusterIdentifier="first", Engine=ENGINE, GlobalClusterIdentifier="world", MasterUsername="app",
    MasterUserPassword="long-enough",
)
first.create_db_instance(DBInstanceIdentifier="first-1", DBClusterIdentifier="first", **instance)
settle()
secondary = {"DBClusterIdentifier": "second", "Engine": ENGINE, "GlobalClusterIdentifier": "world"}
refused("InvalidParameterCombination", second.create_db_cluster, **secondary, MasterUsername="app")
second.create_db_cluster(**secondary)
to_second = {"GlobalClusterIdentifier": "world", "TargetDbClusterIdentifier": SECOND}
refused("InvalidDBClusterStateFault", second.switchover_global_cluster, **to_second)
second.create_db_instance(DBInstanceIdentifier="second-1", DBClusterIdentifier="second", **instance)
settle()


def world():
    it = second.describe_global_clusters(GlobalClusterIdentifier="world")["GlobalClusters"][0]
    members = [(m["DBClusterArn"], m["IsWriter"], m["SynchronizationStatus"]) for m in it["GlobalClusterMembers"]]
    return it["Status"], members


def writers():
    return [writer for family in admin("GET", "writers")["open"].values() for writer in family]


admin("POST", "clock", {"speed": 0})
assert world() == ("available", [(FIRST, True, "connected"), (SECOND, False, "connected")]), world()
assert writers() == [FIRST]
state = second.switchover_global_cluster(**to_second)["GlobalCluster"]
assert state["FailoverState"]["ToDbClusterArn"] == SECOND and not state["FailoverState"]["IsDataLossAllowed"], state
assert world()[0] == "switching-over" and writers() == []
refused("InvalidGlobalClusterStateFault", second.switchover_global_cluster, **to_second)
settle()
assert world() == ("available", [(SECOND, True, "connected"), (FIRST, False, "connected")]), world()
assert writers() == [SECOND]

# The old writer's region is gone: only a failover that may lose data is left.
admin("PUT", f"blackouts/{B}")
to_first = {"GlobalClusterIdentifier": "world", "TargetDbClusterIdentifier": FIRST}
refused("InvalidDBClusterStateFault", first.switchover_global_cluster, **to_first)
first.failover_global_cluster(**to_first, AllowDataLoss=True)
admin("POST", "clock", {"advance": 60})
admin("DELETE", f"blackouts/{B}")
assert world() == ("available", [(FIRST, True, "connected"), (SECOND, False, "pending-resync")]), world()
refused("InvalidDBClusterStateFault", first.switchover_global_cluster, **to_second)
settle()
assert world()[1][1] == (SECOND, False, "connected"), world()
assert admin("GET", "writers")["overlaps"] == []

refused("InvalidGlobalClusterStateFault", first.delete_global_cluster, GlobalClusterIdentifier="world")
refused("InvalidDBClusterStateFault", second.delete_db_cluster, DBClusterIdentifier="second", SkipFinalSnapshot=True)
for rds, cluster, arn in (second, "second", SECOND), (first, "first", FIRST):
    rds.delete_db_instance(DBInstanceIdentifier=f"{cluster}-1")
    rds.remove_from_global_cluster(GlobalClusterIdentifier="world", DbClusterIdentifier=arn)
    rds.delete_db_cluster(DBClusterIdentifier=cluster, SkipFinalSnapshot=True)
first.delete_global_cluster(GlobalClusterIdentifier="world")
settle()
refused("GlobalClusterNotFoundFault", first.describe_global_clusters, GlobalClusterIdentifier="world")
refused("DBClusterNotFoundFault", first.describe_db_clusters, DBClusterIdentifier="first")
