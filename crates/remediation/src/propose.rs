//! From recommendations to edits that do exactly what they are meant to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use parapet_policy::Step;
use parapet_policy::input::ListedResource;
use parapet_policy::input::hcl::{self, Drafts, Origin, Place, Question, Survey, Surveyed};
use serde_json::Value as Json;

use crate::advice::{self, Advice};
use crate::edit::{self, Edit, SpanOf};
use crate::effective::merged;
use crate::patch::{FileChange, Patch};
use crate::saving::{self, Saving};
use crate::verify::{self, Intended, Objection};
use crate::{Applied, Category, Change, PatchError, Refused, Task};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A recommendation on its way.
struct Candidate<'a> {
    resource: &'a ListedResource,
    category: Category,
    changes: Vec<Change>,
    why: String,
    saving: Saving,
    /// What sets each of the arguments.
    sites: Vec<Place>,
    edits: Vec<(PathBuf, Edit)>,
}

impl Candidate<'_> {
    fn refuse(&self, file: PathBuf, line: Option<u32>, reason: String) -> Refused {
        let first = self.changes.first();
        Refused {
            address: self.resource.address.clone(),
            category: self.category,
            path: first.map(|change| change.path.clone()).unwrap_or_default(),
            what: first.map_or_else(String::new, |change| match &change.to {
                Json::String(to) => format!("to {to}"),
                to => format!("to {to}"),
            }),
            file,
            line,
            reason,
        }
    }

    /// As [`refuse`](Self::refuse), at the first place that would be edited.
    fn refuse_here(&self, reason: String) -> Refused {
        let place = self.sites.first();
        let file = place.map(|place| place.file.clone()).unwrap_or_default();
        self.refuse(file, place.map(|place| place.line), reason)
    }

    fn intended(&self) -> impl Iterator<Item = ((&str, &parapet_policy::AttributePath), &Json)> {
        self.changes.iter().map(|change| ((self.resource.address.as_str(), &change.path), &change.to))
    }
}

/// Makes a patch of everything that is recommended and can be done. Nothing is written.
///
/// # Errors
/// [`PatchError`] when not all of the configuration can be read.
pub fn propose(task: Task<'_>) -> Result<Patch, PatchError> {
    let before = survey(task, &Drafts::new(), &[])?;
    if !before.problems.is_empty() {
        return Err(PatchError::Source(before.problems));
    }
    let mut refused = Vec::new();
    let candidates = candidates(task, &before, &mut refused);
    let candidates = located(task, candidates, &mut refused)?;
    let candidates = undisputed(candidates, &mut refused);
    let groups = groups(candidates);
    let accepted = verified(task, &before, groups, &mut refused)?;
    let texts = drafts(&accepted)?;
    let mut files = Vec::new();
    for (file, text) in texts {
        let before = read(&file)?;
        let after = if before.starts_with(BYTE_ORDER_MARK) { format!("{BYTE_ORDER_MARK}{text}") } else { text };
        files.push(FileChange { file, before: before.into_bytes(), after: after.into_bytes() });
    }
    files.retain(|change| change.before != change.after);
    let mut applied: Vec<Applied> = accepted.into_iter().map(apply).collect();
    applied.sort_by(|a, b| a.address.cmp(&b.address));
    refused.sort_by(|a, b| (&a.address, &a.path).cmp(&(&b.address, &b.path)));
    Ok(Patch { files, applied, refused })
}

fn apply(candidate: Candidate<'_>) -> Applied {
    let places: BTreeSet<(PathBuf, u32)> =
        candidate.sites.iter().map(|place| (place.file.clone(), place.line)).collect();
    Applied {
        address: candidate.resource.address.clone(),
        category: candidate.category,
        changes: candidate.changes,
        why: candidate.why,
        saving: candidate.saving,
        places: places.into_iter().collect(),
    }
}

fn survey(task: Task<'_>, drafts: &Drafts, questions: &[Question]) -> Result<Survey, PatchError> {
    hcl::survey(task.source, task.variables, drafts, questions).map_err(|error| PatchError::Source(vec![error]))
}

