//! A patch for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use parapet_pricing::Decimal;
use parapet_remediation::{Applied, Patch, Saving};
use serde_json::Value as Json;

/// What changes and why, the diff, what is left to people, and what it comes to. Between its parts the text is nothing that
/// `git apply` takes for a change.
pub(super) fn render(patch: &Patch, source: &Path, written: bool) -> String {
    let mut text = String::new();
    for applied in &patch.applied {
        recommendation(&mut text, applied);
    }
    if !patch.is_empty() {
        let _ = write!(text, "\n{}", patch.diff());
    }
    if !patch.refused.is_empty() {
        let _ = write!(text, "\nNot patched:\n");
    }
    for refused in &patch.refused {
        let line = refused.line.map_or_else(String::new, |line| format!(":{line}"));
        let (file, address, path, what) = (refused.file.display(), &refused.address, &refused.path, &refused.what);
        let _ = write!(text, "  {file}{line}: {address}, `{path}` {what}\n    {}\n", refused.reason);
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text + &summary(patch, source, written)
}

fn recommendation(text: &mut String, applied: &Applied) {
    let _ = writeln!(text, "{} [{}] {}", applied.address, applied.category, saves(&applied.saving));
    for change in &applied.changes {
        let _ = match &change.from {
            Json::Null => writeln!(text, "  {} = {}", change.path, plain(&change.to)),
            from => writeln!(text, "  {}: {} -> {}", change.path, plain(from), plain(&change.to)),
        };
    }
    let _ = writeln!(text, "  {}", applied.why);
    let places: Vec<String> = applied.places.iter().map(|(file, line)| format!("{}:{line}", file.display())).collect();
    let _ = writeln!(text, "  at {}", places.join(", "));
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn saves(saving: &Saving) -> String {
    match saving {
        Saving::Known { monthly_usd, .. } if monthly_usd.is_zero() => "costs the same".to_owned(),
        Saving::Known { monthly_usd, .. } => format!("saves ${monthly_usd:.2} a month"),
        Saving::Unknown(why) => format!("saving unknown: {why}"),
    }
}

fn summary(patch: &Patch, source: &Path, written: bool) -> String {
    let refused = match patch.refused.len() {
        0 => String::new(),
        count => format!(" {count} not patched."),
    };
    if patch.is_empty() {
        return format!("{}: nothing to patch.{refused}\n", source.display());
    }
    let known: Vec<Decimal> = patch.applied.iter().filter_map(|applied| known(&applied.saving)).collect();
    let unknown = match patch.applied.len() - known.len() {
        0 => String::new(),
        count => format!(", and what is unknown of {count}"),
    };
    let sum: Decimal = known.iter().sum();
    let (count, files) = (patch.applied.len(), patch.files.len());
    let done = if written { "Written" } else { "Nothing was written; --write does it" };
    let prices = match sources(patch).as_slice() {
        [] => String::new(),
        all => format!("Prices: {}.\n", all.join("; ")),
    };
    format!(
        "{count} recommendation{} in {files} file{} save{} ${sum:.2} a month{unknown}.{refused}\n{prices}{done}.\n",
        plural(count),
        plural(files),
        if count == 1 { "s" } else { "" },
    )
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn known(saving: &Saving) -> Option<Decimal> {
    match saving {
        Saving::Known { monthly_usd, .. } => Some(*monthly_usd),
        Saving::Unknown(_) => None,
    }
}

fn sources(patch: &Patch) -> Vec<String> {
    let of_one = |applied: &Applied| match &applied.saving {
        Saving::Known { sources, .. } => sources.iter().map(ToString::to_string).collect(),
        Saving::Unknown(_) => Vec::new(),
    };
    let all: BTreeSet<String> = patch.applied.iter().flat_map(of_one).collect();
    all.into_iter().collect()
}
