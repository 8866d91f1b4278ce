//! Pages of the provider, its resources and its data sources.

use std::path::Path;

use anyhow::Result;
use tfplugin::schema::{Attribute, Block, NestedBlock, Nesting, Presence, Schema, Shape};

use super::{page, types};
use crate::provider::{NAME, Offer, SOURCE};

/// The page of the provider itself.
pub(super) fn index(root: &Path, offer: &Offer) -> Result<String> {
    let description = &offer.provider.block.description;
    let mut out = page::front_matter(&format!("Provider: {NAME}"), description);
    out += &format!("# {NAME} Provider\n\n{description}\n\nSource address: `{SOURCE}`.\n\n");
    out += &page::example(root, "provider/provider.tf")?;
    let short = |name: &str| name.strip_prefix(&format!("{NAME}_")).unwrap_or(name).to_owned();
    let schemas = |schemas: &std::collections::BTreeMap<String, Schema>, directory: &str| {
        let line = |(name, schema): (&String, &Schema)| {
            let summary = page::first_paragraph(&schema.block.description);
            format!("- [`{name}`]({directory}/{}.md): {summary}\n", short(name))
        };
        schemas.iter().map(line).collect::<String>()
    };
    let functions = offer.functions.values().map(|function| {
        format!("- [`provider::{NAME}::{0}`](functions/{0}.md): {1}\n", function.name, function.summary)
    });
    for (title, list) in [
        ("Resources", schemas(&offer.resources, "resources")),
        ("Data Sources", schemas(&offer.data_sources, "data-sources")),
        ("Actions", schemas(&offer.actions, "actions")),
        ("List Resources", schemas(&offer.list_resources, "list-resources")),
        ("Functions", functions.collect()),
    ] {
        if !list.is_empty() {
            out += &format!("\n## {title}\n\n{list}");
        }
    }
    out += &section(&offer.provider);
    Ok(out)
}

/// The page of a data source.
pub(super) fn data_source(root: &Path, name: &str, schema: &Schema) -> Result<String> {
    let example = page::example(root, &format!("data-sources/{name}/data-source.tf"))?;
    Ok(typed(name, "Data Source", schema, &example))
}

/// The page of an action.
pub(super) fn action(root: &Path, name: &str, schema: &Schema) -> Result<String> {
    let example = page::example(root, &format!("actions/{name}/action.tf"))?;
    Ok(typed(name, "Action", schema, &example))
}

/// The page of a list. Its schema is that of the `config` block.
pub(super) fn list_resource(root: &Path, name: &str, schema: &Schema) -> Result<String> {
    let example = page::example(root, &format!("list-resources/{name}/list.tfquery.hcl"))?;
    Ok(typed(name, "List Resource", schema, &example))
}

/// The page of a managed resource.
pub(super) fn resource(root: &Path, name: &str, schema: &Schema) -> Result<String> {
    let example = page::example(root, &format!("resources/{name}/resource.tf"))?;
    let import = page::import(root, &format!("resources/{name}/import.sh"))?;
    Ok(typed(name, "Resource", schema, &example) + &import)
}

fn typed(name: &str, kind: &str, schema: &Schema, example: &str) -> String {
    let description = &schema.block.description;
    let head = page::front_matter(&format!("{name} {kind} - {NAME}"), description);
    format!("{head}# {name} ({kind})\n\n{description}\n\n{example}{}", section(schema))
}

fn section(schema: &Schema) -> String {
    let (top, nested) = members(&schema.block, "", "### ");
    if top.is_empty() {
        return "\n## Schema\n\nThere is nothing to configure.\n".to_owned();
    }
    format!("\n## Schema\n{top}{nested}")
}

/// The members of a block, and the sections of what is nested in them. `path` ends in a dot unless it is empty.
fn members(block: &Block, path: &str, heading: &str) -> (String, String) {
    let mut out = String::new();
    let mut nested = String::new();
    for (title, belongs) in [
        ("Required", (|presence| presence == Presence::Required) as fn(Presence) -> bool),
        ("Optional", |presence| matches!(presence, Presence::Optional | Presence::OptionalComputed)),
        ("Read-Only", |presence| presence == Presence::Computed),
    ] {
        let mut lines = String::new();
        for attribute in block.attributes.iter().filter(|attribute| belongs(attribute.presence)) {
            let path = format!("{path}{}", attribute.name);
            lines += &attribute_line(attribute, &path);
            if let Shape::Nested { object, .. } = &attribute.shape {
                nested += &nested_section(object, &path, "nestedatt");
            }
        }
        let required = title == "Required";
        for inner in &block.blocks {
            if title != "Read-Only" && (inner.min_items > 0) == required {
                let path = format!("{path}{}", inner.name);
                lines += &block_line(inner, &path);
                nested += &nested_section(&inner.block, &path, "nestedblock");
            }
        }
        if !lines.is_empty() {
            let colon = if heading.is_empty() { ":" } else { "" };
            out += &format!("\n{heading}{title}{colon}\n\n{lines}");
        }
    }
    (out, nested)
}

