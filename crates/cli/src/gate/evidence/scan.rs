//! Results of scanners: Trivy, Grype, `npm audit` and SARIF.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use crate::gate::inventory;
use crate::gate::outcome::{Case, Outcome};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(in crate::gate) enum Level {
    Low,
    Medium,
    High,
    Critical,
}

impl Level {
    fn named(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "critical" => Some(Self::Critical),
            "high" => Some(Self::High),
            "medium" | "moderate" => Some(Self::Medium),
            "low" => Some(Self::Low),
            _ => None,
        }
    }

    /// The qualitative scale of CVSS 3.1, section 5.
    fn scored(score: f64) -> Option<Self> {
        match score {
            it if it >= 9.0 => Some(Self::Critical),
            it if it >= 7.0 => Some(Self::High),
            it if it >= 4.0 => Some(Self::Medium),
            it if it > 0.0 => Some(Self::Low),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// One finding; of some nobody says how bad they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    id: String,
    place: String,
    level: Option<Level>,
}

/// Findings at or above a level, without those that are accepted.
pub(super) fn check(path: &Path, fail_on: Level, accept: &[String]) -> anyhow::Result<Vec<Case>> {
    let name = path.display();
    let text = inventory::text(path)?;
    let value: Value = serde_json::from_str(&text).with_context(|| format!("{name}: this is no valid JSON"))?;
    let (tool, found) = recognised(&value).with_context(|| format!("{name}"))?;
    let (accepted, counted): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|it| accept.contains(&it.id));
    let bad: Vec<&Found> = counted.iter().filter(|it| it.level.is_some_and(|level| level >= fail_on)).collect();
    let mut cases: Vec<Case> = bad
        .iter()
        .map(|it| Case {
            name: format!("scan {name} {}", it.id),
            outcome: Outcome::Fail,
            text: format!("{} in {}", it.level.map_or("unrated", Level::name), it.place),
            data: json!({ "id": it.id, "place": it.place }),
        })
        .collect();
    let unrated = counted.iter().filter(|it| it.level.is_none()).count();
    let below = counted.len() - bad.len() - unrated;
    let mut text = format!("{tool}: {} at or above {}, {below} below", bad.len(), fail_on.name());
    if !accepted.is_empty() {
        text += &format!(", {} accepted", accepted.len());
    }
    if unrated > 0 {
        text += &format!(", {unrated} without a severity");
    }
    let outcome = match (bad.is_empty(), unrated) {
        (false, _) => Outcome::Fail,
        (true, 0) => Outcome::Pass,
        (true, _) => Outcome::Unclear,
    };
    cases.push(Case { name: format!("scan {name}"), outcome, text, data: json!(null) });
    Ok(cases)
}

