//! Clients, made when first asked for.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use aws_config::{Region, SdkConfig};

use super::AwsResult;
use super::config::{Endpoints, FALLBACK_REGION, Settings};
use tfplugin::diagnostics::{Error, Result};
use tokio::sync::OnceCell;

/// Region of the Global Accelerator API, which is global.
const GLOBAL_ACCELERATOR_REGION: &str = "us-west-2";

/// Region of the Cost Explorer API, which is global: the partition's own.
fn cost_explorer_region(sdk: &SdkConfig) -> &'static str {
    let in_china = sdk.region().is_some_and(|it| it.as_ref().starts_with("cn-"));
    if in_china { "cn-northwest-1" } else { "us-east-1" }
}

/// AWS as the provider block reaches it.
#[derive(Debug)]
pub(crate) struct Aws {
    sdk: SdkConfig,
    endpoints: Endpoints,
    s3_use_path_style: bool,
    default_tags: BTreeMap<String, String>,
    account: OnceCell<Account>,
    budgets: PerRegion<aws_sdk_budgets::Client>,
    cloudwatch: PerRegion<aws_sdk_cloudwatch::Client>,
    computeoptimizer: PerRegion<aws_sdk_computeoptimizer::Client>,
    dynamodb: PerRegion<aws_sdk_dynamodb::Client>,
    ec2: PerRegion<aws_sdk_ec2::Client>,
    eks: PerRegion<aws_sdk_eks::Client>,
    elbv2: PerRegion<aws_sdk_elasticloadbalancingv2::Client>,
    kms: PerRegion<aws_sdk_kms::Client>,
    pricing: PerRegion<aws_sdk_pricing::Client>,
    rds: PerRegion<aws_sdk_rds::Client>,
    s3: PerRegion<aws_sdk_s3::Client>,
    sts: PerRegion<aws_sdk_sts::Client>,
    cost_explorer: aws_sdk_costexplorer::Client,
    global_accelerator: aws_sdk_globalaccelerator::Client,
}

/// An account of AWS.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// Twelve digits.
    pub(crate) id: String,
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub(crate) partition: String,
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
        let costs = Region::new(cost_explorer_region(&sdk));
        let mut costs = aws_sdk_costexplorer::config::Builder::from(&sdk).region(costs);
        if let Some(endpoint) = &settings.endpoints.costexplorer {
            costs = costs.endpoint_url(endpoint);
        }
        Ok(Self {
            cost_explorer: aws_sdk_costexplorer::Client::from_conf(costs.build()),
            global_accelerator: aws_sdk_globalaccelerator::Client::from_conf(accelerator.build()),
            sdk,
            endpoints: settings.endpoints.clone(),
            s3_use_path_style: settings.s3_use_path_style,
            default_tags: settings.default_tags.clone(),
            account: OnceCell::new(),
            budgets: PerRegion::default(),
            cloudwatch: PerRegion::default(),
            computeoptimizer: PerRegion::default(),
            dynamodb: PerRegion::default(),
            ec2: PerRegion::default(),
            eks: PerRegion::default(),
            elbv2: PerRegion::default(),
            kms: PerRegion::default(),
            pricing: PerRegion::default(),
            rds: PerRegion::default(),
            s3: PerRegion::default(),
            sts: PerRegion::default(),
        })
    }

    client!(
        /// AWS Budgets, which is global: any region does.
        budgets, aws_sdk_budgets
    );
    client!(
        /// Amazon CloudWatch.
        cloudwatch, aws_sdk_cloudwatch
    );
    client!(
        /// AWS Compute Optimizer.
        computeoptimizer, aws_sdk_computeoptimizer
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

    client!(
        /// AWS STS.
        sts, aws_sdk_sts
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

    /// AWS Cost Explorer.
    pub(crate) fn cost_explorer(&self) -> &aws_sdk_costexplorer::Client {
        &self.cost_explorer
    }

    /// AWS Global Accelerator.
    pub(crate) fn global_accelerator(&self) -> &aws_sdk_globalaccelerator::Client {
        &self.global_accelerator
    }

    /// The account that the credentials belong to; asked for once.
    pub(crate) async fn account(&self) -> Result<&Account> {
        self.account
            .get_or_try_init(|| async {
                let caller = self.sts(self.region()).get_caller_identity().send().await;
                let caller = caller.doing("asking AWS STS for the account of the credentials")?;
                let partition = caller.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws").to_owned();
                let id = caller.account.ok_or_else(|| Error::new("AWS STS names no account for the credentials"))?;
                Ok(Account { id, partition })
            })
            .await
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
