//! Is the SBOM complete? The minimum elements of the NTIA (2021) that a document can show: author, time, and of each component
//! a name, a version, an identifier, and its relation to others.

use std::path::Path;

use serde_json::json;

use crate::gate::inventory::{self, Component};
use crate::gate::outcome::{Case, Outcome};

/// So many components are named in a message.
const NAMED: usize = 5;

/// Checks an SBOM, and that it has every component of each other list.
pub(super) fn check(path: &Path, covers: &[impl AsRef<Path>]) -> anyhow::Result<Vec<Case>> {
    let found = inventory::read(path)?;
    let name = path.display();
    let Some(sbom) = &found.sbom else {
        anyhow::bail!("{name}: this is no SBOM but a list of packages; CycloneDX or SPDX (JSON) is expected");
    };
    let about = match (&sbom.created, sbom.authors) {
        (Some(created), 1..) => (Outcome::Pass, format!("{}, made {created}", sbom.format)),
        (None, _) => (Outcome::Fail, format!("{}: says not when it was made", sbom.format)),
        (_, 0) => (Outcome::Fail, format!("{}: names neither a tool nor an author", sbom.format)),
    };
    let mut cases = vec![case("sbom", "document", about.0, about.1)];
    if found.components.is_empty() {
        cases.push(case("sbom", "components", Outcome::Fail, "there is no component in it".to_owned()));
        return Ok(cases);
    }
    let total = found.components.len();
    let mut every = |what: &str, has: &dyn Fn(&Component) -> bool| {
        let without: Vec<&Component> = found.components.iter().filter(|it| !has(it)).collect();
        cases.push(if without.is_empty() {
            case("sbom", what, Outcome::Pass, format!("all {total} components have it"))
        } else {
            let text = format!("{} of {total} components have none: {}", without.len(), some(&without));
            case("sbom", what, Outcome::Fail, text)
        });
    };
    every("name", &|it| !it.name.is_empty());
    every("version", &|it| it.version.is_some());
    every("identifier (purl or cpe)", &|it| it.purl.is_some());
    every("dependency relation", &|it| sbom.relates(it));
    for other in covers {
        cases.push(covered(&found.components, other.as_ref())?);
    }
    Ok(cases)
}

fn covered(components: &[Component], other: &Path) -> anyhow::Result<Case> {
    let expected = inventory::read(other)?.components;
    let missing: Vec<&Component> = expected.iter().filter(|one| !components.iter().any(|it| same(it, one))).collect();
    let (outcome, text) = if expected.is_empty() {
        (Outcome::Fail, "there is no component in it to compare with".to_owned())
    } else if missing.is_empty() {
        (Outcome::Pass, format!("all {} components are in the SBOM", expected.len()))
    } else {
        let text =
            format!("{} of {} components are not in the SBOM: {}", missing.len(), expected.len(), some(&missing));
        (Outcome::Fail, text)
    };
    Ok(case("sbom", &format!("covers {}", other.display()), outcome, text))
}

/// Names of Python packages are the same in upper and lower case, with dashes and underscores.
fn same(one: &Component, other: &Component) -> bool {
    let name = |it: &Component| it.name.to_lowercase().replace('_', "-");
    name(one) == name(other) && (other.version.is_none() || one.version == other.version)
}

fn case(group: &str, name: &str, outcome: Outcome, text: String) -> Case {
    Case { name: format!("{group} {name}"), outcome, text, data: json!(null) }
}

fn some(components: &[&Component]) -> String {
    let more = if components.len() > NAMED { ", ..." } else { "" };
    let titles = components.iter().take(NAMED).map(|it| match it.title() {
        title if title.is_empty() => "(without a name)".to_owned(),
        title => title,
    });
    format!("{}{more}", titles.collect::<Vec<_>>().join(", "))
}