/// What is recommended for what is in the state.
fn candidates<'a>(task: Task<'a>, survey: &Survey, refused: &mut Vec<Refused>) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    for resource in task.resources {
        let Some(state) = &resource.before else { continue };
        let configured = survey.instances.get(&resource.address);
        let values = configured.map_or_else(|| state.clone(), |configured| merged(state, &counted(configured)));
        for advice in advice::advise(&resource.kind, &values, task.wishes) {
            let (file, line) = configured.map_or((task.source.to_owned(), None), |it| (it.file.clone(), Some(it.line)));
            let (category, path, what) = match &advice {
                Advice::Change { category, changes, .. } => {
                    let first = changes.first();
                    let path = first.map(|change| change.path.clone()).unwrap_or_default();
                    let what = first.map_or_else(String::new, |change| format!("to {}", plain(&change.to)));
                    (*category, path, what)
                }
                Advice::Refuse { category, path, what, .. } => (*category, path.clone(), what.clone()),
            };
            let ignored = |name: &String| name == "all" || path.root() == Some(name);
            let reason = match (&advice, configured) {
                (_, None) => Some(absent(&resource.address, survey)),
                (_, Some(it)) if it.ignored.iter().any(ignored) => {
                    Some("`lifecycle.ignore_changes` keeps Terraform from changing it".to_owned())
                }
                (Advice::Refuse { reason, .. }, _) => Some(reason.clone()),
                (Advice::Change { .. }, _) => None,
            };
            if let Some(reason) = reason {
                let address = resource.address.clone();
                refused.push(Refused { address, category, path, what, file, line, reason });
                continue;
            }
            if let Advice::Change { category, changes, why } = advice {
                let region = configured.and_then(|it| it.region.as_deref()).or(task.region);
                let saving = saving::of(task.book, region, resource, &values, &changes);
                let (sites, edits) = (Vec::new(), Vec::new());
                let candidate = Candidate { resource, category, changes, why, saving, sites, edits };
                match &candidate.saving {
                    Saving::Known { monthly_usd, .. } if monthly_usd.is_sign_negative() && !monthly_usd.is_zero() => {
                        let reason = format!("it would cost {} USD a month more", monthly_usd.abs().normalize());
                        refused.push(candidate.refuse(file, line, reason));
                    }
                    _ => found.push(candidate),
                }
            }
        }
    }
    found
}

/// The configuration's values that Terraform looks at.
fn counted(configured: &Surveyed) -> Json {
    let mut values = configured.values.clone();
    match &mut values {
        _ if configured.ignored.iter().any(|name| name == "all") => return Json::Null,
        Json::Object(fields) => fields.retain(|name, _| !configured.ignored.contains(name)),
        _ => {}
    }
    values
}

/// Why a resource of the state is not among those of the configuration.
fn absent(address: &str, survey: &Survey) -> String {
    let open = |whole: &str| survey.instances.get(whole).is_some_and(|it| it.unknown == Json::Bool(true));
    let unread = survey.instances.keys().find(|call| {
        let within = address.strip_prefix(call.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']));
        within && call.rsplit('.').nth(1).is_some_and(|step| step == "module")
    });
    match unread {
        Some(call) => format!("{call} was not read; run `terraform init` first, so that its source is there"),
        None if open(address) || open(address.split('[').next().unwrap_or_default()) => {
            "whether it is there is not known from the configuration: its `count` or `for_each` is not".to_owned()
        }
        None => "it is in the state, and not in this configuration".to_owned(),
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Finds out what sets the arguments, and with it what is to be edited.
fn located<'a>(
    task: Task<'_>,
    candidates: Vec<Candidate<'a>>,
    refused: &mut Vec<Refused>,
) -> Result<Vec<Candidate<'a>>, PatchError> {
    let question = |candidate: &Candidate<'_>| {
        let address = candidate.resource.address.clone();
        let of_change = move |change: &Change| Question { address: address.clone(), path: change.path.clone() };
        candidate.changes.iter().map(of_change).collect::<Vec<_>>()
    };
    let questions: Vec<Question> = candidates.iter().flat_map(question).collect();
    let mut origins = survey(task, &Drafts::new(), &questions)?.origins.into_iter();
    let mut found = Vec::new();
    for mut candidate in candidates {
        let answers: Result<Vec<Origin>, _> =
            origins.by_ref().take(candidate.changes.len()).collect::<Vec<_>>().into_iter().collect();
        match answers {
            Err(obstacle) => refused.push(candidate.refuse(obstacle.file, Some(obstacle.line), obstacle.reason)),
            Ok(answers) => {
                for (change, origin) in candidate.changes.iter().zip(answers) {
                    let value = edit::expression(&change.to);
                    let (place, edit) = match origin {
                        Origin::Literal(place) => {
                            let edit = Edit::Replace(SpanOf::from(&place.span), value);
                            (place, edit)
                        }
                        Origin::Absent(place) => {
                            let Some(Step::Key(name)) = change.path.0.last() else { continue };
                            let (block, name) = (SpanOf::from(&place.span), name.clone());
                            let beside = change.beside.iter().map(|name| (*name).to_owned()).collect();
                            let edit = Edit::Add { block, name, value, beside };
                            (place, edit)
                        }
                    };
                    candidate.edits.push((place.file.clone(), edit));
                    candidate.sites.push(place);
                }
                found.push(candidate);
            }
        }
    }
    Ok(found)
}

/// File, bytes, and the argument that is added to the block there.
type Spot = (PathBuf, SpanOf, String);

