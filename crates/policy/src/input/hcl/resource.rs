//! Resources: their instances, and the values a plan would show of each.

use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::structure::{Block, Body, Structure};

use super::data;
use super::eval::{eval, eval_argument};
use super::expand::{self, Expansion, Key};
use super::module::Item;
use super::schema;
use super::scope::{Instance, Scope};
use super::tags;
use super::value::{Cause, Val};

/// Arguments and blocks of Terraform itself.
pub(super) const META: [&str; 7] =
    ["count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"];

/// All instances of a resource.
pub(super) struct Laid {
    pub(super) expansion: Expansion,
    pub(super) instances: Vec<One>,
}

/// One instance of a resource.
pub(super) struct One {
    pub(super) key: Option<Key>,
    pub(super) values: Val,
    /// A data source that a plan cannot read before something is created.
    pub(super) waits: bool,
}

impl One {
    /// Its address, `local` being the one within its module without the key.
    pub(super) fn address(&self, instance: &Instance, local: &str) -> String {
        let key = self.key.as_ref().map(ToString::to_string).unwrap_or_default();
        instance.address_of(&format!("{local}{key}"))
    }
}

impl Laid {
    /// What a reference to the resource means.
    pub(super) fn value(&self) -> Val {
        let all = || self.instances.iter().map(|one| one.values.clone());
        match &self.expansion {
            Expansion::Unknown(cause) => Val::Unknown(cause.clone()),
            Expansion::Single => all().next().unwrap_or(Val::Null),
            Expansion::Count(_) => Val::list(all().collect()),
            Expansion::Each(entries) => Val::map(entries.iter().map(|(key, _)| key.clone()).zip(all()).collect()),
        }
    }
}

/// Evaluates all instances of a resource.
pub(super) fn lay_out(instance: &Rc<Instance>, local: &str, item: &Item) -> Laid {
    let scope = Scope::new(instance);
    let expansion = expand::of(&item.block, &scope);
    let lay = |(key, value): (Option<Key>, Option<Val>)| {
        let suffix = key.as_ref().map(ToString::to_string).unwrap_or_default();
        let address = instance.address_of(&format!("{local}{suffix}"));
        let scope = scope.of_key(key.as_ref(), value.as_ref());
        let (values, waits) = if local.starts_with("data.") {
            read(&address, local, item, &scope)
        } else {
            (created(&address, local, item, &scope), false)
        };
        One { key, values, waits }
    };
    let instances = expansion.keys().into_iter().map(lay).collect();
    if let (Expansion::Unknown(cause), false) = (&expansion, local.starts_with("data.")) {
        instance.world.awaited.borrow_mut().insert(cause.clone());
    }
    Laid { expansion, instances }
}

/// Evaluates all instances of a module call: what it gives to a module that was not read. Where it is not known how often
/// it is there, it stands there once.
pub(super) fn lay_out_call(instance: &Rc<Instance>, call: &Block) -> Laid {
    let scope = Scope::new(instance);
    let expansion = expand::of(call, &scope);
    let one = |key: Option<Key>, scope: Scope| One { key, values: arguments(call, &scope), waits: false };
    let instances = match &expansion {
        Expansion::Unknown(cause) => vec![one(None, scope.of_any(cause))],
        known => {
            let keys = known.keys().into_iter();
            keys.map(|(key, value)| one(key.clone(), scope.of_key(key.as_ref(), value.as_ref()))).collect()
        }
    };
    Laid { expansion, instances }
}

/// The arguments of a module call, its `source` and `version` among them.
pub(super) fn arguments(call: &Block, scope: &Scope) -> Val {
    let is_argument = |name: &str| name != "providers" && !META.contains(&name);
    let attributes = call.body.attributes().filter(|attribute| is_argument(attribute.key.as_str()));
    Val::map(attributes.map(|attribute| (attribute.key.to_string(), eval_argument(&attribute.value, scope))).collect())
}

/// What a plan shows of a resource that it creates.
fn created(address: &str, local: &str, item: &Item, scope: &Scope) -> Val {
    let instance = &scope.instance;
    let cause = decided(address, "created");
    instance.world.awaited.borrow_mut().insert(cause.clone());
    let mut written = body(&item.block.body, scope, &cause, true);
    let Some(schema) = schema::of(kind(local)) else { return open(written, cause) };
    if schema.has_all_tags() {
        let all = tags::all(instance, &item.block, written.get("tags"), &cause);
        written.insert("tags_all".to_owned(), all);
    }
    schema.planned(written, &cause)
}

