//! From evaluated modules to the document that the engine takes: a plan that creates everything.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use hcl_edit::structure::Block;
use serde_json::{Map, Value as Json, json};

use super::expand::{Expansion, Key};
use super::module::Module;
use super::provider;
use super::resource::{self, One};
use super::schema;
use super::scope::Instance;
use super::value::{Cause, Val};
use crate::input::plan_json::MODULE_CALL;
use crate::path::{AttributePath, Step};

/// Resource instances of one configuration; Terraform gives up far below it.
const MAX_INSTANCES: usize = 100_000;

/// Address of a resource -> why the values at these paths are unknown.
pub(crate) type Causes = HashMap<String, BTreeMap<AttributePath, String>>;

/// Address of a resource -> region of its provider.
pub(crate) type Regions = HashMap<String, String>;

/// What an evaluation found.
#[derive(Default)]
pub(super) struct Found {
    changes: Vec<Json>,
    /// Calls of modules that were not read, as changes.
    calls: Vec<Json>,
    pub(super) causes: Causes,
    pub(super) regions: Regions,
    /// What could not be read or counted.
    pub(super) notes: BTreeSet<String>,
    secrets: BTreeSet<String>,
}

impl Found {
    /// Goes through all module instances.
    pub(super) fn gather(&mut self, instance: &Rc<Instance>) {
        for local in instance.module.resources.keys() {
            if let Some(laid) = instance.resource(local) {
                self.resource(instance, local, &laid);
            }
        }
        for (name, call) in &instance.module.calls {
            if let Err(reason) = &call.module {
                self.notes.insert(format!("{} was not read: {reason}", instance.address_of(&format!("module.{name}"))));
                self.call(instance, name, &call.item.block);
                continue;
            }
            if let Some(children) = instance.children(name) {
                children.instances.iter().for_each(|(_, child)| self.gather(child));
            }
        }
        self.secrets.extend(instance.world.secrets.borrow().iter().cloned());
    }

    fn resource(&mut self, instance: &Rc<Instance>, local: &str, laid: &resource::Laid) {
        let uncertain = match (&instance.uncertain, &laid.expansion) {
            (Some(cause), _) | (None, Expansion::Unknown(cause)) => Some(cause.clone()),
            _ => None,
        };
        let is_data = local.starts_with("data.");
        let Some(cause) = uncertain else {
            // A plan has the data sources that it cannot read yet; the others are values like any.
            for one in laid.instances.iter().filter(|one| one.waits || !is_data) {
                if self.changes.len() >= MAX_INSTANCES {
                    self.notes.insert(format!("only the first {MAX_INSTANCES} resources were checked"));
                    return;
                }
                let change = self.change(instance, local, one);
                self.changes.push(change);
            }
            return;
        };
        if is_data {
            return;
        }
        // Whether it is there at all is not known: every rule about it stays open.
        let address = instance.address_of(local);
        self.causes.entry(address.clone()).or_default().insert(AttributePath::default(), cause.to_string());
        self.region(instance, local, &address);
        self.changes.push(entry(instance, local, &address, None, json!(null), json!(true), json!({})));
    }

    /// The call of a module that was not read: rules see what the module is given.
    fn call(&mut self, instance: &Rc<Instance>, name: &str, block: &Block) {
        let local = format!("{MODULE_CALL}.{name}");
        let laid = resource::lay_out_call(instance, block);
        let uncertain = match (&instance.uncertain, &laid.expansion) {
            (Some(cause), _) | (None, Expansion::Unknown(cause)) => Some(cause),
            _ => None,
        };
        for one in &laid.instances {
            if self.calls.len() >= MAX_INSTANCES {
                self.notes.insert(format!("only the first {MAX_INSTANCES} calls of modules were checked"));
                return;
            }
            let mut change = self.change(instance, &local, one);
            if let (Some(cause), Json::Object(fields)) = (uncertain, &mut change) {
                // The arguments are known all the same, and tell the rules that have nothing to ask.
                fields.insert("uncertain".to_owned(), json!(true));
                let address = one.address(instance, &local);
                self.causes.entry(address).or_default().insert(AttributePath::default(), cause.to_string());
            }
            self.calls.push(change);
        }
    }