/// Where an edit is, whatever it writes there.
fn spot(file: &Path, edit: &Edit) -> Spot {
    match edit {
        Edit::Replace(span, _) => (file.to_owned(), *span, String::new()),
        Edit::Add { block, name, .. } => (file.to_owned(), *block, name.clone()),
    }
}

/// Leaves out those that would write different things in one place.
fn undisputed<'a>(candidates: Vec<Candidate<'a>>, refused: &mut Vec<Refused>) -> Vec<Candidate<'a>> {
    let mut wanted: BTreeMap<Spot, BTreeMap<String, String>> = BTreeMap::new();
    for candidate in &candidates {
        for ((file, edit), change) in candidate.edits.iter().zip(&candidate.changes) {
            let values = wanted.entry(spot(file, edit)).or_default();
            values.entry(plain(&change.to)).or_insert_with(|| candidate.resource.address.clone());
        }
    }
    let (disputed, found): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|candidate| {
        candidate.edits.iter().any(|(file, edit)| wanted.get(&spot(file, edit)).is_some_and(|values| values.len() > 1))
    });
    for candidate in disputed {
        let dispute = candidate
            .edits
            .iter()
            .find_map(|(file, edit)| wanted.get(&spot(file, edit)).filter(|values| values.len() > 1));
        let wishes: Vec<String> =
            dispute.into_iter().flatten().map(|(value, address)| format!("{value} for {address}")).collect();
        refused.push(candidate.refuse_here(format!(
            "one place sets several resources that want different values: {}",
            wishes.join(", ")
        )));
    }
    found
}

/// Those that edit the same place stand or fall together.
fn groups(candidates: Vec<Candidate<'_>>) -> Vec<Vec<Candidate<'_>>> {
    let mut groups: Vec<(BTreeSet<Spot>, Vec<Candidate<'_>>)> = Vec::new();
    for candidate in candidates {
        let mut spots: BTreeSet<_> = candidate.edits.iter().map(|(file, edit)| spot(file, edit)).collect();
        let mut members = vec![candidate];
        let (same, others): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(of_group, _)| !of_group.is_disjoint(&spots));
        for (of_group, candidates) in same {
            spots.extend(of_group);
            members.extend(candidates);
        }
        groups = others;
        groups.push((spots, members));
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

/// Evaluates the configuration with the edits, and keeps the groups that change what they are meant to and nothing else.
fn verified<'a>(
    task: Task<'_>,
    before: &Survey,
    groups: Vec<Vec<Candidate<'a>>>,
    refused: &mut Vec<Refused>,
) -> Result<Vec<Candidate<'a>>, PatchError> {
    let outcome = |candidates: &[&Candidate<'_>]| -> Result<Result<(), Objection>, PatchError> {
        let Ok(texts) = drafts(candidates.iter().copied()) else {
            return Ok(Err("its place could not be edited".to_owned().into()));
        };
        let after = survey(task, &texts, &[])?;
        let intended: Intended<'_> = candidates.iter().flat_map(|candidate| candidate.intended()).collect();
        Ok(verify::check(before, &after, &intended))
    };
    let all: Vec<&Candidate<'_>> = groups.iter().flatten().collect();
    if all.is_empty() || outcome(&all)?.is_ok() {
        return Ok(groups.into_iter().flatten().collect());
    }
    let mut accepted: Vec<Candidate<'a>> = Vec::new();
    for group in groups {
        let together: Vec<&Candidate<'_>> = accepted.iter().chain(&group).collect();
        match outcome(&together)? {
            Ok(()) => accepted.extend(group),
            Err(Objection { place, reason }) => refused.extend(group.iter().map(|candidate| match &place {
                Some((file, line)) => candidate.refuse(file.clone(), Some(*line), reason.clone()),
                None => candidate.refuse_here(reason.clone()),
            })),
        }
    }
    Ok(accepted)
}

/// The texts of all files with the edits, without byte order marks.
fn drafts<'c, 'a: 'c>(candidates: impl IntoIterator<Item = &'c Candidate<'a>>) -> Result<Drafts, PatchError> {
    let mut edits: BTreeMap<PathBuf, Vec<Edit>> = BTreeMap::new();
    for (file, edit) in candidates.into_iter().flat_map(|candidate| &candidate.edits) {
        edits.entry(file.clone()).or_default().push(edit.clone());
    }
    let mut texts = Drafts::new();
    for (file, edits) in edits {
        let text = read(&file)?;
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
        let edited = edit::apply(text, &edits).ok_or_else(|| PatchError::Read {
            file: file.clone(),
            error: std::io::Error::other("it has changed while it was read"),
        })?;
        texts.insert(file, edited);
    }
    Ok(texts)
}

fn read(file: &Path) -> Result<String, PatchError> {
    fs::read_to_string(file).map_err(|error| PatchError::Read { file: file.to_owned(), error })
}
