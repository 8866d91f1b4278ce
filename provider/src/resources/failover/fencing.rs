//! Fencing: the old writer is kept from writing before a new one is opened.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_globalaccelerator::types::{EndpointConfiguration, EndpointDescription, EndpointIdentifier, Tag};
use serde::{Deserialize, Serialize};
use tfplugin::prelude::*;

use super::database::{self, Database, Seen};
use super::model::{Failover, Site};
use super::traffic;
use crate::aws::{Aws, AwsResult, Deadline, FENCED, Progress, Setback, accepted, until, wanted_tags};

/// Name of the security group that lets nothing in.
const FENCE_GROUP: &str = "parapet-failover-fence";
/// Longest wait for a database to take another security group.
const FENCE_LIMIT: Duration = Duration::from_secs(10 * 60);
/// Longest value of a tag.
const LONGEST_TAG: usize = 256;

/// An endpoint that a fence has taken off the accelerator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedEndpoint {
    id: String,
    weight: Option<i32>,
    client_ip_preservation: Option<bool>,
}

impl SavedEndpoint {
    fn of(endpoint: &EndpointDescription) -> Option<Self> {
        Some(Self {
            id: endpoint.endpoint_id()?.to_owned(),
            weight: endpoint.weight(),
            client_ip_preservation: endpoint.client_ip_preservation_enabled(),
        })
    }

    fn configuration(&self) -> EndpointConfiguration {
        EndpointConfiguration::builder()
            .endpoint_id(&self.id)
            .set_weight(self.weight)
            .set_client_ip_preservation_enabled(self.client_ip_preservation)
            .build()
    }
}

/// What a fence takes away, recorded before it does: enough to take the fence down again, whatever happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fence {
    /// Endpoints of the accelerator.
    Endpoints(Vec<SavedEndpoint>),
    /// Security groups of the database.
    SecurityGroups(Vec<String>),
}

impl Fence {
    /// The fence that the configuration asks for, as it would be put up now. Changes nothing.
    pub(crate) async fn planned(aws: &Aws, plan: &Failover, old: &Site) -> Result<Option<Self>> {
        let impossible = |why: String| Error::new("The fence cannot be put up").detail(why);
        match plan.fencing_mode() {
            "remove_endpoints" => {
                let described = traffic::endpoint_group(aws, group_to_empty(old)?).await?;
                Ok(Some(Self::Endpoints(described.endpoints.iter().filter_map(SavedEndpoint::of).collect())))
            }
            "security_group" => match database::look(aws, old).await? {
                // An earlier run may have put it up already: then these groups are the fence, and those from before are noted.
                Seen::There(Database { fenced, .. }) if !fenced.is_empty() => Ok(Some(Self::SecurityGroups(fenced))),
                Seen::There(Database { security_groups, arn, .. }) if security_groups.is_empty() => {
                    Err(impossible(format!("AWS names no security group of {arn}, so that none could be given back.")))
                }
                Seen::There(database) => Ok(Some(Self::SecurityGroups(database.security_groups))),
                // What is not there needs no fence.
                Seen::Gone => Ok(None),
                Seen::Unreachable(why) => Err(impossible(why)),
            },
            _ => Ok(None),
        }
    }

    /// What it does, for evidence.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Endpoints(endpoints) => format!("{} endpoints removed from the accelerator", endpoints.len()),
            Self::SecurityGroups(groups) => {
                format!("nothing can connect to the database any more (before: {})", groups.join(", "))
            }
        }
    }

    /// Puts it up. Twice changes nothing more.
    pub(crate) async fn put_up<C>(&self, cx: &Context<C>, aws: &Aws, old: &Site) -> Result<()> {
        match self {
            Self::Endpoints(endpoints) => remove_endpoints(aws, old, endpoints).await,
            Self::SecurityGroups(groups) => Box::pin(isolate(cx, aws, old, groups)).await,
        }
    }

    /// Takes it down: the region is open again.
    pub(crate) async fn take_down<C>(&self, cx: &Context<C>, aws: &Aws, site: &Site) -> Result<()> {
        match self {
            Self::Endpoints(endpoints) => restore_endpoints(aws, site, endpoints).await,
            Self::SecurityGroups(groups) => {
                set_security_groups(cx, aws, site, groups.clone()).await?;
                tag_database(aws, site, None).await
            }
        }
    }
}

