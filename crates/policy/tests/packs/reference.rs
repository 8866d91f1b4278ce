//! The packs on what a platform team wrote down: every finding is known, and has a reason.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use parapet_policy::input::hcl::{self, Variables};
use parapet_policy::sources::{self, Written};
use parapet_policy::{Document, Engine, EngineOptions, Finding, Severity, Verdict, input};

use crate::policies;

/// `<finding>`, and its reason indented below.
const KNOWN: &str = include_str!("reference.txt");

fn documents(directory: &Path) -> (Vec<Document>, Vec<Written>) {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let is_yaml = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "yaml");
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).expect("a file");
        input::read(&path.display().to_string(), bytes).unwrap_or_else(|error| panic!("{error}"))
    };
    let mut documents: Vec<Document> = files.iter().filter(is_yaml).flat_map(read).collect();
    let configured = hcl::read(directory, &Variables::default()).unwrap_or_else(|error| panic!("{error}"));
    let document = configured.document.name().to_owned();
    documents.push(configured.document);
    (documents, vec![Written { document, source: configured.source, is_plan: false }])
}

fn line(finding: &Finding) -> String {
    let (file, line) = finding.source.as_ref().map_or(("?", 0), |source| (source.file.as_str(), source.line));
    let file = file.rsplit('/').next().unwrap_or(file);
    let path = finding.path.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{file}:{line} {} {path}: {}", finding.rule, finding.message)
}

#[test]
fn every_finding_in_the_reference_input_has_a_reason() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    if !directory.exists() {
        eprintln!("skipped: the reference input is not here");
        return;
    }
    let mut known = BTreeSet::new();
    let mut lines = KNOWN.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).peekable();
    while let Some(finding) = lines.next() {
        let reason = lines.next_if(|line| line.starts_with("    "));
        assert!(reason.is_some_and(|reason| reason.trim().len() > 10), "no reason stands below {finding}");
        assert!(known.insert(finding.to_owned()), "twice: {finding}");
    }
    let (documents, written) = documents(&directory);
    let engine = Engine::new(&policies(), EngineOptions::default()).expect("threads");
    let mut report = engine.check(&documents, Severity::Info);
    assert!(report.ledger.balanced(), "{:?}", report.ledger);
    sources::read(&mut report, None, &written);
    let found: BTreeSet<String> =
        report.findings.iter().filter(|finding| finding.verdict != Verdict::Undetermined).map(line).collect();
    let new: Vec<&String> = found.difference(&known).collect();
    let gone: Vec<&String> = known.difference(&found).collect();
    assert!(new.is_empty() && gone.is_empty(), "new, to be read by hand: {new:#?}\ngone: {gone:#?}");
}
