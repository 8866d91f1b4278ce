//! What names mean: variables, locals, resources and modules of one module instance, all evaluated when first asked for.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use hcl_edit::structure::Block;

use super::eval::{Answer, eval};
use super::expand::{self, Expansion, Key};
use super::module::Module;
use super::resource;
use super::types;
use super::value::{Cause, Val};

/// Expressions that refer to each other and are followed; the stack has room for about ten times as many.
const MAX_STEPS: usize = 400;

/// What is the same for all modules of one evaluation.
pub(super) struct World {
    /// Values for variables of the root module, as text or as value.
    pub(super) given: BTreeMap<String, Val>,
    pub(super) workspace: String,
    pub(super) root: std::path::PathBuf,
    pub(super) steps: std::cell::Cell<usize>,
    /// Causes of what no plan knows before something is created.
    pub(super) awaited: RefCell<HashSet<Cause>>,
    /// Texts of sensitive variables.
    pub(super) secrets: RefCell<std::collections::BTreeSet<String>>,
}

impl World {
    pub(super) fn new(root: &std::path::Path, given: BTreeMap<String, Val>) -> Self {
        Self {
            given,
            workspace: std::env::var("TF_WORKSPACE").unwrap_or_else(|_| "default".to_owned()),
            root: root.to_owned(),
            steps: std::cell::Cell::new(0),
            awaited: RefCell::default(),
            secrets: RefCell::default(),
        }
    }

    /// The texts of a value are not to be printed.
    pub(super) fn keep_secret(&self, value: &Val) {
        leaves(value, &mut self.secrets.borrow_mut());
    }
}

/// One instance of a module.
pub(super) struct Instance {
    pub(super) module: Arc<Module>,
    /// `module.a["x"]`; empty for the root module.
    pub(super) address: String,
    /// Why it is not known whether the instance exists, and how often.
    pub(super) uncertain: Option<Cause>,
    pub(super) world: Rc<World>,
    parent: Option<(Scope, Arc<Block>)>,
    cache: RefCell<HashMap<String, Option<Answer>>>,
    children: RefCell<HashMap<String, Rc<Children>>>,
    resources: RefCell<HashMap<String, Option<Rc<resource::Laid>>>>,
}

/// The instances of a module call.
pub(super) struct Children {
    pub(super) expansion: Expansion,
    pub(super) instances: Vec<(Option<Key>, Rc<Instance>)>,
}

/// A module instance, and the names that are bound within an expression.
#[derive(Clone)]
pub(super) struct Scope {
    pub(super) instance: Rc<Instance>,
    names: Option<Rc<Bound>>,
}

struct Bound {
    name: String,
    value: Val,
    outer: Option<Rc<Bound>>,
}

impl Scope {
    pub(super) fn new(instance: &Rc<Instance>) -> Self {
        Self { instance: instance.clone(), names: None }
    }

    /// The scope with one name more.
    pub(super) fn with(&self, name: &str, value: Val) -> Self {
        let bound = Bound { name: name.to_owned(), value, outer: self.names.clone() };
        Self { instance: self.instance.clone(), names: Some(Rc::new(bound)) }
    }

    /// Only the names given: for the text of `templatefile`.
    pub(super) fn bound(&self, name: &str) -> Option<Val> {
        let mut names = self.names.as_ref();
        while let Some(bound) = names {
            if bound.name == name {
                return Some(bound.value.clone());
            }
            names = bound.outer.as_ref();
        }
        None
    }

    /// The scope of one instance of a block with `count` or `for_each`.
    pub(super) fn of_key(&self, key: Option<&Key>, value: Option<&Val>) -> Self {
        match key {
            None => self.clone(),
            Some(Key::Index(index)) => self.with("count", Val::map([("index".to_owned(), Val::length(*index))].into())),
            Some(Key::Text(key)) => {
                let value = value.cloned().unwrap_or(Val::Null);
                let fields = [("key".to_owned(), Val::from(key.as_str())), ("value".to_owned(), value)];
                self.with("each", Val::map(fields.into()))
            }
        }
    }

    /// The scope of a block of which it is not known how often it is there.
    pub(super) fn of_any(&self, cause: &Cause) -> Self {
        let open = || Val::Unknown(cause.clone());
        self.with("each", open()).with("count", open())
    }
}

impl Instance {
    pub(super) fn root(module: &Arc<Module>, world: World) -> Rc<Self> {
        Rc::new(Self::new(module.clone(), String::new(), Rc::new(world), None, None))
    }

    fn new(
        module: Arc<Module>,
        address: String,
        world: Rc<World>,
        uncertain: Option<Cause>,
        parent: Option<(Scope, Arc<Block>)>,
    ) -> Self {
        Self {
            module,
            address,
            uncertain,
            world,
            parent,
            cache: RefCell::default(),
            children: RefCell::default(),
            resources: RefCell::default(),
        }
    }

    /// The instance that calls this one, and the block that does.
    pub(super) fn caller(&self) -> Option<(&Rc<Self>, &Block)> {
        self.parent.as_ref().map(|(scope, call)| (&scope.instance, &**call))
    }

    /// What names mean in the arguments of the call.
    pub(super) fn calling_scope(&self) -> Option<Scope> {
        self.parent.as_ref().map(|(scope, _)| scope.clone())
    }

    /// The full address of something in the module.
    pub(super) fn address_of(&self, local: &str) -> String {
        if self.address.is_empty() { local.to_owned() } else { format!("{}.{local}", self.address) }
    }