fn recognised(value: &Value) -> anyhow::Result<(String, BTreeSet<Found>)> {
    let array = |key: &str| value.get(key).and_then(Value::as_array);
    if let Some(runs) = array("runs") {
        return Ok((tools(runs), runs.iter().flat_map(sarif).collect()));
    }
    if let Some(matches) = array("matches") {
        return Ok(("Grype".to_owned(), matches.iter().map(grype).collect()));
    }
    if value.get("SchemaVersion").is_some() {
        // Trivy leaves `Results` out when it recognised nothing to scan.
        let results = array("Results").context("Trivy has no Results: it found nothing to scan")?;
        return Ok(("Trivy".to_owned(), results.iter().flat_map(trivy).collect()));
    }
    if let (Some(found), Some(_)) =
        (value.get("vulnerabilities").and_then(Value::as_object), value.get("auditReportVersion"))
    {
        let one = |(name, it): (&String, &Value)| Found {
            id: name.clone(),
            place: format!("{name} {}", text(it, "/range")),
            level: Level::named(&text(it, "/severity")),
        };
        return Ok(("npm audit".to_owned(), found.iter().map(one).collect()));
    }
    bail!("this is no result of Trivy, Grype or npm audit (JSON), and no SARIF");
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn tools(runs: &[Value]) -> String {
    let names: BTreeSet<String> = runs.iter().map(|run| text(run, "/tool/driver/name")).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    if names.is_empty() { "SARIF".to_owned() } else { names }
}

fn trivy(result: &Value) -> Vec<Found> {
    let target = text(result, "/Target");
    let of = |key: &str, id: &str| -> Vec<Found> {
        let found = result.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        found
            .iter()
            // Misconfigurations list what passed as well.
            .filter(|it| text(it, "/Status") != "PASS")
            .map(|it| Found {
                id: text(it, id),
                place: match text(it, "/PkgName").as_str() {
                    "" => target.clone(),
                    package => format!("{package} {} ({target})", text(it, "/InstalledVersion")),
                },
                level: Level::named(&text(it, "/Severity")),
            })
            .collect()
    };
    [of("Vulnerabilities", "/VulnerabilityID"), of("Misconfigurations", "/ID"), of("Secrets", "/RuleID")].concat()
}

fn grype(found: &Value) -> Found {
    Found {
        id: text(found, "/vulnerability/id"),
        place: format!("{} {}", text(found, "/artifact/name"), text(found, "/artifact/version")),
        level: Level::named(&text(found, "/vulnerability/severity")),
    }
}

/// Severity in SARIF: GitHub's `security-severity` of the rule (a CVSS score), otherwise the level of the result.
fn sarif(run: &Value) -> Vec<Found> {
    let rules = run.pointer("/tool/driver/rules").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let results = run.get("results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |result: &Value| {
        let id = text(result, "/ruleId");
        let rule = rules.iter().find(|rule| text(rule, "/id") == id);
        let score = [Some(result), rule].into_iter().flatten().find_map(|it| {
            let score = it.pointer("/properties/security-severity")?;
            score.as_f64().or_else(|| score.as_str()?.parse().ok())
        });
        let level = match score {
            Some(score) => Level::scored(score),
            None => {
                let stated = text(result, "/level");
                let default = rule.map(|rule| text(rule, "/defaultConfiguration/level")).unwrap_or_default();
                match if stated.is_empty() { default } else { stated }.as_str() {
                    "error" => Some(Level::High),
                    "note" | "none" => Some(Level::Low),
                    // What SARIF 2.1.0 (3.27.10) says of a result without a level.
                    _ => Some(Level::Medium),
                }
            }
        };
        let place = text(result, "/locations/0/physicalLocation/artifactLocation/uri");
        Found { id, place: if place.is_empty() { "no file".to_owned() } else { place }, level }
    };
    let suppressed =
        |result: &&Value| result.get("suppressions").and_then(Value::as_array).is_some_and(|it| !it.is_empty());
    results.iter().filter(|it| !suppressed(it)).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scanners_are_recognised() {
        for (text, tool) in [
            (
                r#"{"SchemaVersion": 2, "Results": [{"Target": "image", "Vulnerabilities": [{"VulnerabilityID": "X", "Severity": "CRITICAL"}]}]}"#,
                "Trivy",
            ),
            (
                r#"{"matches": [{"vulnerability": {"id": "X", "severity": "Critical"}, "artifact": {"name": "a", "version": "1"}}]}"#,
                "Grype",
            ),
            (
                r#"{"auditReportVersion": 2, "vulnerabilities": {"X": {"severity": "critical", "range": "<2"}}}"#,
                "npm audit",
            ),
            (
                r#"{"runs": [{"tool": {"driver": {"name": "S", "rules": [{"id": "X", "properties": {"security-severity": "9.8"}}]}},
                "results": [{"ruleId": "X", "level": "warning"}, {"ruleId": "Y", "suppressions": [{"kind": "inSource"}]}]}]}"#,
                "S",
            ),
        ] {
            let (name, found) = recognised(&serde_json::from_str(text).unwrap()).unwrap();
            let found: Vec<_> = found.iter().map(|it| (it.id.as_str(), it.level)).collect();
            assert_eq!((name.as_str(), found), (tool, vec![("X", Some(Level::Critical))]));
        }
        for text in ["{}", "[]", r#"{"SchemaVersion": 2}"#] {
            assert!(recognised(&serde_json::from_str(text).unwrap()).is_err(), "{text}");
        }
    }
}
