//! A patch for programs. Amounts are texts: a number of JSON would become a binary float where it is read.

use parapet_remediation::{Applied, Patch, Refused, Saving};
use serde_json::{Value as Json, json};

pub(super) fn render(patch: &Patch, written: bool) -> Json {
    json!({
        "written": written,
        "files": patch.files.iter().map(|change| change.file.display().to_string()).collect::<Vec<_>>(),
        "diff": patch.diff(),
        "applied": patch.applied.iter().map(applied).collect::<Vec<_>>(),
        "refused": patch.refused.iter().map(refused).collect::<Vec<_>>(),
    })
}

fn applied(it: &Applied) -> Json {
    let (saving, unknown, sources) = match &it.saving {
        Saving::Known { monthly_usd, sources } => {
            (Some(monthly_usd.to_string()), None, sources.iter().map(ToString::to_string).collect())
        }
        Saving::Unknown(why) => (None, Some(why), Vec::new()),
    };
    let change =
        |change: &parapet_remediation::Change| json!({"path": change.path, "from": change.from, "to": change.to});
    let place = |(file, line): &(std::path::PathBuf, u32)| json!({"file": file.display().to_string(), "line": line});
    json!({
        "address": it.address,
        "kind": it.category.as_str(),
        "changes": it.changes.iter().map(change).collect::<Vec<_>>(),
        "why": it.why,
        "monthly_saving_usd": saving,
        "saving_unknown": unknown,
        "price_sources": sources,
        "places": it.places.iter().map(place).collect::<Vec<_>>(),
    })
}

fn refused(it: &Refused) -> Json {
    json!({
        "address": it.address,
        "kind": it.category.as_str(),
        "path": it.path,
        "recommended": it.what,
        "file": it.file.display().to_string(),
        "line": it.line,
        "reason": it.reason,
    })
}
