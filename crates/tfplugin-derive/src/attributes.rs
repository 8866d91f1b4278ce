//! What stands in `#[model(...)]`, `#[attr(...)]` and doc comments.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, Lit, LitInt, LitStr, Meta, Result};

/// `#[model(...)]`
#[derive(Default)]
pub(crate) struct ModelAttributes {
    pub(crate) name: Option<LitStr>,
    pub(crate) version: Option<LitInt>,
    pub(crate) deprecated: Option<LitStr>,
}

/// `#[attr(...)]`
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) name: Option<LitStr>,
    pub(crate) key: bool,
    pub(crate) replace: bool,
    pub(crate) keep: bool,
    pub(crate) optional: bool,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
    pub(crate) block: bool,
    pub(crate) min_items: Option<LitInt>,
    pub(crate) max_items: Option<LitInt>,
    pub(crate) deprecated: Option<LitStr>,
    pub(crate) default: Option<Expr>,
    pub(crate) validate: Vec<Expr>,
}

impl ModelAttributes {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut parsed = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("model")) {
            attribute.parse_nested_meta(|meta| {
                match ident(&meta).as_str() {
                    "name" => parsed.name = Some(meta.value()?.parse()?),
                    "version" => parsed.version = Some(meta.value()?.parse()?),
                    "deprecated" => parsed.deprecated = Some(meta.value()?.parse()?),
                    _ => return Err(meta.error("expected `name`, `version` or `deprecated`")),
                }
                Ok(())
            })?;
        }
        Ok(parsed)
    }
}

impl FieldAttributes {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut parsed = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("attr")) {
            attribute.parse_nested_meta(|meta| {
                match ident(&meta).as_str() {
                    "name" => parsed.name = Some(meta.value()?.parse()?),
                    "key" => parsed.key = true,
                    "replace" => parsed.replace = true,
                    "keep" => parsed.keep = true,
                    "optional" => parsed.optional = true,
                    "sensitive" => parsed.sensitive = true,
                    "write_only" => parsed.write_only = true,
                    "block" => parsed.block = true,
                    "min_items" => parsed.min_items = Some(meta.value()?.parse()?),
                    "max_items" => parsed.max_items = Some(meta.value()?.parse()?),
                    "deprecated" => parsed.deprecated = Some(meta.value()?.parse()?),
                    "default" => parsed.default = Some(meta.value()?.parse()?),
                    "validate" => parsed.validate.push(meta.value()?.parse()?),
                    _ => return Err(meta.error("unknown attribute; see the documentation of #[derive(Model)]")),
                }
                parsed.check(&meta)
            })?;
        }
        if let (false, Some(count)) = (parsed.block, parsed.min_items.as_ref().or(parsed.max_items.as_ref())) {
            return Err(Error::new(
                count.span(),
                "only blocks are counted; for a collection write `validate = length(..)`",
            ));
        }
        Ok(parsed)
    }

    /// Combinations that cannot mean anything.
    fn check(&self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let on_attributes = self.key || self.keep || self.default.is_some() || self.sensitive || self.write_only;
        if self.block && (on_attributes || self.optional || self.replace || !self.validate.is_empty()) {
            return Err(meta.error("a block takes only `min_items`, `max_items`, `deprecated` and `name`"));
        }
        if self.write_only && (self.key || self.keep || self.default.is_some()) {
            return Err(meta.error("a write-only value is never stored, so that it has no key, default or kept value"));
        }
        Ok(())
    }
}

fn ident(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map(ToString::to_string).unwrap_or_default()
}

/// The doc comment, as Markdown.
pub(crate) fn docs(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(doc) => match &doc.value {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .collect();
    lines.join("\n").trim().to_owned()
}
