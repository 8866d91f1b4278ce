//! From the resources of a plan to those that are priced.

use parapet_pricing::estimate::{Planned, links_of};

use crate::error::InputError;
use crate::input::{ListedResource, Plan};

/// Every managed resource of a plan, a configuration or a state as [`parapet_pricing::estimate::estimate`] takes it, in the order
/// of the plan; then the modules that could not be read, of which nobody knows what they cost.
///
/// # Errors
/// Values that cannot be read.
pub fn priced(plan: &Plan) -> Result<Vec<Planned>, InputError> {
    let with_links = |listed: ListedResource| {
        let links = links_of(&listed.kind).iter().map(|attribute| {
            let behind = plan.references(&listed, attribute);
            ((*attribute).to_owned(), behind)
        });
        Planned {
            links: links.collect(),
            unknown: listed.unknown.iter().map(|it| it.path.to_string()).collect(),
            causes: listed.unknown.into_iter().filter_map(|it| Some((it.path.to_string(), it.cause?))).collect(),
            address: listed.address,
            module: listed.module,
            kind: listed.kind,
            name: listed.name,
            actions: listed.actions,
            before: listed.before,
            after: listed.after,
            region: listed.region,
        }
    };
    let calls = plan.unread_module_calls()?;
    Ok(plan.resources()?.into_iter().chain(calls).map(with_links).collect())
}
