//! Rules between the arguments of an accelerator, checked while values may be unknown.

use tfplugin::path::Field;
use tfplugin::prelude::*;

use super::model::{GlobalAccelerator, Listener, PortRange, blocks};
use crate::aws::check_tags;

/// A range of ports somewhere in the configuration.
struct Place {
    path: Field<PortRange>,
    protocol: Option<String>,
    range: PortRange,
}

pub(super) fn check(config: View<'_, GlobalAccelerator>, problems: &mut Problems) {
    let paths = GlobalAccelerator::paths();
    check_tags(config, &paths.tags, problems);
    let attributes = paths.attributes.fields();
    if config.get(&attributes.flow_logs_enabled) == Known::Value(true)
        && config.get(&attributes.flow_logs_s3_bucket) == Known::Null
    {
        problems.error(
            attributes.flow_logs_s3_bucket,
            "Flow logs without a bucket",
            "Set `flow_logs_s3_bucket` to the bucket that flow logs are written to.",
        );
    }
    let mut taken: Vec<Place> = Vec::new();
    for listener in blocks(config, &paths.listener) {
        check_ports(config, &listener, &mut taken, problems);
        check_groups(config, &listener, problems);
    }
}

fn check_ports(
    config: View<'_, GlobalAccelerator>,
    listener: &Field<Listener>,
    taken: &mut Vec<Place>,
    problems: &mut Problems,
) {
    let fields = listener.fields();
    let protocol = match config.get(&fields.protocol) {
        Known::Value(protocol) => Some(protocol),
        Known::Null => Some("TCP".to_owned()),
        Known::Unknown => None,
    };
    for path in blocks(config, &fields.port_range) {
        let Known::Value(range) = config.get(&path) else { continue };
        if range.from_port > range.to_port {
            problems.error(
                path.fields().to_port,
                "Ports the wrong way round",
                format!("from_port is {}, and to_port is only {}.", range.from_port, range.to_port),
            );
            continue;
        }
        let clash = taken
            .iter()
            .find(|place| protocol.is_some() && place.protocol == protocol && place.range.shared_ports(&range) > 0);
        if let Some(clash) = clash {
            problems.error(
                &path,
                "Ports taken twice",
                format!(
                    "{} takes ports {} to {} already, also with {}. AWS gives a port to one listener of a protocol.",
                    clash.path.path(),
                    clash.range.from_port,
                    clash.range.to_port,
                    protocol.as_deref().unwrap_or_default(),
                ),
            );
        }
        taken.push(Place { path, protocol: protocol.clone(), range });
    }
}

fn check_groups(config: View<'_, GlobalAccelerator>, listener: &Field<Listener>, problems: &mut Problems) {
    let mut regions: Vec<String> = Vec::new();
    for group in blocks(config, &listener.fields().endpoint_group) {
        let fields = group.fields();
        if let Known::Value(region) = config.get(&fields.region) {
            if regions.contains(&region) {
                problems.error(
                    fields.region,
                    "Two endpoint groups for one region",
                    format!("A listener has one endpoint group in each region. Put all endpoints of {region} into one group."),
                );
            }
            regions.push(region);
        }
        let mut ids: Vec<String> = Vec::new();
        for endpoint in blocks(config, &fields.endpoint) {
            let field = endpoint.fields().endpoint_id;
            let Known::Value(id) = config.get(&field) else { continue };
            if ids.contains(&id) {
                problems.error(field, "An endpoint twice in a group", format!("{id} is in the group already."));
            }
            ids.push(id);
        }
    }
}
