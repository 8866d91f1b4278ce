//! Plans: the JSON of `terraform show -json PLAN`, and states, which become plans that change nothing.
//!
//! A plan is never built as a tree. Reading it finds where each resource change stands in the text and what it is
//! about; the values are decoded one resource at a time, in parallel, when rules need them.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use rayon::prelude::*;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::configuration::Configuration;
use super::json::{self, Fields, MAX_DEPTH};
use super::omission::Omission;
use crate::Value;
use crate::error::InputError;
use crate::path::AttributePath;

/// What rules name in `custom.resources` for the calls of modules that were not read. A plan of Terraform has none.
pub(crate) const MODULE_CALL: &str = "module";

/// A Terraform plan.
#[derive(Debug)]
pub struct Plan {
    /// File name; `-` for standard input.
    pub name: String,
    /// Version of Terraform that made the plan, if it says so.
    pub terraform_version: Option<String>,
    text: String,
    /// Changes of resources, then the calls of modules that were not read.
    changes: Vec<Change>,
    configuration: Option<Range<usize>>,
    parsed_configuration: OnceLock<Configuration>,
    omission: Option<Omission>,
    /// What evaluation of the source found beside the values; none for plans of Terraform.
    of_source: Option<Box<OfSource>>,
}

/// What evaluation of the source of a plan found beside its values.
#[derive(Debug)]
struct OfSource {
    /// Why values are unknown.
    causes: super::hcl::Causes,
    /// Regions of providers, by resource.
    regions: super::hcl::Regions,
}

/// What a plan does to one resource instance.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) address: String,
    /// Address before the plan moves it.
    pub(crate) previous_address: Option<String>,
    /// `module.a["x"]`; empty for the root module.
    pub(crate) module: String,
    /// Type; with `data.` before it for data sources.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) actions: Vec<String>,
    pub(crate) is_data: bool,
    /// It is no resource but the call of a module that was not read, and its values are the arguments.
    pub(crate) is_call: bool,
    /// It is not known whether the module is called at all; the arguments are known nevertheless.
    is_uncertain: bool,
    pub(crate) is_deposed: bool,
    after: Option<Range<usize>>,
    before: Option<Range<usize>>,
    after_unknown: Option<Range<usize>>,
    after_sensitive: Option<Range<usize>>,
    before_sensitive: Option<Range<usize>>,
}

impl Change {
    pub(crate) fn does(&self, action: &str) -> bool {
        self.actions.iter().any(|a| a == action)
    }

    /// Whether it is a resource, and neither a data source nor the call of a module.
    pub(crate) fn is_managed(&self) -> bool {
        !self.is_data && !self.is_call
    }

    /// Whether the resource is there after the plan.
    pub(crate) fn exists_afterwards(&self) -> bool {
        !self.is_deposed && !self.actions.iter().all(|a| a == "delete" || a == "forget")
    }
}

/// The top level of a plan, or of anything else that is a JSON object.
#[derive(Default)]
struct Top<'a> {
    format_version: Option<&'a RawValue>,
    terraform_version: Option<&'a RawValue>,
    resource_changes: Option<&'a RawValue>,
    configuration: Option<&'a RawValue>,
    unread_module_calls: Option<&'a RawValue>,
    errored: Option<&'a RawValue>,
    complete: Option<&'a RawValue>,
    deferred_changes: Option<&'a RawValue>,
    keys: Vec<String>,
}

impl<'de> serde::Deserialize<'de> for Top<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TopVisitor;
        impl<'de> Visitor<'de> for TopVisitor {
            type Value = Top<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Top<'de>, A::Error> {
                let mut top = Top::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "format_version" => top.format_version = Some(map.next_value()?),
                        "terraform_version" => top.terraform_version = Some(map.next_value()?),
                        "resource_changes" => top.resource_changes = Some(map.next_value()?),
                        "configuration" => top.configuration = Some(map.next_value()?),
                        "unread_module_calls" => top.unread_module_calls = Some(map.next_value()?),
                        "errored" => top.errored = Some(map.next_value()?),
                        "complete" => top.complete = Some(map.next_value()?),
                        "deferred_changes" => top.deferred_changes = Some(map.next_value()?),
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                    top.keys.push(key);
                }
                Ok(top)
            }
        }
        deserializer.deserialize_map(TopVisitor)
    }
}

/// What a JSON object turned out to be.
pub(super) enum Recognised {
    Plan(Plan),
    /// Not a plan: the text, and the keys at its top.
    Other {
        text: String,
        keys: Vec<String>,
    },
}

