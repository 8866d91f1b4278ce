//! `default_tags` of the AWS provider: part of the tags of every resource.

use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::structure::Block;

use super::eval::eval;
use super::provider;
use super::scope::{Instance, Scope};
use super::value::{Cause, Val};

/// `tags_all` of a resource: its tags, on top of those of its provider. Unknown for this cause when a key is.
pub(super) fn all(instance: &Rc<Instance>, block: &Block, tags: Option<&Val>, decided: &Cause) -> Val {
    let mut all = match defaults(instance, block) {
        Val::Null => BTreeMap::new(),
        Val::Map(tags) => (*tags).clone(),
        Val::Unknown(cause) | Val::Open(_, cause) => return Val::Unknown(cause),
        _ => return Val::Unknown(decided.clone()),
    };
    match tags {
        None | Some(Val::Null) => {}
        Some(Val::Map(tags)) => all.extend((**tags).clone()),
        Some(Val::Unknown(cause) | Val::Open(_, cause)) => return Val::Unknown(cause.clone()),
        Some(_) => return Val::Unknown(decided.clone()),
    }
    // The provider says nothing of the tags when one of them is unknown.
    match all.values().find_map(Val::cause) {
        Some(cause) => Val::Unknown(cause),
        None => {
            Val::map(all.into_iter().filter_map(|(key, value)| Some((key, Val::String(value.text().ok()?)))).collect())
        }
    }
}

fn defaults(instance: &Rc<Instance>, block: &Block) -> Val {
    let Some((within, provider)) = provider::of(instance, block, "aws") else { return Val::Null };
    let Some(tags) = provider.body.get_blocks("default_tags").next().and_then(|it| it.body.get_attribute("tags"))
    else {
        return Val::Null;
    };
    eval(&tags.value, &Scope::new(within)).unwrap_or_else(Val::unknown)
}
