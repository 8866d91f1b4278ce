//! `#[derive(Model)]` for the `tfplugin` crate.
//!
//! The derive turns a struct into calls of `tfplugin`'s public schema builder and field readers; no logic hides in it. What a field
//! is follows from its type (`T` required, `Option<T>` optional, `Computed<T>` computed) and from `#[attr(...)]`:
//!
//! | attribute | meaning |
//! |---|---|
//! | `key` | identifies the object, in import ids and identities too; a change replaces it |
//! | `replace` | a change replaces the object |
//! | `keep` | a computed value stays through updates: unknown on create only |
//! | `optional` | on `Computed<T>`: the configuration may set it |
//! | `default = EXPR` | value when the configuration says nothing |
//! | `validate = EXPR` | a `tfplugin::validate` rule; may be repeated |
//! | `sensitive`, `write_only` | never shown; never stored |
//! | `deprecated = "..."` | shown as a warning where it is used |
//! | `block`, `min_items = N`, `max_items = N` | a nested block instead of an attribute |
//! | `name = "..."` | another name in HCL |
//!
//! `#[model(name = "...", version = N, deprecated = "...")]` stands on the struct. Doc comments become descriptions.

mod attributes;
mod expand;

use proc_macro::TokenStream;

/// Implements `tfplugin::model::Model` (and `Keyed` when a field is a key) for a struct with named fields. See the crate docs.
#[proc_macro_derive(Model, attributes(model, attr))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    expand::model(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
