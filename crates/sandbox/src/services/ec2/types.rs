//! The instance types of a region, and where in it they are offered.

use super::{Facts, Kind, Result, cut, filters, invalid, wildcard, write_token};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;

/// The form with which moto applies the filters that are not known here; `None` when there are none.
pub(super) fn for_moto(params: &Params) -> Option<String> {
    let known = |name: &str| Kind::default().filtered_by(name).is_some();
    let others: Vec<_> = filters(params).into_iter().filter(|(name, _)| !known(name)).collect();
    if others.is_empty() {
        return None;
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "DescribeInstanceTypes").append_pair("Version", "2016-11-15");
    for (number, (name, values)) in (1..).zip(others) {
        form.append_pair(&format!("Filter.{number}.Name"), &name);
        for (index, value) in (1..).zip(values) {
            form.append_pair(&format!("Filter.{number}.Value.{index}"), &value);
        }
    }
    Some(form.finish())
}

pub(super) fn describe(call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let named = params.texts("InstanceType");
    let mut kinds = facts.offered(&call.region);
    if named.len() > 100 {
        return Err(invalid("You can specify at most 100 instance types."));
    }
    let missing: Vec<&str> =
        named.iter().filter(|name| !kinds.iter().any(|kind| kind.name == **name)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(ApiError::new(
            "InvalidInstanceType",
            format!("The following supplied instance types do not exist: [{}]", missing.join(", ")),
        ));
    }
    kinds.retain(|kind| named.is_empty() || named.contains(&kind.name));
    if let Some(names) = &facts.filtered {
        kinds.retain(|kind| names.contains(&kind.name));
    }
    for (name, values) in filters(params) {
        if Kind::default().filtered_by(&name).is_none() {
            if facts.filtered.is_some() {
                continue;
            }
            return Err(invalid(format!("The filter '{name}' is invalid")));
        }
        let any = |text: &String| values.iter().any(|pattern| wildcard(pattern, text));
        kinds.retain(|kind| kind.filtered_by(&name).is_some_and(|texts| texts.iter().any(any)));
    }
    let (kinds, token) = cut(params, (5, 100, 100), kinds)?;
    let mut xml = Xml::default();
    xml.list("instanceTypeSet", "item", kinds, |item, kind| {
        item.append(&Xml::read(&kind.xml));
    });
    write_token(&mut xml, token);
    Ok(xml)
}

pub(super) fn offerings(call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let by = params.text("LocationType").unwrap_or_else(|| "region".to_owned());
    let Some(region) = facts.region(&call.region) else { return Ok(Xml::default()) };
    let zones = &region.zones;
    let mut found: Vec<(&str, &str)> = match by.as_str() {
        "region" => facts.offered(&call.region).iter().map(|kind| (kind.name.as_str(), call.region.as_str())).collect(),
        "availability-zone" | "availability-zone-id" => {
            let shown = |zone: &'_ String| match by.as_str() {
                "availability-zone" => zones.get_key_value(zone).map(|(name, _)| name.as_str()),
                _ => region.ids.get(zone).map(String::as_str),
            };
            let located = zones.iter().filter_map(|(zone, types)| Some((shown(zone)?, types)));
            located.flat_map(|(location, types)| types.iter().map(move |name| (name.as_str(), location))).collect()
        }
        other => {
            return Err(invalid(format!(
                "Value ({other}) for parameter LocationType is invalid: use region, availability-zone or availability-zone-id."
            )));
        }
    };
    for (name, values) in filters(params) {
        let any = |text: &str| values.iter().any(|pattern| wildcard(pattern, text));
        match name.as_str() {
            "instance-type" => found.retain(|(kind, _)| any(kind)),
            "location" => found.retain(|(_, location)| any(location)),
            other => return Err(invalid(format!("The filter '{other}' is invalid"))),
        }
    }
    let (found, token) = cut(params, (5, 1000, 1000), found)?;
    let mut xml = Xml::default();
    xml.list("instanceTypeOfferingSet", "item", found, |item, (kind, location)| {
        item.text("instanceType", kind).text("locationType", &by).text("location", location);
    });
    write_token(&mut xml, token);
    Ok(xml)
}
