//! The provider block, and everything the provider offers.

use parapet_pricing::Book;
use tfplugin::prelude::*;
use tfplugin::review::Change;
use tokio::sync::{Mutex, OnceCell};

use crate::aws::{AssumeRole, Aws, DefaultTags, Endpoints, Settings};
use crate::policy::{Judges, Review, ReviewSettings};
use crate::{actions, data_sources, functions, lists, price_book, resources};

/// The provider.
#[derive(Debug)]
pub struct Parapet;

/// Parapet judges infrastructure with Rego policies while Terraform plans it, and fails regions over.
///
/// Policies need no configuration. What speaks to AWS finds credentials as hashicorp/aws does: the arguments here, the environment,
/// shared files, container and instance roles.
#[derive(Debug, Model)]
pub struct Configuration {
    /// Region of what names no region of its own. From the environment or the profile when left out.
    pub(crate) region: Option<String>,
    /// Profile of the shared configuration files.
    pub(crate) profile: Option<String>,
    /// Access key id.
    #[attr(sensitive)]
    pub(crate) access_key: Option<String>,
    /// Secret access key.
    #[attr(sensitive)]
    pub(crate) secret_key: Option<String>,
    /// Session token.
    #[attr(sensitive)]
    pub(crate) token: Option<String>,
    /// Retries after a throttled or failed request. 8 when left out.
    #[attr(validate = range(0..=50))]
    pub(crate) max_retries: Option<i64>,
    /// `standard`, or `adaptive`, which also slows down where AWS throttles. `standard` when left out.
    #[attr(validate = one_of(&["standard", "adaptive"]))]
    pub(crate) retry_mode: Option<String>,
    /// Addresses buckets as a path, as local stand-ins for S3 need it.
    pub(crate) s3_use_path_style: Option<bool>,
    /// Role to assume before anything else.
    #[attr(block)]
    pub(crate) assume_role: Option<AssumeRole>,
    /// Other addresses for services.
    #[attr(block)]
    pub(crate) endpoints: Option<Endpoints>,
    /// How planned `parapet_*` resources are judged. Without the block, all packs judge and `medium` stops the plan.
    #[attr(block)]
    pub(crate) policy: Option<ReviewSettings>,
    /// Tags for everything the provider creates.
    #[attr(block)]
    pub(crate) default_tags: Option<DefaultTags>,
    /// Path of a price book (JSON). Its on-demand prices go before those of AWS; what it does not have is asked of AWS, and else taken
    /// from the reference book. Rules about cost see its prices too, in the place of those that `parapet.hcl` names.
    pub(crate) price_book: Option<String>,
}

/// What data sources and resources work with.
#[derive(Debug)]
pub struct Clients {
    settings: Settings,
    review: Review,
    price_book: Option<Book>,
    aws: OnceCell<Aws>,
    accelerators_made: Mutex<Vec<String>>,
}

impl Clients {
    /// AWS; credentials are looked for when it is first asked for.
    pub(crate) async fn aws(&self) -> Result<&Aws> {
        self.aws.get_or_try_init(|| Aws::connect(&self.settings)).await
    }

    /// On-demand prices that are known without AWS: the user's book over the reference book.
    pub(crate) fn prices(&self) -> &Book {
        self.price_book.as_ref().unwrap_or(Book::reference())
    }

    /// The same, where the provider block names a price book.
    pub(crate) fn price_book(&self) -> Option<&Book> {
        self.price_book.as_ref()
    }

    /// ARNs of the accelerators that this process has created; locked while one is.
    pub(crate) fn accelerators_made(&self) -> &Mutex<Vec<String>> {
        &self.accelerators_made
    }

    /// The policies that judge what is planned.
    pub(crate) fn judges(&self) -> Result<Judges> {
        self.review.judges()
    }
}

impl Provider for Parapet {
    type Config = Configuration;
    type Clients = Clients;
    const NAME: &'static str = "parapet";

    fn register(registry: &mut Registry<Clients>) {
        registry
            .listed::<resources::DatabaseReplica, lists::DatabaseReplicas>()
            .listed::<resources::Failover, lists::Failovers>()
            .listed::<resources::GlobalAccelerator, lists::GlobalAccelerators>()
            .listed::<resources::SpotNodeGroup, lists::SpotNodeGroups>()
            .resource::<resources::ComputeOptimizerEnrollment>()
            .resource::<resources::CostPolicy>()
            .resource::<resources::RolloutGate>()
            .data_source::<data_sources::PolicyCheck>()
            .data_source::<data_sources::AdmissionReview>()
            .data_source::<data_sources::CanaryAnalysis>()
            .data_source::<data_sources::CostRecommendations>()
            .data_source::<data_sources::CostEstimate>()
            .data_source::<data_sources::FailoverReadiness>()
            .data_source::<data_sources::SpotAdvice>()
            .action::<actions::FailoverDrill>()
            .action::<actions::FailoverAbort>()
            .function(functions::canary_verdict())
            .function(functions::findings())
            .function(functions::rego());
    }

    async fn configure(&self, _cx: &Context<()>, config: View<'_, Configuration>) -> Result<Clients> {
        let review = match config.get(&Configuration::paths().policy) {
            Known::Value(settings) => settings,
            Known::Null => ReviewSettings::default(),
            Known::Unknown => {
                return Err(Error::new("The policies must be known while planning").at(Configuration::paths().policy));
            }
        };
        let price_book = price_book::read(config)?;
        Ok(Clients {
            settings: Settings::read(config)?,
            review: Review::new(review, price_book.clone()),
            price_book,
            aws: OnceCell::new(),
            accelerators_made: Mutex::default(),
        })
    }

    fn review(clients: &Clients, change: Change<'_>) -> Vec<Diagnostic> {
        clients.review.judge(change)
    }
}