/// The endpoint group that a fence empties.
fn group_to_empty(old: &Site) -> Result<&str> {
    old.endpoint_group_arn.as_deref().ok_or_else(|| {
        Error::new("The fence cannot be put up").detail(format!(
            "Region {} names no `endpoint_group_arn` to remove endpoints from. Add it, or choose another fence.",
            old.name
        ))
    })
}

async fn remove_endpoints(aws: &Aws, old: &Site, endpoints: &[SavedEndpoint]) -> Result<()> {
    let group = group_to_empty(old)?;
    // The tag first: an apply in between must not put back what is about to go.
    set_fenced(aws, group, &old.name, true).await?;
    // An interrupted run may have removed some or all of them; AWS refuses to remove what is not there.
    let present = traffic::endpoint_group(aws, group).await?.endpoints;
    let is_present = |saved: &&SavedEndpoint| present.iter().any(|there| there.endpoint_id() == Some(&saved.id));
    let identifiers: Vec<EndpointIdentifier> = endpoints
        .iter()
        .filter(is_present)
        .filter_map(|endpoint| EndpointIdentifier::builder().endpoint_id(&endpoint.id).build().ok())
        .collect();
    if !identifiers.is_empty() {
        let request = aws.global_accelerator().remove_endpoints().endpoint_group_arn(group);
        let request = request.set_endpoint_identifiers(Some(identifiers));
        request.send().await.unless(&["EndpointNotFoundException"], "removing the old region's endpoints")?;
    }
    Ok(())
}

async fn restore_endpoints(aws: &Aws, site: &Site, endpoints: &[SavedEndpoint]) -> Result<()> {
    let Some(group) = &site.endpoint_group_arn else {
        // Saying nothing here would leave the fence up, and what it took away forgotten.
        return Err(Error::new("The fence cannot be taken down").detail(format!(
            "{} endpoints were taken off the accelerator, and the region {} names no `endpoint_group_arn` to put them back to.",
            endpoints.len(),
            site.name
        )));
    };
    let present = traffic::endpoint_group(aws, group).await?.endpoints;
    let is_missing = |saved: &&SavedEndpoint| !present.iter().any(|there| there.endpoint_id() == Some(&saved.id));
    let missing: Vec<EndpointConfiguration> =
        endpoints.iter().filter(is_missing).map(SavedEndpoint::configuration).collect();
    if !missing.is_empty() {
        let request = aws.global_accelerator().add_endpoints().endpoint_group_arn(group);
        request.set_endpoint_configurations(Some(missing)).send().await.doing("putting the endpoints back")?;
    }
    set_fenced(aws, group, &site.name, false).await
}

/// Marks a database as fenced, so that `parapet_database_replica` does not give it its security groups back, and notes those it had:
/// a run that is killed without a coordination record has no other memory.
async fn tag_database(aws: &Aws, site: &Site, fenced: Option<&[String]>) -> Result<()> {
    let Seen::There(database) = database::look(aws, site).await? else { return Ok(()) };
    let rds = aws.rds(&site.name);
    if let Some(groups) = fenced {
        let tag = aws_sdk_rds::types::Tag::builder().key(FENCED).value(noted(groups)).build();
        let request = rds.add_tags_to_resource().resource_name(&database.arn).tags(tag);
        request.send().await.doing("marking the old writer as fenced")?;
    } else {
        let request = rds.remove_tags_from_resource().resource_name(&database.arn).tag_keys(FENCED);
        request.send().await.doing("unmarking the old writer")?;
    }
    Ok(())
}

