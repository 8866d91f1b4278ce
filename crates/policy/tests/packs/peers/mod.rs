//! What checkov and trivy say of the examples of the rules, and what the packs say: every disagreement has a reason.
//!
//! The results of the peers are kept as data, so that the page can be checked without them; `scripts/peers` makes both anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use parapet_policy::input::hcl::{self, Variables};
use parapet_policy::{Engine, EngineOptions, Severity, Verdict, input};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{packs, policies};

const ANSWERS: &str = include_str!("answers.txt");

/// Causes of disagreement, as the page explains them.
const CAUSES: [(&str, &str, &str); 5] = [
    ("customer-key", "Whose key it is", "The peer asks for a key of the customer where a key of AWS encrypts."),
    (
        "default",
        "What holds when nothing is said",
        "The peer reports an argument that is missing, and whose default is safe.",
    ),
    (
        "blind",
        "What one of the two cannot see",
        "The peer reads one resource, or one way of saying it; a rule all of them.",
    ),
    ("threshold", "How much is asked", "Both ask the same, and one asks more."),
    ("not-asked", "What no rule asks", "The packs hold no opinion: it depends on what the system is for."),
];

/// The results of the peers, without what they say beside them.
#[derive(Default, Serialize, Deserialize)]
struct Results {
    /// Peer -> its version.
    versions: BTreeMap<String, String>,
    /// `aws/s3/versioning/bad`; checks name them by position.
    examples: Vec<String>,
    checks: BTreeMap<String, Check>,
}

#[derive(Default, Serialize, Deserialize)]
struct Check {
    name: String,
    fail: BTreeSet<usize>,
    pass: BTreeSet<usize>,
}

/// A line of the answers.
struct Answer<'a> {
    check: &'a str,
    /// `None` where no rule asks the same.
    rule: Option<&'a str>,
    cause: Option<&'a str>,
    reason: &'a str,
}

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packs/peers")
}

fn answers() -> Vec<Answer<'static>> {
    let lines = ANSWERS.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let (head, reason) = line.split_once(": ").unwrap_or((line, ""));
            let mut words = head.split(' ');
            let check = words.next().expect("a check");
            let rule = words.next().unwrap_or_else(|| panic!("{line}: no rule, and no `-`"));
            Answer { check, rule: (rule != "-").then_some(rule), cause: words.next(), reason }
        })
        .collect()
}

/// The examples, each with the file it is.
fn examples() -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut directories = vec![packs()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let name = path.strip_prefix(packs()).expect("below").display().to_string();
            for kind in ["bad", "good"] {
                if let Some((rule, _)) = name.split_once(&format!(".{kind}.")) {
                    found.insert(format!("{rule}/{kind}"), path.clone());
                }
            }
        }
    }
    found
}

