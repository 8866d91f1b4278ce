//! Clients, made when first asked for.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use aws_config::{Region, SdkConfig};

use super::config::{Endpoints, FALLBACK_REGION, Settings};
use tfplugin::diagnostics::Result;

/// Region of the Global Accelerator API, which is global.
const GLOBAL_ACCELERATOR_REGION: &str = "us-west-2";

/// AWS as the provider block reaches it.
#[derive(Debug)]
pub(crate) struct Aws {
    sdk: SdkConfig,
    endpoints: Endpoints,
    s3_use_path_style: bool,
    default_tags: BTreeMap<String, String>,
    cloudwatch: PerRegion<aws_sdk_cloudwatch::Client>,
    dynamodb: PerRegion<aws_sdk_dynamodb::Client>,
    ec2: PerRegion<aws_sdk_ec2::Client>,
    eks: PerRegion<aws_sdk_eks::Client>,
    elbv2: PerRegion<aws_sdk_elasticloadbalancingv2::Client>,
    kms: PerRegion<aws_sdk_kms::Client>,
    pricing: PerRegion<aws_sdk_pricing::Client>,
    rds: PerRegion<aws_sdk_rds::Client>,
    s3: PerRegion<aws_sdk_s3::Client>,
    global_accelerator: aws_sdk_globalaccelerator::Client,
}

type PerRegion<C> = Mutex<HashMap<String, C>>;

/// A client of one service for one region, with the service's own endpoint where the provider block has one.
macro_rules! client {
    ($(#[$docs:meta])* $service:ident, $sdk:ident) => {
        $(#[$docs])*
        pub(crate) fn $service(&self, region: &str) -> $sdk::Client {
            let mut clients = self.$service.lock().unwrap_or_else(PoisonError::into_inner);
            let make = || {
                let mut config =
                    $sdk::config::Builder::from(&self.sdk).region(Region::new(region.to_owned()));
                if let Some(endpoint) = &self.endpoints.$service {
                    config = config.endpoint_url(endpoint);
                }
                $sdk::Client::from_conf(config.build())
            };
            clients.entry(region.to_owned()).or_insert_with(make).clone()
        }
    };
}

impl Aws {
    /// Finds credentials; contacts AWS only where a role is to be assumed.
    pub(crate) async fn connect(settings: &Settings) -> Result<Self> {
        let sdk = settings.load().await?;
        let mut accelerator =
            aws_sdk_globalaccelerator::config::Builder::from(&sdk).region(Region::new(GLOBAL_ACCELERATOR_REGION));
        if let Some(endpoint) = &settings.endpoints.globalaccelerator {
            accelerator = accelerator.endpoint_url(endpoint);
        }
        Ok(Self {
            global_accelerator: aws_sdk_globalaccelerator::Client::from_conf(accelerator.build()),
            sdk,
            endpoints: settings.endpoints.clone(),
            s3_use_path_style: settings.s3_use_path_style,
            default_tags: settings.default_tags.clone(),
            cloudwatch: PerRegion::default(),
            dynamodb: PerRegion::default(),
            ec2: PerRegion::default(),
            eks: PerRegion::default(),
            elbv2: PerRegion::default(),
            kms: PerRegion::default(),
            pricing: PerRegion::default(),
            rds: PerRegion::default(),
            s3: PerRegion::default(),
        })
    }

    client!(
        /// Amazon CloudWatch.
        cloudwatch, aws_sdk_cloudwatch
    );
    client!(
        /// Amazon DynamoDB.
        dynamodb, aws_sdk_dynamodb
    );
    client!(
        /// Amazon EC2.
        ec2, aws_sdk_ec2
    );
    client!(
        /// Amazon EKS.
        eks, aws_sdk_eks
    );
    client!(
        /// Elastic Load Balancing.
        elbv2, aws_sdk_elasticloadbalancingv2
    );
    client!(
        /// AWS KMS.
        kms, aws_sdk_kms
    );
    client!(
        /// AWS Price List.
        pricing, aws_sdk_pricing
    );
    client!(
        /// Amazon RDS.
        rds, aws_sdk_rds
    );

    /// Amazon S3.
    pub(crate) fn s3(&self, region: &str) -> aws_sdk_s3::Client {
        let mut clients = self.s3.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let mut config = aws_sdk_s3::config::Builder::from(&self.sdk)
                .region(Region::new(region.to_owned()))
                .force_path_style(self.s3_use_path_style);
            if let Some(endpoint) = &self.endpoints.s3 {
                config = config.endpoint_url(endpoint);
            }
            aws_sdk_s3::Client::from_conf(config.build())
        };
        clients.entry(region.to_owned()).or_insert_with(make).clone()
    }

    /// AWS Global Accelerator.
    pub(crate) fn global_accelerator(&self) -> &aws_sdk_globalaccelerator::Client {
        &self.global_accelerator
    }

    /// Region of what names no region of its own.
    pub(crate) fn region(&self) -> &str {
        self.sdk.region().map_or(FALLBACK_REGION, Region::as_ref)
    }

    /// Tags of a resource over those of the provider block.
    pub(crate) fn tags(&self, own: Option<&BTreeMap<String, String>>) -> BTreeMap<String, String> {
        let mut tags = self.default_tags.clone();
        tags.extend(own.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
        tags
    }
}