/// Reads a JSON object; a plan is recognised by its `format_version` and the parts only plans have.
pub(super) fn read(name: &str, text: String) -> Result<Recognised, InputError> {
    let top: Top<'_> = serde_json::from_str(&text).map_err(|error| syntax(name, &text, &error))?;
    let has = |key: &str| top.keys.iter().any(|k| k == key);
    let is_state = has("values") && !has("planned_values");
    let is_plan = has("resource_changes") || has("planned_values") || (has("format_version") && has("configuration"));
    let is_state_file = has("lineage") && has("serial");
    if !is_plan && (is_state_file || is_state && has("format_version")) {
        drop(top);
        return read(name, super::state::as_plan(name, &text)?);
    }
    if !is_plan {
        let keys = top.keys;
        return Ok(Recognised::Other { text, keys });
    }
    let version: Option<String> = top.format_version.and_then(|raw| serde_json::from_str(raw.get()).ok());
    if !version.as_deref().is_some_and(|v| v == "1" || v.starts_with("1.")) {
        let version = version.or_else(|| top.format_version.map(|raw| shorten(raw.get())));
        return Err(InputError::FormatVersion {
            name: name.to_owned(),
            version: version.unwrap_or_else(|| "(none)".to_owned()),
        });
    }
    if top.errored.is_some_and(|errored| errored.get() == "true") {
        return Err(InputError::Errored { name: name.to_owned() });
    }
    let omission = Omission::of(top.complete, top.deferred_changes);
    let terraform_version = top.terraform_version.and_then(|raw| serde_json::from_str(raw.get()).ok());
    let configuration = top.configuration.map(|raw| range(&text, raw.get()));
    let mut changes = changes(name, &text, "resource_changes", top.resource_changes)?;
    for mut call in self::changes(name, &text, "unread_module_calls", top.unread_module_calls)? {
        call.is_call = true;
        changes.push(call);
    }
    let parsed_configuration = OnceLock::new();
    Ok(Recognised::Plan(Plan {
        name: name.to_owned(),
        terraform_version,
        text,
        changes,
        configuration,
        parsed_configuration,
        omission,
        of_source: None,
    }))
}

