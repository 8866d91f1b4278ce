//! What is sold by the unit rather than by the instance.

/// Something with a unit price.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    /// Service and SKU in the price book.
    pub(super) book: (&'static str, &'static str),
    /// The service's code in the list.
    pub(super) service: &'static str,
    /// Its product family.
    pub(super) family: &'static str,
    /// Its usage type, without the region.
    pub(super) usage: &'static str,
    /// The attribute that clients ask by.
    pub(super) attribute: Option<(&'static str, &'static str)>,
}

const fn unit(
    book: (&'static str, &'static str),
    service: &'static str,
    family: &'static str,
    usage: &'static str,
    attribute: Option<(&'static str, &'static str)>,
) -> Unit {
    Unit { book, service, family, usage, attribute }
}

/// All of them.
pub(super) const UNITS: [Unit; 27] = [
    unit(("ebs", "gp2"), "AmazonEC2", "Storage", "EBS:VolumeUsage.gp2", Some(("volumeApiName", "gp2"))),
    unit(("ebs", "gp3"), "AmazonEC2", "Storage", "EBS:VolumeUsage.gp3", Some(("volumeApiName", "gp3"))),
    unit(("ebs", "io1"), "AmazonEC2", "Storage", "EBS:VolumeUsage.piops", Some(("volumeApiName", "io1"))),
    unit(("ebs", "io2"), "AmazonEC2", "Storage", "EBS:VolumeUsage.io2", Some(("volumeApiName", "io2"))),
    unit(("ebs", "st1"), "AmazonEC2", "Storage", "EBS:VolumeUsage.st1", Some(("volumeApiName", "st1"))),
    unit(("ebs", "sc1"), "AmazonEC2", "Storage", "EBS:VolumeUsage.sc1", Some(("volumeApiName", "sc1"))),
    unit(("ebs", "standard"), "AmazonEC2", "Storage", "EBS:VolumeUsage", Some(("volumeApiName", "standard"))),
    unit(
        ("ebs", "gp3-iops-above-3000"),
        "AmazonEC2",
        "System Operation",
        "EBS:VolumeP-IOPS.gp3",
        Some(("volumeApiName", "gp3")),
    ),
    unit(
        ("ebs", "gp3-throughput-above-125"),
        "AmazonEC2",
        "Provisioned Throughput",
        "EBS:VolumeP-Throughput.gp3",
        Some(("volumeApiName", "gp3")),
    ),
    unit(
        ("ebs", "io1-iops"),
        "AmazonEC2",
        "System Operation",
        "EBS:VolumeP-IOPS.piops",
        Some(("volumeApiName", "io1")),
    ),
    unit(("ebs", "io2-iops"), "AmazonEC2", "System Operation", "EBS:VolumeP-IOPS.io2", Some(("volumeApiName", "io2"))),
    unit(("ebs", "snapshot"), "AmazonEC2", "Storage Snapshot", "EBS:SnapshotUsage", None),
    unit(("ec2", "eip-idle"), "AmazonEC2", "IP Address", "ElasticIP:IdleAddress", None),
    unit(("vpc", "nat-gateway"), "AmazonEC2", "NAT Gateway", "NatGateway-Hours", None),
    unit(("vpc", "nat-gateway-data"), "AmazonEC2", "NAT Gateway", "NatGateway-Bytes", None),
    unit(("eks", "cluster"), "AmazonEKS", "Compute", "AmazonEKS-Hours:perCluster", None),
    unit(("eks", "cluster-extended-support"), "AmazonEKS", "Compute", "AmazonEKS-Hours:extendedSupport", None),
    unit(("elb", "alb"), "AWSELB", "Load Balancer-Application", "LoadBalancerUsage", None),
    unit(("elb", "alb-lcu"), "AWSELB", "Load Balancer-Application", "LCUUsage", None),
    unit(("elb", "nlb"), "AWSELB", "Load Balancer-Network", "LoadBalancerUsage", None),
    unit(("elb", "nlb-lcu"), "AWSELB", "Load Balancer-Network", "LCUUsage", None),
    unit(("globalaccelerator", "fixed"), "AWSGlobalAccelerator", "Global Accelerator", "Fixed-Fee", None),
    unit(
        ("rds", "gp3-single-az"),
        "AmazonRDS",
        "Database Storage",
        "RDS:GP3-Storage",
        Some(("deploymentOption", "Single-AZ")),
    ),
    unit(
        ("rds", "gp2-multi-az"),
        "AmazonRDS",
        "Database Storage",
        "RDS:Multi-AZ-GP2-Storage",
        Some(("deploymentOption", "Multi-AZ")),
    ),
    unit(("elasticache", "backup"), "AmazonElastiCache", "Storage Snapshot", "BackupUsage", None),
    unit(("cloudwatch", "logs-ingest"), "AmazonCloudWatch", "Data Payload", "DataProcessing-Bytes", None),
    unit(("s3", "standard"), "AmazonS3", "Storage", "TimedStorage-ByteHrs", Some(("storageClass", "General Purpose"))),
];
