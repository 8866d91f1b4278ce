//! `parapet gate licenses`: is every component under a licence that is allowed?

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::ensure;
use serde_json::json;

use super::inventory::{self, Component};
use super::outcome::{self, Case, Format, Outcome};
use crate::output;

mod expression;

/// Check the licences of all components against those that are allowed.
///
/// What the file is, is recognised by its content: an SBOM (CycloneDX or SPDX, JSON), `cargo metadata --format-version 1`,
/// `pip-licenses --format=json`, `license-checker --json`, or the CSV of `go-licenses report`. SPDX expressions are evaluated: of
/// `A OR B` one has to be allowed, of `A AND B` both. A component without a licence fails.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// SBOM or list of packages; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Licences that are allowed, by their SPDX identifiers, separated by commas; can be given again
    #[arg(long, value_name = "LICENSES", required = true, value_delimiter = ',')]
    allow: Vec<String>,

    /// A component that is accepted whatever its licence is; can be given again
    #[arg(long, value_name = "NAME")]
    except: Vec<String>,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  parapet gate licenses --allow MIT,Apache-2.0,BSD-3-Clause sbom.cdx.json
  cargo metadata --format-version 1 | parapet gate licenses --allow MIT,Apache-2.0,Unicode-3.0 --except ring -

Exit codes:
  0  every component is under a licence that is allowed
  1  a component is not, or has no licence
  2  the file cannot be read";

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let allowed: Vec<String> = args.allow.iter().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
    ensure!(!allowed.is_empty(), "--allow names no licence");
    let found = inventory::read(&args.file)?;
    ensure!(!found.components.is_empty(), "{}: there is no component in it", args.file.display());
    for name in args.except.iter().filter(|name| !found.components.iter().any(|it| it.name == **name)) {
        output::warning(&format!("--except {name}: there is no component of this name"));
    }
    outcome::write("licenses", &cases(&found.components, &allowed, &args.except), args.format)
}

/// A case for each component that fails, and one for each licence that passes.
fn cases(components: &[Component], allowed: &[String], except: &[String]) -> Vec<Case> {
    let mut failed = Vec::new();
    let mut passed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for component in components {
        let fail = |text: String| Case {
            name: component.title(),
            outcome: Outcome::Fail,
            text,
            data: json!({ "component": component.name, "version": component.version, "license": component.license }),
        };
        let license = component.license.as_deref();
        if except.contains(&component.name) {
            let name = format!("{} (excepted)", license.unwrap_or("no licence"));
            passed.entry(name).or_default().push(component.title());
            continue;
        }
        match license.map(|it| (it, expression::satisfied(it, allowed))) {
            None => {
                failed.push(fail("states no licence; find it out, then --except it or correct the list".to_owned()))
            }
            Some((license, Ok(()))) => passed.entry(license.to_owned()).or_default().push(component.title()),
            Some((license, Err(not))) if not == [license] => failed.push(fail(format!("{license} is not allowed"))),
            Some((license, Err(not))) => {
                let needs = if not.len() > 1 { "none of these is allowed" } else { "this is not allowed" };
                failed.push(fail(format!("{license}: {needs}: {}", not.join(", "))));
            }
        }
    }
    failed.extend(passed.into_iter().map(|(license, titles)| Case {
        text: match titles.len() {
            1 => "1 component".to_owned(),
            many => format!("{many} components"),
        },
        name: license,
        outcome: Outcome::Pass,
        data: json!({ "components": titles }),
    }));
    failed
}