/// The changes of one list at the top of a plan.
fn changes(name: &str, text: &str, part: &str, list: Option<&RawValue>) -> Result<Vec<Change>, InputError> {
    let slices: Vec<&RawValue> = match list.map(RawValue::get) {
        None | Some("null") => Vec::new(),
        Some(list) => serde_json::from_str(list).map_err(|_| InputError::Structure {
            name: name.to_owned(),
            place: part.to_owned(),
            message: "this is not a list; make the file anew with `terraform show -json`".to_owned(),
        })?,
    };
    slices.par_iter().enumerate().map(|(index, raw)| change(name, text, index, raw.get())).collect()
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A JSON error, with what to do about it.
pub(super) fn syntax(name: &str, text: &str, error: &serde_json::Error) -> InputError {
    let hint = if error.is_eof() {
        "; the file breaks off: was `terraform show -json` interrupted?"
    } else if text.lines().filter(|l| !l.trim().is_empty()).take(3).filter(|l| l.contains("\"@level\"")).count() > 1 {
        "; this looks like the log of `terraform plan -json`: save the plan with `-out=tfplan` and check `terraform show -json tfplan`"
    } else {
        ""
    };
    // serde_json appends the place, which stands in front already.
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    InputError::Syntax {
        name: name.to_owned(),
        line: error.line(),
        column: error.column(),
        message: format!("not valid JSON: {message}"),
        hint: hint.to_owned(),
    }
}

/// Where a part that was borrowed from a text stands in it.
fn range(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}

fn change(name: &str, text: &str, index: usize, raw: &str) -> Result<Change, InputError> {
    let structure = |place: String, message: &str| InputError::Structure {
        name: name.to_owned(),
        place,
        message: format!("{message}; make the file anew with `terraform show -json`"),
    };
    let numbered = || format!("resource change {}", index + 1);
    let fields = Fields::parse(raw).map_err(|_| structure(numbered(), "this is not an object"))?;
    let address = fields.text("address").ok_or_else(|| structure(numbered(), "it has no `address`"))?;
    let place = || format!("resource change {} ({address})", index + 1);
    if json::is_deeper_than(raw, MAX_DEPTH) {
        return Err(InputError::TooDeep { name: name.to_owned(), place: place(), limit: MAX_DEPTH });
    }
    let kind = fields.text("type").ok_or_else(|| structure(place(), "it has no `type`"))?;
    let inner = fields.get("change").and_then(|raw| Fields::parse(raw).ok());
    let inner = inner.ok_or_else(|| structure(place(), "it has no `change`"))?;
    let actions: Option<Vec<String>> = inner.get("actions").and_then(|raw| serde_json::from_str(raw).ok());
    let actions = actions.filter(|a| !a.is_empty()).ok_or_else(|| structure(place(), "its change has no `actions`"))?;
    let part = |key: &str| inner.get(key).filter(|raw| *raw != "null").map(|raw| range(text, raw));
    let is_data = fields.text("mode").is_some_and(|mode| mode == "data");
    Ok(Change {
        kind: if is_data { format!("data.{kind}") } else { kind },
        module: fields.text("module_address").unwrap_or_default(),
        name: fields.text("name").unwrap_or_default(),
        provider: fields.text("provider_name").unwrap_or_default(),
        actions,
        is_data,
        is_call: false,
        is_uncertain: fields.get("uncertain") == Some("true"),
        is_deposed: fields.get("deposed").is_some_and(|raw| raw != "null"),
        after: part("after"),
        before: part("before"),
        after_unknown: part("after_unknown"),
        after_sensitive: part("after_sensitive"),
        before_sensitive: part("before_sensitive"),
        address,
        previous_address: fields.text("previous_address"),
    })
}

impl Plan {
    /// Number of resource changes, data sources included.
    pub fn len(&self) -> usize {
        self.changes.iter().filter(|change| !change.is_call).count()
    }

    /// Whether the plan changes, reads and keeps nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it was made of a state: it changes nothing, and nobody planned it.
    pub fn is_state(&self) -> bool {
        self.configuration.is_none() && self.changes.iter().all(|change| change.does("no-op"))
    }

    /// Whether there is a before to compare with: not for a configuration or a state by itself.
    pub fn compares(&self) -> bool {
        self.of_source.is_none() && !self.is_state()
    }

    /// What Terraform left out of it, in a sentence; none when it is complete.
    pub fn left_out(&self) -> Option<String> {
        self.omission.map(|omission| omission.to_string())
    }

    pub(crate) fn changes(&self) -> &[Change] {
        &self.changes
    }

    fn part(&self, range: Option<&Range<usize>>) -> Option<&str> {
        self.text.get(range?.clone())
    }

    fn decoded<T>(
        &self,
        range: Option<&Range<usize>>,
        decode: impl Fn(&str) -> serde_json::Result<T>,
        absent: T,
    ) -> Result<T, String> {
        self.part(range).map_or(Ok(absent), |text| decode(text).map_err(|e| format!("its values cannot be read: {e}")))
    }

    /// The planned values, without nulls and unknown ones.
    pub(crate) fn after(&self, change: &Change) -> Result<Value, String> {
        self.decoded(change.after.as_ref(), json::without_nulls, Value::new_object())
    }

    /// The values before the plan, without nulls.
    pub(crate) fn before(&self, change: &Change) -> Result<Value, String> {
        self.decoded(change.before.as_ref(), json::without_nulls, Value::new_object())
    }

    /// The values before the plan and the planned ones, where there are any.
    pub(super) fn both_sides(
        &self,
        change: &Change,
    ) -> serde_json::Result<(Option<serde_json::Value>, Option<serde_json::Value>)> {
        let side = |range: &Option<Range<usize>>| self.part(range.as_ref()).map(serde_json::from_str).transpose();
        Ok((side(&change.before)?, side(&change.after)?))
    }

    /// Paths of the values that are known only after apply; the empty one where it is not known whether there is anything.
    pub(crate) fn unknown(&self, change: &Change) -> Result<Vec<AttributePath>, String> {
        let mut paths = self.decoded(change.after_unknown.as_ref(), json::marked_paths, Vec::new())?;
        if change.is_uncertain {
            paths.insert(0, AttributePath::default());
        }
        Ok(paths)
    }

    /// Pairs of values and the paths in them that are sensitive, for before and after.
    pub(crate) fn sensitive(&self, change: &Change) -> Vec<(Value, Vec<AttributePath>)> {
        let sides = [(&change.after, &change.after_sensitive), (&change.before, &change.before_sensitive)];
        let pairs = sides.into_iter().filter_map(|(value, mask)| {
            let paths = json::marked_paths(self.part(mask.as_ref())?).ok().filter(|paths| !paths.is_empty())?;
            Some((json::without_nulls(self.part(value.as_ref())?).ok()?, paths))
        });
        pairs.collect()
    }

    /// The configuration the plan was made from; parsed when first needed.
    pub(crate) fn configuration(&self) -> &Configuration {
        self.parsed_configuration.get_or_init(|| {
            self.part(self.configuration.as_ref())
                .and_then(|text| serde_json::from_str(text).ok())
                .map_or_else(Configuration::default, Configuration::new)
        })
    }

    /// Why the value at a path is unknown, when the plan was made from source.
    pub(crate) fn cause(&self, address: &str, path: &AttributePath) -> Option<&str> {
        let causes = self.of_source.as_ref()?.causes.get(address)?;
        let within = causes.iter().find(|(at, _)| path.starts_with(at) || at.starts_with(path));
        within.map(|(_, cause)| cause.as_str())
    }

    pub(super) fn state_causes(&mut self, causes: super::hcl::Causes, regions: super::hcl::Regions) {
        self.of_source = Some(Box::new(OfSource { causes, regions }));
    }

    /// Region of a resource's provider, where evaluation of the source found it.
    pub(super) fn evaluated_region(&self, address: &str) -> Option<&str> {
        self.of_source.as_ref()?.regions.get(address).map(String::as_str)
    }

    /// The whole plan as text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The whole plan as one value, for packages made for other tools.
    ///
    /// # Errors
    /// What the decoder said.
    pub(crate) fn whole(&self) -> Result<Value, String> {
        serde_json::from_str(&self.text).map_err(|error| error.to_string())
    }
}
