//! Kinds of resources, as AWS Cost Optimization Hub names them, and in its manner what it does not know.

/// EC2 instances.
pub const INSTANCE: &str = "Ec2Instance";
/// EBS volumes.
pub const VOLUME: &str = "EbsVolume";
/// EBS snapshots.
pub const SNAPSHOT: &str = "EbsSnapshot";
/// Elastic IP addresses.
pub const ADDRESS: &str = "ElasticIp";
/// NAT gateways.
pub const NAT_GATEWAY: &str = "NatGateway";
/// Load balancers.
pub const LOAD_BALANCER: &str = "LoadBalancer";
/// Instances of RDS and Aurora.
pub const DATABASE: &str = "RdsDbInstance";