/// The rules that find something in an example, read as the peers read it: HCL as a directory, and nothing beside it.
fn found_by_us(engine: &Engine, path: &Path) -> BTreeSet<String> {
    let documents = if path.extension().is_some_and(|extension| extension == "tf") {
        let directory = tempfile::tempdir().expect("a directory");
        fs::copy(path, directory.path().join("main.tf")).expect("a copy");
        vec![hcl::read(directory.path(), &Variables::default()).unwrap_or_else(|error| panic!("{error}")).document]
    } else {
        let bytes = fs::read(path).expect("a file");
        input::read(&path.display().to_string(), bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let report = engine.check(&documents, Severity::Info);
    report.findings.into_iter().filter(|finding| finding.verdict == Verdict::Fail).map(|finding| finding.rule).collect()
}

/// `aws/s3/versioning/bad` in whatever path a peer names.
fn example_of(path: &str) -> Option<String> {
    let start = path.find("examples/").map_or(0, |start| start + "examples/".len());
    let parts: Vec<&str> = path[start..].trim_start_matches('/').split('/').collect();
    let end = parts.iter().position(|part| matches!(*part, "bad" | "good"))?;
    Some(parts[..=end].join("/"))
}

/// What is left of the reports of the peers.
fn reduced(directory: &Path) -> Results {
    let mut results = Results { examples: examples().into_keys().collect(), ..Results::default() };
    let positions: BTreeMap<String, usize> =
        results.examples.iter().enumerate().map(|(position, name)| (name.clone(), position)).collect();
    let read = |name: &str| fs::read_to_string(directory.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let json = |name: &str| serde_json::from_str::<Json>(&read(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut add = |id: &Json, name: &Json, path: &Json, failed: bool| {
        let (Some(id), Some(name), Some(path)) = (id.as_str(), name.as_str(), path.as_str()) else { return };
        let Some(position) = example_of(path).and_then(|example| positions.get(&example)) else { return };
        let check = results.checks.entry(id.to_owned()).or_default();
        check.name = name.to_owned();
        if failed { &mut check.fail } else { &mut check.pass }.insert(*position);
    };
    for report in json("checkov.json").as_array().expect("a report for each framework") {
        for (list, failed) in [("failed_checks", true), ("passed_checks", false)] {
            for check in report["results"][list].as_array().expect("checks") {
                add(&check["check_id"], &check["check_name"], &check["file_path"], failed);
            }
        }
    }
    for result in json("trivy.json")["Results"].as_array().expect("results") {
        for found in result["Misconfigurations"].as_array().into_iter().flatten() {
            add(&found["AVDID"], &found["Title"], &result["Target"], found["Status"] == "FAIL");
        }
    }
    for check in results.checks.values_mut() {
        check.pass = &check.pass - &check.fail;
    }
    results.checks.retain(|_, check| !check.fail.is_empty());
    for peer in ["checkov", "trivy"] {
        results.versions.insert(peer.to_owned(), read(&format!("{peer}.version")).trim().to_owned());
    }
    results
}

/// One check per line, so that a change of one is a change of one line.
fn written(results: &Results) -> String {
    let line = |value: &dyn Fn() -> serde_json::Result<String>| value().expect("JSON");
    let mut text = format!("{{\n\"versions\": {},\n", line(&|| serde_json::to_string(&results.versions)));
    let _ = writeln!(text, "\"examples\": {},", line(&|| serde_json::to_string(&results.examples)));
    let checks: Vec<String> = results
        .checks
        .iter()
        .map(|(id, check)| format!("\"{id}\": {}", line(&|| serde_json::to_string(check))))
        .collect();
    let _ = writeln!(text, "\"checks\": {{\n{}\n}}\n}}", checks.join(",\n"));
    text
}

/// A row of the page.
struct Row {
    cause: String,
    text: String,
}

#[test]
fn every_disagreement_with_the_peers_has_a_reason() {
    let anew = std::env::var_os("PARAPET_PEERS").map(PathBuf::from);
    let results = match &anew {
        Some(directory) => {
            let results = reduced(directory);
            fs::write(home().join("results.json"), written(&results)).expect("written");
            results
        }
        None => serde_json::from_str(&fs::read_to_string(home().join("results.json")).expect("results.json"))
            .expect("results"),
    };
    let engine = Engine::new(&policies(), EngineOptions::default()).expect("threads");
    let files = examples();
    // An example that came, changed its name or went since the peers were asked is not in the table.
    let ours: Vec<Option<BTreeSet<String>>> =
        results.examples.iter().map(|name| files.get(name).map(|path| found_by_us(&engine, path))).collect();
    let answers = answers();
    let ids: BTreeSet<&str> = engine.policies().rules().iter().map(|rule| rule.id.as_str()).collect();
    let (mut rows, mut faults, mut agreed) = (Vec::new(), Vec::new(), 0);
    for (id, check) in &results.checks {
        let mut of_check = answers.iter().filter(|answer| answer.check == id.as_str());
        let (Some(answer), None) = (of_check.next(), of_check.next()) else {
            faults.push(format!("{id} ({}): answers.txt has to have one line for it", check.name));
            continue;
        };
        let (mut peer_alone, mut we_alone) = (Vec::new(), Vec::new());
        for position in &check.fail | &check.pass {
            let Some(found) = &ours[position] else { continue };
            let (peer, we) = (check.fail.contains(&position), answer.rule.is_some_and(|rule| found.contains(rule)));
            match (peer, we) {
                (true, false) => peer_alone.push(results.examples[position].as_str()),
                (false, true) => we_alone.push(results.examples[position].as_str()),
                _ => {}
            }
        }
        if let Some(rule) = answer.rule.filter(|rule| !ids.contains(rule)) {
            faults.push(format!("{id}: there is no rule {rule}"));
        }
        if peer_alone.is_empty() && we_alone.is_empty() {
            agreed += 1;
            continue;
        }
        let known = answer.cause.is_some_and(|cause| CAUSES.iter().any(|(name, _, _)| *name == cause));
        if !known || answer.reason.is_empty() {
            faults.push(format!(
                "{id} ({}) and {}: no cause and reason for {peer_alone:?} (the peer alone), {we_alone:?} (we alone)",
                check.name,
                answer.rule.unwrap_or("no rule")
            ));
            continue;
        }
        let shown = |list: &[&str]| match list {
            [] => "none".to_owned(),
            [one] => format!("`{one}`"),
            [first, ..] => format!("{}, as `{first}`", list.len()),
        };
        rows.push(Row {
            cause: answer.cause.unwrap_or_default().to_owned(),
            text: format!(
                "| {id} | {} | {} | {} | {} | {} |\n",
                check.name.replace('|', "\\|"),
                answer.rule.map_or_else(|| "none".to_owned(), |rule| format!("`{rule}`")),
                shown(&peer_alone),
                shown(&we_alone),
                answer.reason
            ),
        });
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    let path = packs().join("../docs/peers.md");
    let page = page(&results, agreed, &rows);
    if anew.is_some() {
        fs::write(&path, &page).expect("written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == page, "docs/peers.md is not what the results say: run scripts/peers");
}

fn page(results: &Results, agreed: usize, rows: &[Row]) -> String {
    let mut text = format!(
        "# Agreement with other tools\n\n\
         [checkov](https://www.checkov.io) {} and [trivy](https://trivy.dev) {} on the {} examples of the rules, each read \
         alone, beside the packs on the same. `scripts/peers` makes this page; a test fails when a disagreement has no \
         reason, or the rules have come to say something else.\n\n\
         trivy {} runs with the checks compiled into it: its bundle of newer ones was not asked for.\n\n\
         {} checks of the two find something. {agreed} of them agree with a rule on every example. The others follow, by \
         the cause of the disagreement; `peer alone` and `we alone` count the examples that only one of the two faults.\n",
        results.versions["checkov"],
        results.versions["trivy"],
        results.examples.len(),
        results.versions["trivy"],
        results.checks.len(),
    );
    for (cause, heading, explanation) in CAUSES {
        let _ = write!(
            text,
            "\n## {heading}\n\n{explanation}\n\n| check | asks | rule | peer alone | we alone | why |\n|---|---|---|---|---|---|\n"
        );
        rows.iter().filter(|row| row.cause == cause).for_each(|row| text.push_str(&row.text));
    }
    text
}