    fn change(&mut self, instance: &Rc<Instance>, local: &str, one: &One) -> Json {
        let address = one.address(instance, local);
        let own: Cause = resource::decided(&address, if one.waits { "read" } else { "created" });
        let mut unknown = BTreeMap::new();
        let mask = mask(&one.values, &mut Vec::new(), &own, &mut unknown);
        if !unknown.is_empty() {
            self.causes.insert(address.clone(), unknown);
        }
        self.region(instance, local, &address);
        let schema = schema::of(resource::kind(local)).filter(|_| !one.waits);
        let mut sensitive: Map<String, Json> =
            schema.map(|schema| schema.sensitive().into_iter().collect()).unwrap_or_default();
        let secrets = instance.world.secrets.borrow();
        if let (false, Val::Map(fields) | Val::Open(fields, _)) = (secrets.is_empty(), &one.values) {
            let tainted = fields.iter().filter(|(_, value)| holds(value, &secrets));
            sensitive.extend(tainted.map(|(name, _)| (name.clone(), Json::Bool(true))));
        }
        drop(secrets);
        let after = one.values.to_json();
        entry(instance, local, &address, one.key.as_ref(), after, mask, Json::Object(sensitive))
    }

    fn region(&mut self, instance: &Rc<Instance>, local: &str, address: &str) {
        let Some(item) = instance.module.resources.get(local) else { return };
        if let Some(region) = provider::region(instance, &item.block, resource::kind(local)) {
            self.regions.insert(address.to_owned(), region);
        }
    }

    /// The whole document.
    pub(super) fn document(&self, root: &Module) -> String {
        json!({
            "format_version": "1.2",
            "resource_changes": self.changes,
            "unread_module_calls": self.calls,
            "configuration": {"root_module": super::references::module(root)},
        })
        .to_string()
    }
}

fn entry(
    instance: &Rc<Instance>,
    local: &str,
    address: &str,
    key: Option<&Key>,
    after: Json,
    unknown: Json,
    sensitive: Json,
) -> Json {
    let (mode, action, declared) = match local.strip_prefix("data.") {
        Some(declared) => ("data", "read", declared),
        None => ("managed", "create", local),
    };
    let (kind, name) = declared.split_once('.').unwrap_or((declared, ""));
    let mut entry = json!({
        "address": address,
        "mode": mode,
        "type": kind,
        "name": name,
        "provider_name": source_address(instance, local, kind),
        "change": {
            "actions": [action],
            "before": null,
            "after": after,
            "after_unknown": unknown,
            "before_sensitive": false,
            "after_sensitive": sensitive,
        },
    });
    if let Json::Object(fields) = &mut entry {
        if !instance.address.is_empty() {
            fields.insert("module_address".to_owned(), json!(instance.address));
        }
        match key {
            None => {}
            Some(Key::Index(index)) => drop(fields.insert("index".to_owned(), json!(index))),
            Some(Key::Text(key)) => drop(fields.insert("index".to_owned(), json!(key))),
        }
    }
    entry
}

/// The source address of a resource's provider; a module has none.
fn source_address(instance: &Rc<Instance>, local: &str, kind: &str) -> String {
    use hcl_edit::expr::Expression;
    if kind == MODULE_CALL {
        return String::new();
    }
    let item = instance.module.resources.get(local);
    let written = item.and_then(|item| item.block.body.get_attribute("provider")).and_then(|a| match &a.value {
        Expression::Variable(name) => Some(name.to_string()),
        Expression::Traversal(traversal) => traversal.expr.as_variable().map(|name| name.to_string()),
        _ => None,
    });
    let name = written.unwrap_or_else(|| kind.split('_').next().unwrap_or_default().to_owned());
    let known = instance.module.providers.get(&name).cloned();
    known.unwrap_or_else(|| format!("registry.terraform.io/hashicorp/{name}"))
}

/// What is unknown in a value, as a plan marks it, and why.
fn mask(value: &Val, at: &mut Vec<Step>, own: &Cause, causes: &mut BTreeMap<AttributePath, String>) -> Json {
    match value {
        Val::Unknown(cause) => {
            // What the provider decides has no other cause than that.
            if cause != own {
                causes.insert(AttributePath(at.clone()), cause.to_string());
            }
            json!(true)
        }
        Val::List(items) | Val::Set(items) => {
            let mut one = |(index, item): (usize, &Val)| {
                at.push(Step::Index(index));
                let mask = mask(item, at, own, causes);
                at.pop();
                mask
            };
            items.iter().enumerate().map(&mut one).collect()
        }
        Val::Map(fields) | Val::Open(fields, _) => {
            let mut masks = Map::new();
            for (name, value) in fields.iter().filter(|(_, value)| value.cause().is_some()) {
                at.push(Step::Key(name.clone()));
                masks.insert(name.clone(), mask(value, at, own, causes));
                at.pop();
            }
            Json::Object(masks)
        }
        _ => json!(false),
    }
}

fn holds(value: &Val, secrets: &BTreeSet<String>) -> bool {
    match value {
        Val::String(text) => secrets.iter().any(|secret| text.contains(secret.as_str())),
        Val::List(items) | Val::Set(items) => items.iter().any(|item| holds(item, secrets)),
        Val::Map(fields) | Val::Open(fields, _) => fields.values().any(|item| holds(item, secrets)),
        _ => false,
    }
}
