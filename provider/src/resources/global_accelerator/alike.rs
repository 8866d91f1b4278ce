//! Listeners that differ from those of the state in their order alone, or in a dial that only a new group gets: as right after an import,
//! which knows no order but its own.
//!
//! The plan keeps the order of the configuration all the same, because other resources refer to listeners and groups by their place.

use tfplugin::prelude::*;

use super::model::{EndpointGroup, GlobalAccelerator, Listener};

/// Says that nothing will be asked of AWS where that is so, and plans what then stays as it is.
pub(super) fn tell(cx: &Context<crate::provider::Clients>, plan: &mut Plan<'_, GlobalAccelerator>) {
    let paths = GlobalAccelerator::paths();
    let field = &paths.listener;
    let (Known::Value(before), Known::Value(wanted)) = (plan.prior().get(field), plan.get(field)) else { return };
    let changes_more = plan.is_changed(&paths.name)
        || plan.is_changed(&paths.enabled)
        || plan.is_changed(&paths.ip_address_type)
        || plan.is_changed(&paths.tags_all)
        || plan.is_changed(&paths.attributes);
    if changes_more || before == wanted || sorted(&before) != sorted(&wanted) {
        return;
    }
    // An apply waits until nothing is in progress.
    if plan.prior().get(&paths.status) == Known::Value("DEPLOYED".to_owned()) {
        plan.set(&paths.status, "DEPLOYED".to_owned());
    }
    cx.warn(
        Diagnostic::warning("Nothing of the accelerator changes at AWS")
            .detail(
                "Listeners and endpoint groups are those of the state, in another order or with another initial dial. AWS keeps no order, \
                 and a dial is not written again: an apply brings the state into the order of the configuration.",
            )
            .at(field),
    );
}

/// Listeners in an order of their own, without the dials that only a new group gets.
fn sorted(listeners: &[Listener]) -> Vec<Listener> {
    let group = |group: &EndpointGroup| {
        let mut group = EndpointGroup { initial_traffic_dial_percentage: 0.0, ..group.clone() };
        group.endpoint.sort_by(|a, b| a.endpoint_id.cmp(&b.endpoint_id));
        group
    };
    let listener = |listener: &Listener| {
        let mut groups: Vec<EndpointGroup> = listener.endpoint_group.iter().map(group).collect();
        groups.sort_by(|a, b| a.region.cmp(&b.region));
        let mut ranges = listener.port_range.clone();
        ranges.sort_unstable();
        Listener { endpoint_group: groups, port_range: ranges, ..listener.clone() }
    };
    let mut listeners: Vec<Listener> = listeners.iter().map(listener).collect();
    listeners.sort_by(|a, b| (&a.protocol, &a.port_range).cmp(&(&b.protocol, &b.port_range)));
    listeners
}