    /// Evaluates what belongs to a name once.
    fn once(self: &Rc<Self>, key: String, work: impl FnOnce() -> Answer) -> Answer {
        if let Some(known) = self.cache.borrow().get(&key) {
            return known.clone().unwrap_or_else(|| Err(format!("{key} depends on itself")));
        }
        let steps = &self.world.steps;
        if steps.get() > MAX_STEPS {
            return Err(format!("{key} stands behind more than {MAX_STEPS} other expressions"));
        }
        self.cache.borrow_mut().insert(key.clone(), None);
        steps.set(steps.get() + 1);
        let answer = work();
        steps.set(steps.get() - 1);
        self.cache.borrow_mut().insert(key, Some(answer.clone()));
        answer
    }

    pub(super) fn local(self: &Rc<Self>, name: &str) -> Answer {
        let Some(local) = self.module.locals.get(name).cloned() else {
            return Err(format!("there is no local.{name}"));
        };
        self.once(format!("local.{name}"), || eval(&local.value, &Scope::new(self)))
    }

    pub(super) fn variable(self: &Rc<Self>, name: &str) -> Answer {
        let Some(item) = self.module.variables.get(name).cloned() else {
            return Err(format!("there is no variable \"{name}\""));
        };
        self.once(format!("var.{name}"), || {
            let value = self.variable_value(name, &item.block)?;
            if expand::flag(&item.block, "sensitive") {
                self.world.keep_secret(&value);
            }
            Ok(value)
        })
    }

    fn variable_value(self: &Rc<Self>, name: &str, block: &Block) -> Answer {
        let constraint = block.body.get_attribute("type").map(|attribute| &attribute.value);
        let convert = |value: Val| match constraint {
            Some(constraint) => types::convert(&value, constraint),
            None => Ok(value),
        };
        let given = match &self.parent {
            None => self.world.given.get(name).cloned(),
            Some((scope, call)) => call.body.get_attribute(name).map(|a| eval(&a.value, scope)).transpose()?,
        };
        let default = block.body.get_attribute("default").map(|attribute| &attribute.value);
        let nullable = block.body.get_attribute("nullable").and_then(|a| a.value.as_bool()).unwrap_or(true);
        match (given, default) {
            (Some(Val::Null), Some(default)) if !nullable => convert(eval(default, &Scope::new(self))?),
            // Text of the environment or the command line is an expression unless the variable is a string.
            (Some(Val::String(text)), _) if self.parent.is_none() => types::from_text(&text, constraint),
            (Some(value), _) => convert(value),
            (None, Some(default)) => convert(eval(default, &Scope::new(self))?),
            (None, None) => Ok(Val::unknown(format!("var.{name} is given no value"))),
        }
    }

    /// The instances of a module call.
    pub(super) fn children(self: &Rc<Self>, name: &str) -> Option<Rc<Children>> {
        if let Some(known) = self.children.borrow().get(name) {
            return Some(known.clone());
        }
        let call = self.module.calls.get(name)?;
        let module = call.module.as_ref().ok()?;
        let scope = Scope::new(self);
        let expansion = expand::of(&call.item.block, &scope);
        let child = |key: Option<&Key>, scope: Scope, uncertain: Option<Cause>| {
            let key = key.map(ToString::to_string).unwrap_or_default();
            let address = self.address_of(&format!("module.{name}{key}"));
            let parent = Some((scope, call.item.block.clone()));
            Rc::new(Self::new(module.clone(), address, self.world.clone(), uncertain, parent))
        };
        let instances = match &expansion {
            Expansion::Unknown(cause) => {
                vec![(None, child(None, scope.of_any(cause), Some(cause.clone())))]
            }
            known => known
                .keys()
                .into_iter()
                .map(|(key, value)| {
                    let scope = scope.of_key(key.as_ref(), value.as_ref());
                    (key.clone(), child(key.as_ref(), scope, self.uncertain.clone()))
                })
                .collect(),
        };
        let children = Rc::new(Children { expansion, instances });
        self.children.borrow_mut().insert(name.to_owned(), children.clone());
        Some(children)
    }

    pub(super) fn output(self: &Rc<Self>, name: &str) -> Answer {
        let Some(item) = self.module.outputs.get(name).cloned() else {
            return Err(format!("{} has no output \"{name}\"", self.address));
        };
        self.once(format!("output.{name}"), || match item.block.body.get_attribute("value") {
            Some(attribute) => eval(&attribute.value, &Scope::new(self)),
            None => Err(format!("output \"{name}\" has no value")),
        })
    }

    /// The instances of a resource; `None` while they are being laid out, or when there is no such resource.
    pub(super) fn resource(self: &Rc<Self>, local: &str) -> Option<Rc<resource::Laid>> {
        if let Some(known) = self.resources.borrow().get(local) {
            return known.clone();
        }
        let item = self.module.resources.get(local)?.clone();
        self.resources.borrow_mut().insert(local.to_owned(), None);
        let steps = &self.world.steps;
        steps.set(steps.get() + 1);
        let laid = Rc::new(resource::lay_out(self, local, &item));
        steps.set(steps.get() - 1);
        self.resources.borrow_mut().insert(local.to_owned(), Some(laid.clone()));
        Some(laid)
    }
}

fn leaves(value: &Val, into: &mut std::collections::BTreeSet<String>) {
    match value {
        Val::String(text) if text.chars().count() >= 4 => drop(into.insert(text.to_string())),
        Val::List(items) | Val::Set(items) => items.iter().for_each(|item| leaves(item, into)),
        Val::Map(fields) | Val::Open(fields, _) => fields.values().for_each(|item| leaves(item, into)),
        _ => {}
    }
}
