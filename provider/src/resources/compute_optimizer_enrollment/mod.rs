//! `parapet_compute_optimizer_enrollment`

use std::time::Duration;

use aws_sdk_computeoptimizer::Client;
use aws_sdk_computeoptimizer::operation::get_enrollment_status::GetEnrollmentStatusOutput;
use aws_sdk_computeoptimizer::types::Status;
use tfplugin::prelude::*;

use crate::aws::{Aws, AwsResult, Deadline, Look, Progress, Timeouts, needing, until};
use crate::provider::Clients;

/// Longest time for an enrolment, unless the configuration says otherwise: it creates a service-linked role first.
const TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// What reading and changing an enrolment needs.
const PERMISSIONS: &str = "compute-optimizer:GetEnrollmentStatus, compute-optimizer:UpdateEnrollmentStatus, sts:GetCallerIdentity, \
     iam:CreateServiceLinkedRole (for compute-optimizer.amazonaws.com), and with `include_member_accounts` those of the management \
     account: organizations:ListAccounts, organizations:DescribeOrganization and organizations:EnableAWSServiceAccess";

/// Enrols an account with AWS Compute Optimizer, which then looks at metrics and recommends what is large enough. It costs nothing.
///
/// The enrolment is of the account as a whole: there is one of these resources in an account. Destroying it opts the account out, unless
/// `keep_on_destroy` is set: AWS then deletes the recommendations it has.
#[derive(Clone, Debug, Model)]
#[model(name = "compute_optimizer_enrollment")]
pub(crate) struct ComputeOptimizerEnrollment {
    /// Account that the credentials belong to; import by it.
    #[attr(key, keep)]
    pub(crate) account_id: Computed<String>,
    /// `Active`: the account is enrolled. `Inactive`: it is not.
    #[attr(default = "Active", validate = one_of(&["Active", "Inactive"]))]
    pub(crate) status: String,
    /// Whether the accounts of the organization are enrolled as well; for its management account. Taking it back leaves those
    /// enrolled that are: each account opts out for itself.
    #[attr(default = false)]
    pub(crate) include_member_accounts: bool,
    /// Leaves the account enrolled when the resource is destroyed.
    #[attr(default = false)]
    pub(crate) keep_on_destroy: bool,
    /// Accounts of the organization that are enrolled; null for an account that manages none.
    pub(crate) number_of_member_accounts_opted_in: Computed<i64>,
    /// When the enrolment last changed, as in RFC 3339; null when it never did.
    pub(crate) last_updated: Computed<String>,
    /// How long operations may take. 10 minutes when left out.
    #[attr(block)]
    pub(crate) timeouts: Option<Timeouts>,
}

impl ComputeOptimizerEnrollment {
    fn client(aws: &Aws) -> Client {
        aws.computeoptimizer(aws.region())
    }

    /// Asks for the status, and waits until it is reached.
    async fn enrol(mut self, cx: &Context<Clients>, deadline: Deadline) -> Result<Self> {
        let aws = cx.aws().await?;
        self.account_id = aws.account().await?.id.clone().into();
        let client = Self::client(aws);
        let doing = "changing the enrolment with Compute Optimizer";
        let request = client
            .update_enrollment_status()
            .status(self.status.as_str().into())
            .include_member_accounts(self.include_member_accounts);
        needing(request.send().await.doing(doing), PERMISSIONS).map_err(|error| self.explained(error))?;
        let found = settled(cx, &client, deadline).await?;
        let reached = found.status().map_or("", Status::as_str);
        if reached != self.status {
            let reason = found.status_reason().unwrap_or("AWS gives no reason");
            return Err(Error::new(format!("The enrolment with Compute Optimizer is {reached}, not {}", self.status))
                .detail(format!("{reason}. Apply again once that is mended."))
                .at(Self::paths().status));
        }
        if found.member_accounts_enrolled() && !self.include_member_accounts {
            cx.warn(
                Diagnostic::warning("Member accounts stay enrolled with Compute Optimizer")
                    .detail("The management account has enrolled them. Each account opts out for itself.")
                    .at(Self::paths().include_member_accounts),
            );
        }
        self.observe(&found);
        Ok(self)
    }

