//! The README of each module: what it takes and gives, out of its HCL, between two markers; everything else is written by hand.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::Pages;
use super::page::code;
use crate::checkout;

const BEGIN: &str = "<!-- Written by `cargo xtask docs`. -->\n";
const END: &str = "<!-- End of what is written. -->\n";

/// Adds the README of every module.
///
/// # Errors
/// A module cannot be read, or a variable or output of it has no description.
pub(super) fn add(root: &Path, pages: &mut Pages) -> Result<()> {
    let modules = root.join("modules");
    for entry in fs::read_dir(&modules).with_context(|| format!("cannot read {}", modules.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            let readme = Path::new("modules").join(entry.file_name()).join("README.md");
            pages.insert(readme, page(&entry.path())?);
        }
    }
    Ok(())
}

/// The README of the module in `directory`: the one that is there with its interface renewed, or a first one.
fn page(directory: &Path) -> Result<String> {
    let module = Module::read(directory)?;
    let readme = directory.join("README.md");
    let text = if readme.exists() { checkout::read(&readme)? } else { module.first_page() };
    let marked = text.split_once(BEGIN).and_then(|(head, rest)| Some((head, rest.split_once(END)?.1)));
    let (head, tail) = marked.with_context(|| {
        format!(
            "{} lacks the lines {:?} and {:?}, between which its interface is written",
            readme.display(),
            BEGIN.trim(),
            END.trim()
        )
    })?;
    Ok(format!("{head}{BEGIN}\n{}\n{END}{tail}", module.interface()))
}

struct Module {
    name: String,
    /// What the first comment of `main.tf` says.
    about: String,
    /// The calls of modules in `examples/*/main.tf`.
    example: Option<String>,
    providers: Vec<(String, Option<String>)>,
    variables: Vec<Variable>,
    outputs: Vec<(String, String)>,
}

struct Variable {
    name: String,
    description: String,
    ty: String,
    default: Option<String>,
    notes: Vec<&'static str>,
}

impl Module {
    fn read(directory: &Path) -> Result<Self> {
        let name = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut module = Self {
            about: about(&checkout::read(&directory.join("main.tf"))?),
            example: example(directory)?,
            name,
            providers: Vec::new(),
            variables: Vec::new(),
            outputs: Vec::new(),
        };
        for file in configuration(directory)? {
            let text = checkout::read(&file)?;
            let body: Body = text.parse().with_context(|| format!("cannot parse {}", file.display()))?;
            for block in body.blocks() {
                let at = || format!("{}: {} {}", file.display(), block.ident.as_str(), label(block));
                match block.ident.as_str() {
                    "variable" => module.variables.push(Variable::of(block).with_context(at)?),
                    "output" => module.outputs.push((label(block), description(block).with_context(at)?)),
                    "terraform" => module.providers.extend(providers(block)),
                    _ => {}
                }
            }
        }
        ensure!(!module.variables.is_empty(), "the module {} has no variables", module.name);
        module.outputs.sort();
        // What has to be said comes first.
        module.variables.sort_by(|a, b| (a.default.is_some(), &a.name).cmp(&(b.default.is_some(), &b.name)));
        Ok(module)
    }

    fn first_page(&self) -> String {
        let mut text = format!("# {}\n\n{}\n\n", self.name, self.about);
        if let Some(example) = &self.example {
            text += &format!("{}\n", code("terraform", example));
        }
        text + "## Inputs and outputs\n\n" + BEGIN + END
    }

    fn interface(&self) -> String {
        let mut text = "### Providers\n\n| provider | version |\n|---|---|\n".to_owned();
        for (source, version) in &self.providers {
            text += &format!(
                "| {source} | {} |\n",
                version.as_ref().map_or_else(|| "any".to_owned(), |it| format!("`{it}`"))
            );
        }
        text += "\n### Inputs\n\n| name | description | type | default |\n|---|---|---|---|\n";
        for variable in &self.variables {
            let default = variable.default.as_ref().map_or_else(|| "required".to_owned(), |it| inline(it));
            let notes: String = variable.notes.iter().map(|note| format!(" ({note})")).collect();
            text += &format!(
                "| `{}` | {}{notes} | {} | {default} |\n",
                variable.name,
                cell(&variable.description),
                if variable.is_structured() { "[below](#types)".to_owned() } else { inline(&variable.ty) },
            );
        }
        text += "\n### Outputs\n\n| name | description |\n|---|---|\n";
        for (name, description) in &self.outputs {
            text += &format!("| `{name}` | {} |\n", cell(description));
        }
        let structured: Vec<&Variable> = self.variables.iter().filter(|variable| variable.is_structured()).collect();
        if !structured.is_empty() {
            text += "\n### Types\n";
            for variable in structured {
                text += &format!("\n`{}`:\n\n{}", variable.name, code("terraform", &variable.ty));
            }
        }
        text
    }
}

impl Variable {
    fn of(block: &Block) -> Result<Self> {
        let written = |name: &str| attribute(block, name).map(source);
        let is_true = |name: &str| written(name).is_some_and(|text| text == "true");
        let notes = [("sensitive", "sensitive"), ("ephemeral", "never stored")];
        Ok(Self {
            name: label(block),
            description: description(block)?,
            ty: written("type").context("it has no type")?,
            default: written("default"),
            notes: notes.into_iter().filter(|(name, _)| is_true(name)).map(|(_, note)| note).collect(),
        })
    }