fn nested_section(block: &Block, path: &str, anchor: &str) -> String {
    let (members, nested) = members(block, &format!("{path}."), "");
    let id = path.replace('.', "--");
    format!("\n<a id=\"{anchor}--{id}\"></a>\n### Nested Schema for `{path}`\n{members}{nested}")
}

fn attribute_line(attribute: &Attribute, path: &str) -> String {
    let mut notes = vec![match &attribute.shape {
        Shape::Type(ty) => types::title(ty),
        Shape::Nested { nesting, .. } => grouped("Attributes", *nesting),
    }];
    for (holds, note) in [(attribute.sensitive, "Sensitive"), (attribute.write_only, "Write-only")] {
        if holds {
            notes.push(note.to_owned());
        }
    }
    let mut text = vec![sentences(&attribute.description)];
    text.extend(attribute.default.as_ref().map(|value| format!("Default: `{}`.", types::literal(value))));
    text.extend(attribute.validators.iter().map(|rule| format!("Must be {}.", rule.expectation)));
    if attribute.replace {
        text.push("A change replaces the object.".to_owned());
    }
    text.extend(attribute.deprecated.as_ref().map(|why| format!("**Deprecated**: {why}")));
    if matches!(attribute.shape, Shape::Nested { .. }) {
        text.push(below("nestedatt", path));
    }
    line(&attribute.name, &notes, &text)
}

fn block_line(nested: &NestedBlock, path: &str) -> String {
    let mut notes = vec![grouped("Block", nested.nesting)];
    if nested.nesting != Nesting::Single {
        notes.extend((nested.min_items > 0).then(|| format!("Min: {}", nested.min_items)));
        notes.extend((nested.max_items > 0).then(|| format!("Max: {}", nested.max_items)));
    }
    let deprecated = nested.block.deprecated.as_ref().map(|why| format!("**Deprecated**: {why}"));
    let text: Vec<String> = [Some(sentences(&nested.block.description)), deprecated, Some(below("nestedblock", path))]
        .into_iter()
        .flatten()
        .collect();
    line(&nested.name, &notes, &text)
}

fn grouped(what: &str, nesting: Nesting) -> String {
    match nesting {
        Nesting::Single => what.to_owned(),
        Nesting::List => format!("{what} List"),
        Nesting::Set => format!("{what} Set"),
        Nesting::Map => format!("{what} Map"),
    }
}

fn below(anchor: &str, path: &str) -> String {
    format!("(see [below for nested schema](#{anchor}--{}))", path.replace('.', "--"))
}

fn line(name: &str, notes: &[String], text: &[String]) -> String {
    let text: Vec<&str> = text.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    format!("- `{name}` ({}) {}", notes.join(", "), text.join(" ")).trim_end().to_owned() + "\n"
}

/// A description of several paragraphs on the one line of a list item.
fn sentences(description: &str) -> String {
    description.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tfplugin::prelude::*;

    /// Weather.
    #[derive(Debug, Model)]
    struct Weather {
        /// Degrees Celsius.
        degrees: Computed<i64>,
    }

    /// A place.
    #[derive(Debug, Model)]
    #[model(name = "place")]
    struct Place {
        /// Name on the map.
        #[attr(key)]
        name: String,
        /// People who
        /// live there.
        #[attr(default = 10, validate = range(1..=20))]
        people: i64,
        /// Key of the gate.
        #[attr(sensitive)]
        key: Option<String>,
        /// The weather today and tomorrow.
        weather: Computed<Vec<Weather>>,
    }

    #[test]
    fn every_property_of_an_attribute_is_told() {
        insta::assert_snapshot!(typed("test_place", "Resource", &Place::schema(), ""));
    }
}
