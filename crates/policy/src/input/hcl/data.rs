//! Data sources: those that the source itself answers, and those that a plan cannot read yet.

use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;

use super::policy_document;
use super::provider;
use super::scope::{Instance, World};
use super::value::{Cause, Val};

/// Adds what needs no provider to the arguments of a data source.
pub(super) fn answer(instance: &Rc<Instance>, block: &Block, kind: &str, known: &mut BTreeMap<String, Val>) {
    let region = || match known.get("region") {
        Some(value) => value.text().ok().map(|text| text.to_string()),
        None => provider::region(instance, block, kind),
    };
    match kind {
        policy_document::KIND => {
            policy_document::add_json(known);
            // It waits for what its arguments wait for.
            if let (false, Some(cause)) = (known.contains_key("json"), known.values().find_map(reason)) {
                known.insert("json".to_owned(), Val::Unknown(cause));
            }
        }
        "aws_partition" => {
            let partition = region().and_then(|region| partition(&region));
            for (name, value) in partition.into_iter().flatten() {
                known.insert(name.to_owned(), Val::from(value));
            }
        }
        "aws_region" if !known.contains_key("name") => {
            if let Some(region) = region() {
                for name in ["id", "name", "region"] {
                    known.insert(name.to_owned(), Val::from(region.as_str()));
                }
            }
        }
        _ => {}
    }
}

/// Why an argument that is written is unknown.
fn reason(value: &Val) -> Option<Cause> {
    match value {
        Val::Unknown(cause) => Some(cause.clone()),
        Val::List(items) | Val::Set(items) => items.iter().find_map(reason),
        Val::Map(fields) | Val::Open(fields, _) => fields.values().find_map(reason),
        _ => None,
    }
}

/// What `data.aws_partition` says in a region, as botocore's `partitions.json` has it; none for regions of other partitions.
fn partition(region: &str) -> Option<[(&'static str, &'static str); 4]> {
    let parts: Vec<&str> = region.split('-').collect();
    let (name, dns, reverse) = match parts.as_slice() {
        ["us" | "eu" | "ap" | "sa" | "ca" | "me" | "af" | "il" | "mx", _, _] => {
            ("aws", "amazonaws.com", "com.amazonaws")
        }
        ["cn", _, _] => ("aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
        ["us", "gov", _, _] => ("aws-us-gov", "amazonaws.com", "com.amazonaws"),
        _ => return None,
    };
    Some([("id", name), ("partition", name), ("dns_suffix", dns), ("reverse_dns_prefix", reverse)])
}

/// Whether a plan that creates everything puts off reading a data source: when an argument waits for something that is created,
/// or when `depends_on` says so, its own or that of a call it stands behind.
pub(super) fn waits(instance: &Rc<Instance>, block: &Block, arguments: &Val) -> bool {
    if depends(block) || awaits(arguments, &instance.world) {
        return true;
    }
    let mut inner = instance.clone();
    while let Some((outer, call)) = inner.caller().map(|(outer, call)| (outer.clone(), depends(call))) {
        if call {
            return true;
        }
        inner = outer;
    }
    false
}

fn depends(block: &Block) -> bool {
    let Some(on) = block.body.get_attribute("depends_on") else { return false };
    matches!(&on.value, Expression::Array(items) if !items.is_empty())
}

fn awaits(value: &Val, world: &World) -> bool {
    match value {
        Val::Unknown(cause) => world.awaited.borrow().contains(cause),
        Val::List(items) | Val::Set(items) => items.iter().any(|item| awaits(item, world)),
        Val::Map(fields) | Val::Open(fields, _) => fields.values().any(|field| awaits(field, world)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_lies_in_one_partition() {
        let name = |region| partition(region).map(|fields| fields[0].1);
        assert_eq!(name("eu-west-1"), Some("aws"));
        assert_eq!(name("ap-southeast-4"), Some("aws"));
        assert_eq!(name("cn-north-1"), Some("aws-cn"));
        assert_eq!(name("us-gov-west-1"), Some("aws-us-gov"));
        assert_eq!(name("us-iso-east-1"), None);
        assert_eq!(name("eusc-de-east-1"), None);
        assert_eq!(name("somewhere"), None);
    }
}