    /// Only the management account of an organization enrols others.
    fn explained(&self, error: Error) -> Error {
        let of_members = |problem: &Diagnostic| {
            self.include_member_accounts
                && (problem.detail.contains("management account") || problem.detail.contains("organization"))
        };
        if error.diagnostics().iter().any(of_members) { error.at(Self::paths().include_member_accounts) } else { error }
    }

    fn observe(&mut self, found: &GetEnrollmentStatusOutput) {
        self.number_of_member_accounts_opted_in = found.number_of_member_accounts_opted_in().map(i64::from).into();
        let updated = found.last_updated_timestamp().and_then(|at| jiff::Timestamp::from_second(at.secs()).ok());
        self.last_updated = updated.map(|at| at.to_string()).into();
    }
}

/// The enrolment once nothing is pending any more.
async fn settled(cx: &Context<Clients>, client: &Client, deadline: Deadline) -> Result<GetEnrollmentStatusOutput> {
    until(cx, deadline, "Compute Optimizer to enrol the account", || async {
        let found = client.get_enrollment_status().send().await.look("reading the enrolment with Compute Optimizer")?;
        Ok(match found.status() {
            Some(Status::Pending) => Progress::Waiting(Status::Pending.as_str().to_owned()),
            _ => Progress::Done(found),
        })
    })
    .await
}

impl Resource for ComputeOptimizerEnrollment {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        if config.get(&paths.status) == Known::Value("Inactive".to_owned())
            && config.get(&paths.include_member_accounts) == Known::Value(true)
        {
            problems.error(
                paths.include_member_accounts,
                "Members of nothing",
                "An account that is not enrolled enrols no others. Set `status = \"Active\"`, or leave `include_member_accounts` out.",
            );
        }
    }

    async fn create(cx: &Context<Clients>, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        let deadline = Deadline::of(plan.timeouts.as_ref().and_then(|it| it.create.as_ref()), TIMEOUT)?;
        plan.enrol(cx, deadline).await
    }

    async fn read(cx: &Context<Clients>, key: &Key<Self>, prior: Option<&Self>) -> Result<Option<Self>> {
        let aws = cx.aws().await?;
        let account = aws.account().await?;
        if account.id != key.account_id {
            return Err(Error::new("The enrolment of another account")
                .detail(format!("This is of account {}, and the credentials belong to {}.", key.account_id, account.id))
                .at(Self::paths().account_id));
        }
        let answer = Self::client(aws).get_enrollment_status().send().await;
        let found = needing(answer.doing("reading the enrolment with Compute Optimizer"), PERMISSIONS)?;
        let mut observed = Self {
            account_id: account.id.clone().into(),
            status: found.status().map_or("Inactive", Status::as_str).to_owned(),
            include_member_accounts: found.member_accounts_enrolled(),
            keep_on_destroy: prior.is_some_and(|prior| prior.keep_on_destroy),
            number_of_member_accounts_opted_in: Computed::Null,
            last_updated: Computed::Null,
            timeouts: prior.and_then(|prior| prior.timeouts.clone()),
        };
        observed.observe(&found);
        Ok(Some(observed))
    }

    async fn update(cx: &Context<Clients>, prior: Self, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        let deadline = Deadline::of(plan.timeouts.as_ref().and_then(|it| it.update.as_ref()), TIMEOUT)?;
        if (&plan.status, plan.include_member_accounts) == (&prior.status, prior.include_member_accounts) {
            let aws = cx.aws().await?;
            let mut plan = plan;
            plan.observe(&settled(cx, &Self::client(aws), deadline).await?);
            return Ok(plan);
        }
        plan.enrol(cx, deadline).await
    }

    async fn delete(cx: &Context<Clients>, prior: Self) -> Result<()> {
        if prior.keep_on_destroy || prior.status == "Inactive" {
            return Ok(());
        }
        let aws = cx.aws().await?;
        let request = Self::client(aws).update_enrollment_status().status(Status::Inactive);
        needing(request.send().await.doing("opting the account out of Compute Optimizer"), PERMISSIONS)?;
        Ok(())
    }
}
