//! Tags: a resource's own, those of the provider block, and those that Parapet keeps for itself.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::model::Model;
use tfplugin::path::Field;
use tfplugin::prelude::*;
use tfplugin::value::Value;

use super::Aws;

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// Tag of what a failover has fenced. On an accelerator it names the regions whose endpoints were taken away, so that nothing reaches
/// the old writer; on an instance, of whatever value, it says that its security groups are not its own.
pub(crate) const FENCED: &str = "parapet:fenced";

/// Tags that are not the user's: AWS's own, and those with which Parapet marks what it does.
fn is_reserved(key: &str) -> bool {
    key.starts_with("aws:") || key.starts_with("parapet:")
}

/// Regions that the [`FENCED`] tag names.
pub(crate) fn fenced_regions(remote: &Tags) -> BTreeSet<String> {
    // Any character that is in no region's name separates: not every service stores a comma.
    let separates = |character: char| !character.is_ascii_alphanumeric() && character != '-';
    let regions = remote.get(FENCED).map_or("", String::as_str).split(separates);
    regions.filter(|region| !region.is_empty()).map(str::to_owned).collect()
}

/// Tags the object is to have: the resource's own over those of the provider block.
pub(crate) fn wanted_tags(aws: &Aws, own: Option<&Tags>) -> Tags {
    without_reserved(aws.tags(own))
}

/// Tags a person sees.
pub(crate) fn without_reserved(mut tags: Tags) -> Tags {
    tags.retain(|key, _| !is_reserved(key));
    tags
}

/// The resource's own among all visible tags: what the state has, and what is not from the provider block. `prior` is `None` right
/// after an import.
pub(crate) fn own_tags(all: &Tags, prior: Option<&Option<Tags>>, defaults: &Tags) -> Option<Tags> {
    let before = prior.and_then(Option::as_ref);
    let is_own = |key: &String, value: &String| {
        before.is_some_and(|before| before.contains_key(key)) || defaults.get(key) != Some(value)
    };
    let own: Tags =
        all.iter().filter(|(key, value)| is_own(key, value)).map(|(key, value)| (key.clone(), value.clone())).collect();
    // An empty map and none at all are the same to AWS, and not to Terraform.
    (before.is_some() || !own.is_empty()).then_some(own)
}

/// What has to be done for `remote` to become `wanted`.
#[derive(Debug, PartialEq)]
pub(crate) struct TagChanges {
    /// Tags to set.
    pub(crate) set: Tags,
    /// Keys to remove.
    pub(crate) remove: Vec<String>,
}

impl TagChanges {
    /// Reserved tags stay as they are.
    pub(crate) fn new(remote: &Tags, wanted: &Tags) -> Self {
        let set = wanted.iter().filter(|(key, value)| remote.get(*key) != Some(value));
        let remove = remote.keys().filter(|key| !wanted.contains_key(*key) && !is_reserved(key));
        Self { set: set.map(|(key, value)| (key.clone(), value.clone())).collect(), remove: remove.cloned().collect() }
    }
}

/// Plans `tags_all`.
pub(crate) fn plan_all_tags<R: Model>(
    aws: &Aws,
    plan: &mut Plan<'_, R>,
    tags: &Field<Option<Tags>>,
    tags_all: &Field<Computed<Tags>>,
) {
    match plan.get(tags) {
        Known::Unknown => plan.set_unknown(tags_all),
        Known::Null => plan.set(tags_all, wanted_tags(aws, None)),
        Known::Value(own) => plan.set(tags_all, wanted_tags(aws, Some(&own))),
    }
}

/// Refuses tags that AWS or Parapet keep for themselves.
pub(crate) fn check_tags<R: Model>(config: View<'_, R>, tags: &Field<Option<Tags>>, problems: &mut Problems) {
    let Value::Map(entries) = config.raw(tags.path()) else { return };
    for key in entries.keys().filter(|key| is_reserved(key)) {
        problems.error(
            tags.path().key(key),
            "Reserved tag",
            format!("Tags that begin with `aws:` or `parapet:` are not yours to set; rename {key:?}."),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn tags_of_the_resource() {
        let defaults = tags(&[("team", "core"), ("env", "prod")]);
        let all = tags(&[("team", "core"), ("env", "prod"), ("app", "shop")]);
        let only_app = Some(tags(&[("app", "shop")]));
        assert_eq!(own_tags(&all, Some(&only_app), &defaults), only_app);
        assert_eq!(own_tags(&all, None, &defaults), only_app, "after an import");
        assert_eq!(own_tags(&all, Some(&None), &defaults), only_app, "added by hand");
        assert_eq!(own_tags(&defaults, Some(&None), &defaults), None);
        assert_eq!(own_tags(&defaults, Some(&Some(Tags::new())), &defaults), Some(Tags::new()), "an empty map stays");
        assert_eq!(own_tags(&defaults, Some(&only_app), &defaults), Some(Tags::new()), "removed by hand");
        let repeated = Some(tags(&[("team", "core")]));
        assert_eq!(own_tags(&defaults, Some(&repeated), &defaults), repeated, "a default tag repeated on the resource");
        let drifted = tags(&[("team", "other"), ("env", "prod")]);
        assert_eq!(
            own_tags(&drifted, Some(&None), &defaults),
            Some(tags(&[("team", "other")])),
            "a default tag changed by hand"
        );
    }

    #[test]
    fn changes_leave_reserved_tags_alone() {
        let remote = tags(&[("a", "1"), ("b", "2"), ("parapet:fenced", "eu-west-1"), ("aws:stack", "s")]);
        let changes = TagChanges::new(&remote, &tags(&[("a", "1"), ("c", "3")]));
        assert_eq!(changes, TagChanges { set: tags(&[("c", "3")]), remove: vec!["b".to_owned()] });
        assert_eq!(without_reserved(remote), tags(&[("a", "1"), ("b", "2")]));
    }

    #[test]
    fn fenced_regions_are_read_whatever_separates_them() {
        for text in ["eu-west-1,us-east-2", "eu-west-1, us-east-2", " eu-west-1 us-east-2", "us-east-2/eu-west-1,"] {
            let regions = fenced_regions(&tags(&[(FENCED, text)]));
            assert!(regions.iter().eq(["eu-west-1", "us-east-2"]), "{text}: {regions:?}");
        }
        assert!(fenced_regions(&tags(&[(FENCED, "")])).is_empty() && fenced_regions(&Tags::new()).is_empty());
    }
}