/// Adds a region to the tag, or takes it off.
async fn set_fenced(aws: &Aws, group: &str, region: &str, fenced: bool) -> Result<()> {
    let Some(accelerator) = traffic::accelerator_of(group) else { return Ok(()) };
    let client = aws.global_accelerator();
    let tags = client
        .list_tags_for_resource()
        .resource_arn(accelerator)
        .send()
        .await
        .doing("reading the accelerator's tags")?;
    let before =
        tags.tags().iter().find(|tag| tag.key() == FENCED).map(|tag| tag.value().to_owned()).unwrap_or_default();
    let after = with_region(&before, region, fenced);
    if after == before {
        return Ok(());
    }
    if after.is_empty() {
        client
            .untag_resource()
            .resource_arn(accelerator)
            .tag_keys(FENCED)
            .send()
            .await
            .doing("untagging the accelerator")?;
        return Ok(());
    }
    let tag = Tag::builder().key(FENCED).value(after).build()?;
    client.tag_resource().resource_arn(accelerator).tags(tag).send().await.doing("tagging the accelerator")?;
    Ok(())
}

/// A list of regions separated by spaces, with or without one of them.
fn with_region(list: &str, region: &str, present: bool) -> String {
    let mut regions: Vec<&str> = list.split_whitespace().filter(|known| *known != region).collect();
    if present {
        regions.push(region);
    }
    regions.join(" ")
}

/// Groups as a tag. More than fit are not noted: half of them would be worse than none.
fn noted(groups: &[String]) -> String {
    let text = groups.join(" ");
    if text.len() <= LONGEST_TAG { text } else { "fenced".to_owned() }
}

async fn isolate<C>(cx: &Context<C>, aws: &Aws, old: &Site, groups: &[String]) -> Result<()> {
    let database = match database::look(aws, old).await? {
        Seen::There(database) => database,
        Seen::Gone => return Ok(()),
        Seen::Unreachable(reason) => return Err(Error::new("The fence cannot be put up").detail(reason)),
    };
    let fence = Box::pin(fence_group(aws, old, &database)).await?;
    tag_database(aws, old, Some(groups)).await?;
    set_security_groups(cx, aws, old, vec![fence]).await
}

/// The security group that lets nothing in, made when there is none.
async fn fence_group(aws: &Aws, old: &Site, database: &Database) -> Result<String> {
    use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
    let vpc = database.vpc_id.as_deref().ok_or_else(|| {
        Error::new("The fence cannot be put up").detail(format!("AWS does not say which VPC {} is in.", database.arn))
    })?;
    let ec2 = aws.ec2(&old.name);
    let filter = |name: &str, value: &str| Filter::builder().name(name).values(value).build();
    let found = ec2
        .describe_security_groups()
        .filters(filter("vpc-id", vpc))
        .filters(filter("group-name", FENCE_GROUP))
        .send()
        .await;
    let found = found.doing("looking for the fence")?;
    if let Some(group) = found.security_groups().first() {
        if !group.ip_permissions().is_empty() {
            return Err(Error::new("The fence has a hole").detail(format!(
                "Security group {} must let nothing in, but has ingress rules. Remove them.",
                group.group_id().unwrap_or(FENCE_GROUP)
            )));
        }
        return Ok(group.group_id().unwrap_or_default().to_owned());
    }
    let made = ec2
        .create_security_group()
        .group_name(FENCE_GROUP)
        .vpc_id(vpc)
        .description("Lets nothing in: fences a database after a failover");
    let tags = wanted_tags(aws, None);
    let made = if tags.is_empty() {
        made
    } else {
        let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
        let specification = TagSpecification::builder().resource_type(ResourceType::SecurityGroup);
        made.tag_specifications(specification.set_tags(Some(tags)).build())
    };
    let made = made.send().await.doing("creating the fence")?;
    made.group_id.ok_or_else(|| Error::new("AWS made a security group without an id"))
}

