//! Pages of functions.

use std::path::Path;

use anyhow::Result;
use tfplugin::function::{Function, Parameter};

use super::{page, types};
use crate::provider::NAME;

/// The page of a function.
pub(super) fn page(root: &Path, function: &Function) -> Result<String> {
    let name = &function.name;
    let parameters = function.parameters.iter().map(|it| format!("{} {}", it.name, lower(&types::title(&it.ty))));
    let signature =
        format!("{name}({}) {}", parameters.collect::<Vec<_>>().join(", "), lower(&types::title(&function.returns)));
    let arguments = function.parameters.iter().zip(1..).map(|(parameter, number)| argument(parameter, number));
    Ok(format!(
        "{}# function: {name}\n\n{}\n\n{}\n## Signature\n\n{}\n## Arguments\n\n{}\n## Result\n\n{}",
        page::front_matter(&format!("{name} function - {NAME}"), &function.summary),
        function.description,
        page::example(root, &format!("functions/{name}/function.tf"))?,
        page::code("text", &signature),
        arguments.collect::<String>(),
        page::code("terraform", &types::constraint(&function.returns)),
    ))
}

fn argument(parameter: &Parameter, number: usize) -> String {
    let nullable = if parameter.nullable { ", Nullable" } else { "" };
    format!("{number}. `{}` ({}{nullable}) {}\n", parameter.name, types::title(&parameter.ty), parameter.description)
}

fn lower(title: &str) -> String {
    title.to_lowercase()
}