/// What is known of a data source, and whether a plan cannot read it yet.
fn read(address: &str, local: &str, item: &Item, scope: &Scope) -> (Val, bool) {
    let instance = &scope.instance;
    let cause = decided(address, "read");
    let arguments = open(body(&item.block.body, scope, &cause, true), cause.clone());
    let waits = data::waits(instance, &item.block, &arguments);
    if waits {
        instance.world.awaited.borrow_mut().insert(cause.clone());
    }
    let Val::Open(known, cause) = arguments else { return (arguments, waits) };
    let mut known = Rc::unwrap_or_clone(known);
    if !waits {
        data::answer(instance, &item.block, kind(local), &mut known);
    }
    (Val::Open(Rc::new(known), cause), waits)
}

/// Of what nothing is known but these arguments.
fn open(written: BTreeMap<String, Val>, cause: Cause) -> Val {
    Val::Open(Rc::new(written.into_iter().filter(|(_, value)| *value != Val::Null).collect()), cause)
}

/// The type of `aws_kms_key.main` or `data.aws_ami.linux`.
pub(super) fn kind(local: &str) -> &str {
    local.trim_start_matches("data.").split('.').next().unwrap_or_default()
}

/// Why what a provider decides is unknown.
pub(super) fn decided(address: &str, happens: &str) -> Cause {
    format!("unknown until {address} is {happens}").into()
}

/// The arguments and blocks of a body.
fn body(body: &Body, scope: &Scope, decided: &Cause, is_top: bool) -> BTreeMap<String, Val> {
    let mut fields: BTreeMap<String, Val> = BTreeMap::new();
    let mut blocks: BTreeMap<String, Result<Vec<Val>, Cause>> = BTreeMap::new();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) if is_top && META.contains(&attribute.key.as_str()) => {}
            Structure::Attribute(attribute) => {
                fields.insert(attribute.key.to_string(), eval_argument(&attribute.value, scope));
            }
            Structure::Block(block) if is_top && META.contains(&block.ident.as_str()) => {}
            Structure::Block(block) if block.ident.as_str() == "dynamic" && block.labels.len() == 1 => {
                let name = block.labels.first().map(|label| label.as_str().to_owned()).unwrap_or_default();
                let made = dynamic(block, &name, scope, decided);
                let list = blocks.entry(name).or_insert_with(|| Ok(Vec::new()));
                match (list.as_mut(), made) {
                    (Ok(list), Ok(mut made)) => list.append(&mut made),
                    (Ok(_), Err(cause)) => *list = Err(cause),
                    (Err(_), _) => {}
                }
            }
            Structure::Block(block) => {
                let value = nested(&block.body, scope, decided);
                if let Ok(list) = blocks.entry(block.ident.to_string()).or_insert_with(|| Ok(Vec::new())) {
                    list.push(value);
                }
            }
        }
    }
    for (name, list) in blocks {
        let value = match list {
            Err(cause) => Val::Unknown(cause),
            // The one block that every provider takes as an object.
            Ok(list) if name == "timeouts" => list.into_iter().next().unwrap_or(Val::Null),
            Ok(list) => Val::list(list),
        };
        fields.insert(name, value);
    }
    fields
}

fn nested(inner: &Body, scope: &Scope, decided: &Cause) -> Val {
    let fields = body(inner, scope, decided, false);
    Val::Open(Rc::new(fields.into_iter().filter(|(_, value)| *value != Val::Null).collect()), decided.clone())
}

/// The blocks a `dynamic` block makes; the cause when it is not known how many.
fn dynamic(block: &Block, name: &str, scope: &Scope, decided: &Cause) -> Result<Vec<Val>, Cause> {
    let for_each = block.body.get_attribute("for_each").ok_or("a dynamic block has no `for_each`")?;
    let collection = eval(&for_each.value, scope).map_err(Cause::from)?;
    let entries: Vec<(Val, Val)> = match &collection {
        Val::Unknown(cause) | Val::Open(_, cause) => return Err(cause.clone()),
        Val::List(items) => items.iter().enumerate().map(|(at, item)| (Val::length(at), item.clone())).collect(),
        Val::Set(items) => items.iter().map(|item| (item.clone(), item.clone())).collect(),
        Val::Map(fields) => fields.iter().map(|(key, item)| (Val::from(key.as_str()), item.clone())).collect(),
        other => return Err(format!("`for_each` of a dynamic block cannot be a {}", other.type_name()).into()),
    };
    let iterator = block.body.get_attribute("iterator").and_then(|a| a.value.as_variable());
    let iterator = iterator.map_or(name, |ident| ident.as_str());
    let content = block.body.get_blocks("content").next().ok_or("a dynamic block has no `content`")?;
    let one = |(key, value)| {
        let bound = Val::map([("key".to_owned(), key), ("value".to_owned(), value)].into());
        nested(&content.body, &scope.with(iterator, bound), decided)
    };
    Ok(entries.into_iter().map(one).collect())
}
