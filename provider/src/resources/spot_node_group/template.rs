//! Launch templates: which one, in which version, and what EKS does not take in one.

use aws_sdk_ec2::types::ResponseLaunchTemplateData;
use aws_sdk_eks::types::{LaunchTemplateSpecification, Nodegroup};
use tfplugin::path::Path;
use tfplugin::prelude::*;

use super::model::{LaunchTemplate, SpotNodeGroup};
use crate::aws::{Aws, AwsResult};
use crate::provider::Clients;

/// EC2 has no such template, or not this version of it.
const NONE: &[&str] = &[
    "InvalidLaunchTemplateId.Malformed",
    "InvalidLaunchTemplateId.NotFound",
    "InvalidLaunchTemplateId.VersionNotFound",
    "InvalidLaunchTemplateName.NotFoundException",
];

/// Whether two name the same template, in whatever version: EKS gives a node group another version, and no other template.
pub(super) fn is_same(one: Option<&LaunchTemplate>, other: Option<&LaunchTemplate>) -> bool {
    let equal = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    match (one, other) {
        (None, None) => true,
        // After an import both are known.
        (Some(one), Some(other)) => equal(&one.id, &other.id) || equal(&one.name, &other.name),
        _ => false,
    }
}

/// Whether a plan names another template than the state; nothing when that is known only after apply.
pub(super) fn is_other(plan: &Plan<'_, SpotNodeGroup>) -> Option<bool> {
    let paths = SpotNodeGroup::paths();
    let (fields, prior) = (paths.launch_template.fields(), plan.prior().get(&paths.launch_template).value());
    if plan.get(&paths.launch_template) == Known::Null {
        return Some(prior.is_some());
    }
    // The version alone may be unknown: a template that is changed in the same run has it only then.
    let planned = LaunchTemplate {
        id: known(plan.get(&fields.id))?,
        name: known(plan.get(&fields.name))?,
        version: String::new(),
    };
    Some(!is_same(prior.as_ref(), Some(&planned)))
}

/// Something, nothing, or not yet known.
fn known(value: Known<String>) -> Option<Option<String>> {
    match value {
        Known::Unknown => None,
        Known::Null => Some(None),
        Known::Value(value) => Some(Some(value)),
    }
}

/// For EKS.
pub(super) fn specification(given: &LaunchTemplate) -> LaunchTemplateSpecification {
    LaunchTemplateSpecification::builder()
        .set_id(given.id.clone())
        .set_name(given.name.clone())
        .version(&given.version)
        .build()
}

/// The template of a node group, named as the state names it; by both id and name where that says nothing.
pub(super) fn observed(group: &Nodegroup, prior: Option<&LaunchTemplate>) -> Option<LaunchTemplate> {
    let has = group.launch_template()?;
    Some(LaunchTemplate {
        id: has.id().filter(|_| prior.is_none_or(|prior| prior.id.is_some())).map(str::to_owned),
        name: has.name().filter(|_| prior.is_none_or(|prior| prior.name.is_some())).map(str::to_owned),
        version: has.version().unwrap_or_default().to_owned(),
    })
}

/// Looks for what EKS refuses in a template that is new to the node group, as it takes minutes to say so. Whether the template has an
/// image of its own; nothing when it was not looked at.
pub(super) async fn check(cx: &Context<Clients>, aws: &Aws, plan: &Plan<'_, SpotNodeGroup>) -> Result<Option<bool>> {
    let paths = SpotNodeGroup::paths();
    let Known::Value(given) = plan.get(&paths.launch_template) else { return Ok(None) };
    if !plan.is_changed(&paths.launch_template) {
        return Ok(None);
    }
    let request = aws
        .ec2(aws.region())
        .describe_launch_template_versions()
        .set_launch_template_id(given.id.clone())
        .set_launch_template_name(given.name.clone().filter(|_| given.id.is_none()))
        .versions(&given.version);
    let doing = "reading the launch template (ec2:DescribeLaunchTemplateVersions)";
    let answer = match super::market::within(async { request.send().await.unless(NONE, doing) }).await {
        Ok(answer) => answer,
        Err(error) => {
            cx.warn(
                Diagnostic::warning("The launch template was not checked")
                    .detail(format!("EKS will check it. {}", super::market::said(&error)))
                    .at(&paths.launch_template),
            );
            return Ok(None);
        }
    };
    let versions = answer.as_ref().map(|answer| answer.launch_template_versions()).unwrap_or_default();
    let Some(data) = versions.first().and_then(|version| version.launch_template_data()) else {
        let name = given.id.or(given.name).unwrap_or_default();
        return Err(Error::new("There is no such launch template")
            .detail(format!("{} has no launch template {name} with version {}.", aws.region(), given.version))
            .at(&paths.launch_template));
    };
    let ami_type = plan.config().get(&paths.ami_type).value();
    match refused(data, ami_type.as_deref()) {
        Some((at, detail)) => Err(Error::new("EKS does not take this launch template").detail(detail).at(at)),
        None => Ok(Some(data.image_id().is_some())),
    }
}

/// What of a template EKS refuses: the API reference of `LaunchTemplateSpecification`, and of `CreateNodegroup` for what a node group says
/// itself.
pub(super) fn refused(data: &ResponseLaunchTemplateData, ami_type: Option<&str>) -> Option<(Path, String)> {
    let paths = SpotNodeGroup::paths();
    let template = || Path::from(&paths.launch_template);
    let subnet = data.network_interfaces().iter().any(|it| it.subnet_id().is_some());
    let hibernates = data.hibernation_options().and_then(|it| it.configured()).unwrap_or_default();
    for (has, what, instead) in [
        (data.instance_type().is_some(), "an instance type", "the types are chosen here, or named in `instance_types`"),
        (
            data.instance_requirements().is_some(),
            "instance requirements",
            "say what the types have to be in `instance_requirements` here",
        ),
        (subnet, "a subnet", "`subnet_ids` here has them"),
        (data.iam_instance_profile().is_some(), "an instance profile", "EKS makes one of `node_role_arn`"),
        (data.instance_market_options().is_some(), "a Spot market", "Parapet says how nodes are bought"),
        (hibernates, "hibernation", "EKS does not have it"),
    ] {
        if has {
            return Some((template(), format!("It names {what}: leave that out of the template, as {instead}.")));
        }
    }
    match (data.image_id(), ami_type) {
        (Some(image), Some(ami)) if ami != "CUSTOM" => Some((
            (&paths.ami_type).into(),
            format!("The template has an image of its own, {image}. Leave `ami_type` out, or the image."),
        )),
        (None, Some("CUSTOM")) => Some((
            (&paths.ami_type).into(),
            "`CUSTOM` is the image that a launch template names, and this one names none. Leave `ami_type` out."
                .to_owned(),
        )),
        _ => None,
    }
}