    fn is_structured(&self) -> bool {
        self.ty.contains('\n')
    }
}

fn configuration(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tf") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn about(main: &str) -> String {
    let lines = main.lines().map_while(|line| line.strip_prefix('#'));
    lines.map(str::trim).collect::<Vec<_>>().join("\n")
}

/// How the module is called in its first example.
fn example(directory: &Path) -> Result<Option<String>> {
    let examples = directory.join("examples");
    if !examples.is_dir() {
        return Ok(None);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(&examples).with_context(|| format!("cannot read {}", examples.display()))? {
        files.push(entry?.path().join("main.tf"));
    }
    files.sort();
    let Some(file) = files.first() else { return Ok(None) };
    let body: Body = checkout::read(file)?.parse().with_context(|| format!("cannot parse {}", file.display()))?;
    let calls: Body = body.into_blocks().filter(|block| block.ident.as_str() == "module").collect();
    Ok(Some(calls.to_string().trim().to_owned()))
}

fn label(block: &Block) -> String {
    block.labels.first().map(|label| label.as_str().to_owned()).unwrap_or_default()
}

fn attribute<'a>(block: &'a Block, name: &str) -> Option<&'a Expression> {
    block.body.get_attribute(name).map(|attribute| &attribute.value)
}

/// As it is written, without what the block indents it by.
fn source(value: &Expression) -> String {
    unindented(value.to_string().trim(), 2)
}

fn unindented(text: &str, columns: usize) -> String {
    let indent = " ".repeat(columns);
    let lines = text.lines().map(|line| line.strip_prefix(&indent).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn description(block: &Block) -> Result<String> {
    let text = match attribute(block, "description").context("it has no description")? {
        Expression::String(text) => text.as_str().to_owned(),
        Expression::HeredocTemplate(heredoc) => {
            let text = heredoc.template.to_string();
            let columns =
                text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len());
            unindented(&text, columns.min().unwrap_or(0)).trim().to_owned()
        }
        other => other.to_string().trim().trim_matches('"').to_owned(),
    };
    ensure!(!text.is_empty(), "its description is empty");
    Ok(text)
}

/// Source address and version of each of `required_providers`.
fn providers(terraform: &Block) -> Vec<(String, Option<String>)> {
    let mut all = Vec::new();
    for required in terraform.body.blocks().filter(|block| block.ident.as_str() == "required_providers") {
        for provider in required.body.attributes() {
            let Expression::Object(object) = &provider.value else { continue };
            let field = |wanted: &str| {
                object.iter().find(|(key, _)| key.as_ident().is_some_and(|ident| ident.as_str() == wanted)).and_then(
                    |(_, value)| {
                        if let Expression::String(text) = value.expr() { Some(text.as_str().to_owned()) } else { None }
                    },
                )
            };
            all.push((field("source").unwrap_or_else(|| provider.key.as_str().to_owned()), field("version")));
        }
    }
    all
}

/// Text in a cell of a table: on one line, its list as lines.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|").replace("\n\n", "<br>").replace("\n- ", "<br>- ").replace('\n', " ")
}

fn inline(expression: &str) -> String {
    let one_line = expression.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("`{}`", one_line.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(readme: Option<&str>) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| checkout::write(&directory.path().join(name), text).unwrap();
        write("main.tf", "# A shelf\n# for notes.\n\nlocals {}\n");
        write(
            "variables.tf",
            "variable \"size\" {\n  description = \"Boards, `1` | `2`.\"\n  type        = number\n  default     = 1\n}\n\n\
             variable \"shelf\" {\n  description = <<-EOT\n    The shelf.\n    - `wood`: oak.\n  EOT\n  type = object({\n    wood = string\n  })\n  \
             sensitive = true\n}\n",
        );
        write("outputs.tf", "output \"id\" {\n  description = \"Its id.\"\n  value       = 1\n}\n");
        write(
            "versions.tf",
            "terraform {\n  required_providers {\n    aws = {\n      source  = \"hashicorp/aws\"\n      version = \">= 6.0\"\n    }\n  }\n}\n",
        );
        if let Some(readme) = readme {
            write("README.md", readme);
        }
        directory
    }

    #[test]
    fn a_first_readme_says_what_the_module_is() {
        insta::assert_snapshot!(page(module(None).path()).unwrap().split_once("\n").unwrap().1);
    }

    #[test]
    fn what_was_written_by_hand_stays() {
        let directory = module(Some(&format!("# By hand\n\n{BEGIN}old\n{END}\n## More\n")));
        let text = page(directory.path()).unwrap();
        assert!(text.starts_with("# By hand\n\n") && text.ends_with("\n## More\n") && !text.contains("old"), "{text}");
        checkout::write(&directory.path().join("README.md"), &text).unwrap();
        assert_eq!(page(directory.path()).unwrap(), text, "written twice, it stays the same");
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = |directory: &tempfile::TempDir| format!("{:#}", page(directory.path()).err().unwrap());
        assert!(error(&module(Some("# No markers\n"))).contains("Written by `cargo xtask docs`"));
        let directory = module(None);
        checkout::write(&directory.path().join("outputs.tf"), "output \"id\" {\n  value = 1\n}\n").unwrap();
        assert!(error(&directory).contains("output id: it has no description"), "{}", error(&directory));
    }
}