async fn set_security_groups<C>(cx: &Context<C>, aws: &Aws, site: &Site, groups: Vec<String>) -> Result<()> {
    if database::look(aws, site).await?.there().is_some_and(|database| same(&database.security_groups, &groups)) {
        return Ok(());
    }
    let rds = aws.rds(&site.name);
    let deadline = Deadline::after(FENCE_LIMIT);
    let doing = "changing the security groups of the old writer";
    // A backup, or a change made a moment ago, keeps it busy.
    let busy = |code: &str, _: &str| code.starts_with("InvalidDBInstanceState") || code == "InvalidDBClusterStateFault";
    let ready = format!("the database in {} to be ready for other security groups", site.name);
    if let Some(identifier) = &site.db_instance_identifier {
        let request = rds.modify_db_instance().db_instance_identifier(identifier).apply_immediately(true);
        let request = request.set_vpc_security_group_ids(Some(groups.clone()));
        accepted(cx, deadline, &ready, busy, || request.clone().send()).await?.doing(doing)?;
    } else if let Some(arn) = &site.db_cluster_arn {
        let request = rds.modify_db_cluster().db_cluster_identifier(arn).apply_immediately(true);
        let request = request.set_vpc_security_group_ids(Some(groups.clone()));
        accepted(cx, deadline, &ready, busy, || request.clone().send()).await?.doing(doing)?;
    }
    let look = || async {
        match database::look(aws, site).await.map_err(|error| Setback::Transient(super::checks::reason(&error)))? {
            Seen::There(database) if same(&database.security_groups, &groups) => Ok(Progress::Done(())),
            Seen::There(database) => Ok(Progress::Waiting(database.security_groups.join(", "))),
            Seen::Gone => Ok(Progress::Done(())),
            Seen::Unreachable(reason) => Err(Setback::Transient(reason)),
        }
    };
    until(cx, deadline, "the old writer to take its security groups", look).await
}

/// AWS names groups in any order.
fn same(a: &[String], b: &[String]) -> bool {
    a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>()
}

#[cfg(test)]
mod tests {
    use super::super::model::Fencing;
    use super::*;
    use crate::aws::{Endpoints, Settings};

    #[test]
    fn regions_are_listed_once() {
        assert_eq!(with_region("", "a", true), "a");
        assert_eq!(with_region("a b", "a", true), "b a");
        assert_eq!(with_region("a b", "a", false), "b");
        assert_eq!(with_region("a", "a", false), "");
    }

    #[test]
    fn groups_are_compared_in_any_order_and_noted_as_far_as_they_fit() {
        let groups = |count: usize| (0..count).map(|at| format!("sg-{at:017}")).collect::<Vec<_>>();
        let mut reversed = groups(3);
        reversed.reverse();
        assert!(same(&groups(3), &reversed) && !same(&groups(3), &groups(2)));
        assert_eq!(noted(&groups(2)), "sg-00000000000000000 sg-00000000000000001");
        assert_eq!((noted(&groups(12)).len(), noted(&groups(13)).as_str()), (251, "fenced"));
    }

    #[tokio::test]
    async fn a_fence_without_an_endpoint_group_is_an_error_in_both_directions() {
        let nowhere = || Some("http://127.0.0.1:1".to_owned());
        let endpoints = Endpoints { globalaccelerator: nowhere(), rds: nowhere(), ..Endpoints::default() };
        let aws = Aws::connect(&Settings::at(endpoints)).await.unwrap();
        let site = Site {
            name: "eu-west-1".to_owned(),
            db_instance_identifier: Some("orders".to_owned()),
            db_cluster_arn: None,
            endpoint_group_arn: None,
        };
        let plan = Failover {
            fencing: Some(Fencing { mode: "remove_endpoints".to_owned(), required: true }),
            ..Failover::imported("orders")
        };
        let saved = [SavedEndpoint { id: "a".to_owned(), weight: None, client_ip_preservation: None }];
        let summary = |error: Error| error.diagnostics()[0].summary.clone();
        let up = "The fence cannot be put up";
        assert_eq!(summary(Fence::planned(&aws, &plan, &site).await.unwrap_err()), up);
        assert_eq!(summary(remove_endpoints(&aws, &site, &saved).await.unwrap_err()), up);
        let down = restore_endpoints(&aws, &site, &saved).await.unwrap_err();
        assert_eq!(summary(down), "The fence cannot be taken down");
    }
}
