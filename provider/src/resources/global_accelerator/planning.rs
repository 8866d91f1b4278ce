//! Planning: ARNs follow the listener and the region they belong to.

use tfplugin::path::Field;
use tfplugin::prelude::*;

use super::model::{EndpointGroup, GlobalAccelerator, Listener, blocks};
use super::pairing::{Identity, pair};

/// Plans the ARN of every listener and endpoint group: known where it exists already, else unknown. Terraform carries computed values
/// along by position, which is wrong as soon as one listener or group more or less is in front.
pub(super) fn keep_arns(plan: &mut Plan<'_, GlobalAccelerator>) {
    let paths = GlobalAccelerator::paths();
    let before = plan.prior().get(&paths.listener).value().unwrap_or_default();
    let listeners: Vec<Field<Listener>> = blocks(plan.config(), &paths.listener);
    let wanted: Vec<_> = listeners.iter().map(|listener| identity(plan, listener)).collect();
    let identities: Vec<_> = before.iter().map(Identity::of).collect();
    for (listener, pair) in listeners.iter().zip(pair(&identities, &wanted)) {
        let old = pair.and_then(|position| before.get(position));
        let fields = listener.fields();
        plan_arn(plan, &fields.arn, old.map(|old| &old.arn));
        for group in blocks(plan.config(), &fields.endpoint_group) {
            let fields = group.fields();
            let region = plan.get(&fields.region).value();
            let same_region = |group: &&EndpointGroup| Some(&group.region) == region.as_ref();
            let old = old.and_then(|old| old.endpoint_group.iter().find(same_region));
            plan_arn(plan, &fields.arn, old.map(|old| &old.arn));
        }
    }
}

fn plan_arn(plan: &mut Plan<'_, GlobalAccelerator>, field: &Field<Computed<String>>, old: Option<&Computed<String>>) {
    match old.and_then(Computed::known) {
        Some(arn) => plan.set(field, arn.clone()),
        None => plan.set_unknown(field),
    }
}

fn identity(plan: &Plan<'_, GlobalAccelerator>, listener: &Field<Listener>) -> Option<Identity> {
    let fields = listener.fields();
    let (protocol, ranges) = (plan.get(&fields.protocol).value()?, plan.get(&fields.port_range).value()?);
    Some(Identity::new(&protocol, ranges))
}
