//! The sources behind a report: where in them the findings are, and which comments in them waive findings.

use std::collections::BTreeSet;

use crate::input::hcl::Source;
use crate::waiver::{Comments, Syntax};
use crate::{Report, Settings, input};

/// A document, and the Terraform configuration behind it.
#[derive(Debug)]
pub struct Written {
    /// Name of the document.
    pub document: String,
    /// Where everything in it is written.
    pub source: Source,
    /// The document is a plan that Terraform made, and not the configuration itself.
    pub is_plan: bool,
}

/// Gives findings about YAML and Terraform their place, and collects the comments of every source the report speaks of.
///
/// A source that has gone since it was checked is passed over: its findings stay as they are.
pub fn read(report: &mut Report, settings: Option<&Settings>, sources: &[Written]) -> Comments {
    for Written { document, source, is_plan } in sources {
        if !is_plan {
            source.doubt(&mut report.findings, document);
        }
        source.locate(&mut report.findings, document, *is_plan);
    }
    let owner = settings.and_then(|settings| settings.default_owner.as_deref());
    let mut comments = Comments::default();
    let mut files: BTreeSet<String> = report.documents.iter().map(|document| document.name.clone()).collect();
    let of_findings = report.findings.iter().flat_map(|finding| finding.source.iter().chain(&finding.calls));
    files.extend(of_findings.map(|range| range.file.clone()));
    files.extend(sources.iter().flat_map(|written| written.source.files().iter().cloned()));
    locate_in_json(report);
    for file in files {
        let Some(syntax) = Syntax::of(&file) else { continue };
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        if syntax == Syntax::Yaml {
            input::locate_in_yaml(&mut report.findings, &file, &text);
        }
        comments.read(&file, &text, syntax, owner);
    }
    comments
}

/// JSON is YAML to the reader that knows places, and has no comments. Plans are as long as they are, and nobody's source.
fn locate_in_json(report: &mut Report) {
    let is_source = |document: &&crate::DocumentSummary| document.kind != "plan" && document.name.ends_with(".json");
    let files: BTreeSet<String> =
        report.documents.iter().filter(is_source).map(|document| document.name.clone()).collect();
    for file in files {
        let blamed = report.findings.iter().any(|finding| finding.subject.document == file);
        if let (true, Ok(text)) = (blamed, std::fs::read_to_string(&file)) {
            input::locate_in_yaml(&mut report.findings, &file, &text);
        }
    }
}
