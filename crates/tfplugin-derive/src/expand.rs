//! The code that `#[derive(Model)]` writes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Error, Fields, Ident, Result, Type, Visibility};

use crate::attributes::{FieldAttributes, ModelAttributes, docs};

struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    name: String,
    docs: String,
    attributes: FieldAttributes,
}

pub(crate) fn model(input: &DeriveInput) -> Result<TokenStream> {
    let attributes = ModelAttributes::parse(&input.attrs)?;
    let fields = fields(input)?;
    if let Some(generics) = input.generics.params.first() {
        return Err(Error::new_spanned(generics, "a model cannot be generic: its schema is one thing"));
    }

    let ident = &input.ident;
    let paths = format_ident!("{ident}Paths");
    let name = attributes.name.map(|name| name.value()).unwrap_or_default();
    let version = attributes.version.map_or(Ok(0), |version| version.base10_parse::<i64>())?;
    let description = docs(&input.attrs);
    let deprecated = attributes.deprecated.map(|message| quote!(.deprecated(#message)));
    let members = fields.iter().map(member);
    let reads = fields.iter().map(|Field { ident, name, .. }| quote!(#ident: object.field(#name)?));
    let writes = fields.iter().map(|Field { ident, name, .. }| quote!(.field(#name, &self.#ident)));
    let path_values = fields
        .iter()
        .map(|Field { ident, name, .. }| quote!(#ident: ::tfplugin::path::Field::new(at.attribute(#name))));
    let paths_struct = paths_struct(input, &paths, &fields);
    let keyed = keyed(input, &fields);

    Ok(quote! {
        #paths_struct

        impl ::tfplugin::model::FieldType for #ident {
            type Inner = Self;

            fn shape() -> ::tfplugin::schema::Shape {
                ::tfplugin::schema::Shape::Nested {
                    nesting: ::tfplugin::schema::Nesting::Single,
                    object: <Self as ::tfplugin::model::Model>::block(),
                }
            }

            fn decode(
                value: &::tfplugin::value::Value,
                at: &::tfplugin::path::Path,
            ) -> ::tfplugin::diagnostics::Result<Self> {
                ::tfplugin::model::Object::nested(value, at)
            }

            fn encode(&self) -> ::tfplugin::value::Value {
                <Self as ::tfplugin::model::Model>::to_value(self)
            }
        }

        impl ::tfplugin::model::Model for #ident {
            const NAME: &'static str = #name;
            const VERSION: i64 = #version;
            type Paths = #paths;

            fn block() -> ::tfplugin::schema::Block {
                ::tfplugin::schema::Block::new(#description) #deprecated #(#members)*
            }

            fn from_object(
                object: &::tfplugin::model::Object<'_>,
            ) -> ::tfplugin::diagnostics::Result<Self> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }

            fn to_value(&self) -> ::tfplugin::value::Value {
                ::tfplugin::model::ObjectBuilder::new() #(#writes)* .build()
            }

            fn paths_at(at: &::tfplugin::path::Path) -> #paths {
                #paths { #(#path_values),* }
            }
        }

        #keyed
    })
}

fn fields(input: &DeriveInput) -> Result<Vec<Field<'_>>> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a model is a struct"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(Error::new_spanned(&input.ident, "a model has named fields"));
    };
    named
        .named
        .iter()
        .filter_map(|field| field.ident.as_ref().map(|ident| (ident, field)))
        .map(|(ident, field)| {
            let attributes = FieldAttributes::parse(&field.attrs)?;
            let name = attributes.name.as_ref().map_or_else(|| ident.unraw().to_string(), syn::LitStr::value);
            Ok(Field { ident, ty: &field.ty, name, docs: docs(&field.attrs), attributes })
        })
        .collect()
}

/// `.attribute(...)` or `.block(...)` of one field.
fn member(field: &Field<'_>) -> TokenStream {
    let Field { ty, name, docs, attributes, .. } = field;
    let deprecated = attributes.deprecated.as_ref().map(|message| quote!(.deprecated(#message)));
    if attributes.block {
        let min = attributes.min_items.as_ref().map(|count| quote!(.min_items(#count)));
        let max = attributes.max_items.as_ref().map(|count| quote!(.max_items(#count)));
        return quote! {
            .block(::tfplugin::schema::NestedBlock::of::<#ty>(#name).describe(#docs) #min #max #deprecated)
        };
    }
    let flags = [
        (attributes.optional, quote!(.optional())),
        (attributes.sensitive, quote!(.sensitive())),
        (attributes.write_only, quote!(.write_only())),
        (attributes.keep, quote!(.keep())),
        (attributes.replace, quote!(.replace())),
        (attributes.key, quote!(.key())),
    ];
    let flags = flags.into_iter().filter_map(|(set, call)| set.then_some(call));
    let default = attributes.default.as_ref().map(
        |value| quote!(.default::<<#ty as ::tfplugin::model::FieldType>::Inner>(::core::convert::Into::into(#value))),
    );
    let rules = attributes.validate.iter().map(|rule| {
        quote!(.validate({
            #[allow(unused_imports, reason = "rules of one's own stand beside those of the framework")]
            use ::tfplugin::validate::*;
            #rule
        }))
    });
    quote! {
        .attribute(
            ::tfplugin::schema::Attribute::of::<#ty>(#name).describe(#docs) #default #(#flags)* #(#rules)* #deprecated
        )
    }
}

fn paths_struct(input: &DeriveInput, paths: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let visibility = &input.vis;
    let docs = format!("Typed paths of the fields of [`{}`].", input.ident);
    let members = fields.iter().map(|Field { ident, ty, name, .. }| {
        let docs = format!("Path of `{name}`.");
        quote!(#[doc = #docs] pub #ident: ::tfplugin::path::Field<#ty>)
    });
    quote! {
        #[doc = #docs]
        #[derive(Debug)]
        #[allow(dead_code, reason = "few models use the path of every field")]
        #visibility struct #paths { #(#members),* }
    }
}

fn keyed(input: &DeriveInput, fields: &[Field<'_>]) -> Option<TokenStream> {
    let keys: Vec<&Field<'_>> = fields.iter().filter(|field| field.attributes.key).collect();
    if keys.is_empty() {
        return None;
    }
    let ident = &input.ident;
    let key = format_ident!("{ident}Key");
    let visibility: &Visibility = &input.vis;
    let docs = format!("What identifies a [`{ident}`].");
    let inner = |ty: &Type| quote!(<#ty as ::tfplugin::model::FieldType>::Inner);
    let members = keys.iter().map(|field| {
        let (ident, docs, ty) = (field.ident, &field.docs, inner(field.ty));
        quote!(#[doc = #docs] pub #ident: #ty)
    });
    let reads = keys.iter().map(|Field { ident, name, .. }| quote!(#ident: object.field(#name)?));
    let writes = keys.iter().map(|Field { ident, name, .. }| quote!(.field(#name, &key.#ident)));
    let names = keys.iter().map(|field| &field.name);
    Some(quote! {
        #[doc = #docs]
        #[derive(Clone, Debug)]
        #[allow(dead_code, reason = "not every resource reads every part of its key")]
        #visibility struct #key { #(#members),* }

        impl ::tfplugin::model::Keyed for #ident {
            type Key = #key;
            const KEY_FIELDS: &'static [&'static str] = &[#(#names),*];

            fn key_of(
                object: &::tfplugin::model::Object<'_>,
            ) -> ::tfplugin::diagnostics::Result<#key> {
                ::core::result::Result::Ok(#key { #(#reads),* })
            }

            fn key_value(key: &#key) -> ::tfplugin::value::Value {
                ::tfplugin::model::ObjectBuilder::new() #(#writes)* .build()
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn what_cannot_be_a_model_is_explained() {
        let cases: [(DeriveInput, &str); 12] = [
            (
                parse_quote!(
                    enum M {
                        A,
                    }
                ),
                "a model is a struct",
            ),
            (
                parse_quote!(
                    struct M(String);
                ),
                "a model has named fields",
            ),
            (
                parse_quote!(
                    struct M<T> {
                        a: T,
                    }
                ),
                "a model cannot be generic",
            ),
            (
                parse_quote!(
                    #[model(nam = "m")]
                    struct M {}
                ),
                "expected `name`, `version` or `deprecated`",
            ),
            (
                parse_quote!(
                    struct M {
                        #[attr(requird)]
                        a: String,
                    }
                ),
                "unknown attribute",
            ),
            (
                parse_quote!(
                    struct M {
                        #[attr(block, default = 1)]
                        a: N,
                    }
                ),
                "a block takes only",
            ),
            (
                parse_quote!(
                    struct M {
                        #[attr(sensitive, block)]
                        a: N,
                    }
                ),
                "a block takes only",
            ),
            (
                parse_quote!(
                    struct M {
                        #[attr(block, validate = length(1..=2))]
                        a: N,
                    }
                ),
                "a block takes only",
            ),
            (
                parse_quote!(
                    struct M {
                        #[attr(write_only, key)]
                        a: String,
                    }
                ),
                "a write-only value is never stored",
            ),
            (
                parse_quote!(
                    struct M {
                        #[attr(keep, write_only)]
                        a: String,
                    }
                ),
                "a write-only value is never stored",
            ),
            (
                parse_quote!(
                    struct M {
                        #[attr(max_items = 2)]
                        a: Vec<String>,
                    }
                ),
                "only blocks are counted",
            ),
            (
                parse_quote!(
                    struct M {
                        #[attr(default)]
                        a: String,
                    }
                ),
                "expected `=`",
            ),
        ];
        for (input, expected) in cases {
            let error = model(&input).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn names_come_from_the_attribute_or_the_field() {
        let input: DeriveInput = parse_quote!(
            struct M {
                #[attr(name = "type", max_items = 2, block)]
                kind: Vec<N>,
                r#match: bool,
            }
        );
        let code = model(&input).unwrap().to_string();
        assert!(code.contains(r#""match""#) && code.contains(r#""type""#) && !code.contains(r#""kind""#), "{code}");
        assert!(!code.contains("Keyed"), "a model without a key has none: {code}");
    }
}
