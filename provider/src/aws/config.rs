//! The AWS part of the provider block. Names and meanings are those of hashicorp/aws.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_config::retry::{RetryConfig, RetryMode};
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_rds::config::{Credentials, SharedCredentialsProvider};
use tfplugin::prelude::*;

use crate::provider::Configuration;

/// Longest wait for a connection. A region that is down must be noticed soon.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// Longest wait for one answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
/// Region of requests that belong to no region, when none is set.
pub(super) const FALLBACK_REGION: &str = "us-east-1";

/// A role to assume before anything else.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct AssumeRole {
    /// ARN of the role.
    pub(crate) role_arn: String,
    /// Name of the session, shown in CloudTrail. `parapet` when left out.
    pub(crate) session_name: Option<String>,
    /// External id the role asks for.
    pub(crate) external_id: Option<String>,
    /// How long the session lasts, such as `1h`. One hour when left out.
    pub(crate) duration: Option<String>,
}

/// Other addresses for services: a VPC endpoint, or a local AWS for tests.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub struct Endpoints {
    /// AWS Budgets.
    pub(crate) budgets: Option<String>,
    /// Amazon CloudWatch.
    pub(crate) cloudwatch: Option<String>,
    /// AWS Compute Optimizer.
    pub(crate) computeoptimizer: Option<String>,
    /// AWS Cost Explorer.
    pub(crate) costexplorer: Option<String>,
    /// Amazon DynamoDB.
    pub(crate) dynamodb: Option<String>,
    /// Amazon EC2.
    pub(crate) ec2: Option<String>,
    /// Amazon EKS.
    pub(crate) eks: Option<String>,
    /// Elastic Load Balancing.
    pub(crate) elbv2: Option<String>,
    /// AWS Global Accelerator.
    pub(crate) globalaccelerator: Option<String>,
    /// AWS KMS.
    pub(crate) kms: Option<String>,
    /// AWS Price List.
    pub(crate) pricing: Option<String>,
    /// Amazon RDS.
    pub(crate) rds: Option<String>,
    /// Amazon S3.
    pub(crate) s3: Option<String>,
    /// AWS STS.
    pub(crate) sts: Option<String>,
}

/// Tags for everything the provider creates.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub struct DefaultTags {
    /// Tags; those of a resource win.
    pub(crate) tags: Option<BTreeMap<String, String>>,
}

/// What the provider block says about AWS, known and checked. Nothing is contacted before a resource asks for AWS: policies need no
/// account.
#[derive(Debug)]
pub(crate) struct Settings {
    profile: Option<String>,
    region: Option<String>,
    keys: Option<Credentials>,
    retry: RetryConfig,
    assume_role: Option<AssumeRole>,
    pub(super) endpoints: Endpoints,
    pub(super) s3_use_path_style: bool,
    pub(super) default_tags: BTreeMap<String, String>,
}

#[cfg(test)]
impl Settings {
    /// An AWS at other addresses.
    pub(crate) fn at(endpoints: Endpoints) -> Self {
        Self {
            profile: None,
            region: Some("eu-west-1".to_owned()),
            keys: Some(Credentials::new("a", "s", None, None, "test")),
            retry: RetryConfig::disabled(),
            assume_role: None,
            endpoints,
            s3_use_path_style: true,
            default_tags: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Reads the provider block. Values that are not known yet are an error: a client for nowhere helps nobody.
    pub(crate) fn read(config: View<'_, Configuration>) -> Result<Self> {
        let paths = Configuration::paths();
        let keys = match (known(config, &paths.access_key)?, known(config, &paths.secret_key)?) {
            (Some(key), Some(secret)) => {
                Some(Credentials::new(key, secret, known(config, &paths.token)?, None, "provider block"))
            }
            (None, None) => None,
            _ => return Err(Error::new("`access_key` and `secret_key` belong together").at(paths.secret_key)),
        };
        Ok(Self {
            profile: known(config, &paths.profile)?,
            region: known(config, &paths.region)?,
            keys,
            retry: retries(config)?,
            assume_role: known(config, &paths.assume_role)?,
            endpoints: known(config, &paths.endpoints)?.unwrap_or_default(),
            s3_use_path_style: known(config, &paths.s3_use_path_style)?.unwrap_or_default(),
            default_tags: known(config, &paths.default_tags)?.and_then(|default| default.tags).unwrap_or_default(),
        })
    }

    /// Finds credentials and region as the AWS CLI does.
    pub(super) async fn load(&self) -> Result<SdkConfig> {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build();
        let mut loader =
            aws_config::defaults(BehaviorVersion::latest()).retry_config(self.retry.clone()).timeout_config(timeouts);
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(keys) = &self.keys {
            loader = loader.credentials_provider(keys.clone());
        }
        let mut sdk = loader.load().await;
        if sdk.region().is_none() {
            sdk = sdk.into_builder().region(Region::new(FALLBACK_REGION)).build();
        }
        match &self.assume_role {
            Some(role) => assume(sdk, role, self.endpoints.sts.as_deref()).await,
            None => Ok(sdk),
        }
    }
}

fn known<T: tfplugin::model::FieldType>(
    config: View<'_, Configuration>,
    field: &tfplugin::path::Field<Option<T>>,
) -> Result<Option<T>>
where
    Option<T>: tfplugin::model::FieldType<Inner = T>,
{
    match config.get(field) {
        Known::Value(value) => Ok(Some(value)),
        Known::Null => Ok(None),
        Known::Unknown => Err(Error::new("The provider block depends on something that does not exist yet")
            .detail(format!(
                "{} is known only after apply. Give it a value that is known while planning.",
                field.path()
            ))
            .at(field)),
    }
}

fn retries(config: View<'_, Configuration>) -> Result<RetryConfig> {
    let paths = Configuration::paths();
    let mode = match known(config, &paths.retry_mode)?.as_deref() {
        Some("adaptive") => RetryMode::Adaptive,
        _ => RetryMode::Standard,
    };
    // A retry is an attempt after the first. Throttled control planes take more than the SDK's two.
    let retries = known(config, &paths.max_retries)?.unwrap_or(8);
    let attempts = u32::try_from(retries).unwrap_or_default().saturating_add(1);
    let base = if mode == RetryMode::Adaptive { RetryConfig::adaptive() } else { RetryConfig::standard() };
    Ok(base.with_max_attempts(attempts).with_max_backoff(Duration::from_secs(10)))
}

async fn assume(sdk: SdkConfig, role: &AssumeRole, endpoint: Option<&str>) -> Result<SdkConfig> {
    let mut base = sdk.clone().into_builder();
    if let Some(endpoint) = endpoint {
        base = base.endpoint_url(endpoint);
    }
    let mut provider = AssumeRoleProvider::builder(&role.role_arn)
        .session_name(role.session_name.as_deref().unwrap_or("parapet"))
        .configure(&base.build());
    if let Some(id) = &role.external_id {
        provider = provider.external_id(id);
    }
    if let Some(duration) = &role.duration {
        provider = provider.session_length(crate::duration::parse(duration)?);
    }
    let credentials = SharedCredentialsProvider::new(provider.build().await);
    Ok(sdk.into_builder().credentials_provider(credentials).build())
}
