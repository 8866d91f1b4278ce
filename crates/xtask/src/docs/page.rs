//! Parts that pages share: front matter, examples, the note that a page is generated.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::checkout;

/// The head of a page in the format of the Terraform Registry.
pub(super) fn front_matter(title: &str, description: &str) -> String {
    let summary = first_paragraph(description);
    format!(
        "---\npage_title: \"{title}\"\nsubcategory: \"\"\ndescription: |-\n  {summary}\n---\n\n{}",
        generated("the provider's code")
    )
}

/// Tells a reader of the source where to change the page.
pub(super) fn generated(from: &str) -> String {
    format!("<!-- Generated from {from} by `{}`. Do not edit. -->\n\n", super::COMMAND)
}

/// The text up to the first empty line, on one line.
pub(super) fn first_paragraph(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The section with the example of a page; every page has one.
pub(super) fn example(root: &Path, file: &str) -> Result<String> {
    let path = root.join("examples").join(file);
    let text = checkout::read(&path).with_context(|| format!("every page shows an example: write examples/{file}"))?;
    Ok(format!("## Example Usage\n\n{}", code("terraform", &text)))
}

/// The section on import, for a resource that has such an example; empty otherwise.
pub(super) fn import(root: &Path, file: &str) -> Result<String> {
    let path = root.join("examples").join(file);
    if !path.exists() {
        return Ok(String::new());
    }
    Ok(format!("\n## Import\n\n{}", code("shell", &checkout::read(&path)?)))
}

/// A fenced block. The fence is longer than any in the text.
pub(super) fn code(language: &str, text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_outgrow_the_text() {
        assert_eq!(code("hcl", "a = 1\n"), "```hcl\na = 1\n```\n");
        assert_eq!(code("md", "```\nx\n```"), "````md\n```\nx\n```\n````\n");
    }

    #[test]
    fn descriptions_are_one_line() {
        assert_eq!(first_paragraph("One\ntwo.\n\nThree."), "One two.");
    }
}
