//! Lists: what is found, how much of it, and how a list ends.

use std::time::Duration;

use serde_json::{Value as Json, json};
use tfplugin::prelude::*;

use crate::cloud::Cloud;
use crate::started;
use crate::volume::{Volume, VolumeKey};

/// Volumes by zone.
#[derive(Debug, Model)]
pub(crate) struct Volumes {
    /// Their zone.
    zone: Option<String>,
    /// `key` or `object`: how they are found.
    #[attr(default = "key", validate = one_of(&["key", "object"]))]
    by: String,
    /// `fail`, `panic`, `wait` or `stubborn`, at the end.
    end: Option<String>,
}

impl List<Volume> for Volumes {
    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let zone = Self::paths().zone;
        if config.get(&zone) == Known::Value("none".to_owned()) {
            problems.error(zone, "No zone", "There is no such zone.");
        }
    }

    async fn list(cx: &Context<Cloud>, config: Self, found: &mut Found<Volume>) -> Result<()> {
        cx.warn(Diagnostic::warning("Looked"));
        for name in cx.names() {
            let Some((zone, number)) = name.split_once(':') else { continue };
            let number = number.parse()?;
            if config.zone.as_deref().is_some_and(|wanted| wanted != zone) {
                continue;
            }
            let (zone, wanted) = (zone.to_owned(), found.wanted());
            let sent = if config.by == "object" {
                found.object(&name, Volume { zone, number, text: Some(format!("of {wanted}")), part: Vec::new() }).await
            } else {
                found.key(&name, VolumeKey { zone, number }).await
            };
            if config.end.as_deref() != Some("stubborn") {
                sent?;
            }
        }
        match config.end.as_deref() {
            Some("fail") => Err(Error::new("No more can be found")),
            Some("panic") => panic!("list broke"),
            Some("wait") => {
                // Without heeding the stop.
                tokio::time::sleep(Duration::from_secs(60)).await;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

async fn names(config: Json, limit: i64) -> Vec<String> {
    let (harness, cloud) = started().await;
    for name in ["a:1", "a:2", "b:1"] {
        cloud.put(name, json!(name));
    }
    let found = harness.list("test_volume", &config, limit, false).await.unwrap();
    assert!(found.objects.iter().all(|object| object.object.is_none()));
    found.objects.into_iter().map(|object| object.name).collect()
}

#[tokio::test]
async fn no_more_than_the_limit_is_found() {
    assert_eq!(names(json!({}), 100).await, ["a:1", "a:2", "b:1"]);
    assert_eq!(names(json!({ "zone": "b" }), 100).await, ["b:1"]);
    assert_eq!(names(json!({}), 3).await, ["a:1", "a:2", "b:1"]);
    assert_eq!(names(json!({}), 2).await, ["a:1", "a:2"]);
    assert_eq!(names(json!({}), 0).await, [""; 0]);
    assert_eq!(names(json!({ "end": "fail" }), 3).await.len(), 3, "a list that has found enough cannot fail");
    assert_eq!(names(json!({ "end": "stubborn" }), 1).await, ["a:1"]);
}

#[tokio::test]
async fn whole_objects_are_given_or_read() {
    let (harness, cloud) = started().await;
    cloud.put("a:1", json!("text"));
    for (by, text) in [("key", "text"), ("object", "of 5")] {
        let found = harness.list("test_volume", &json!({ "by": by }), 5, true).await.unwrap();
        let object = found.objects.first().unwrap();
        assert_eq!(object.identity, json!({ "zone": "a", "number": 1 }));
        assert_eq!(object.object, Some(json!({ "zone": "a", "number": 1, "text": text, "part": [] })), "{by}");
        assert_eq!(found.warnings.len(), 1);
    }
}

#[tokio::test]
async fn a_list_that_fails_says_why() {
    let (harness, _) = started().await;
    for (config, expected) in [
        (json!({ "end": "fail" }), ": No more can be found: "),
        (json!({ "end": "panic" }), "list broke"),
        (json!({ "zone": "none" }), "zone: No zone: There is no such zone."),
        (json!({ "by": "luck" }), "by: Invalid value"),
    ] {
        let text = harness.list("test_volume", &config, 5, false).await.unwrap_err().text();
        assert!(text.contains(expected), "{text}");
    }
    let text = harness.list("test_machine", &json!({}), 5, false).await.unwrap_err().text();
    assert!(text.contains("no list of \"test_machine\""), "{text}");
}

#[tokio::test]
async fn a_stop_ends_a_list_that_waits() {
    let (harness, _) = started().await;
    let started = std::time::Instant::now();
    let waiting = tokio::spawn({
        let harness = harness.clone();
        async move { harness.list("test_volume", &json!({ "end": "wait" }), 5, false).await }
    });
    tokio::task::yield_now().await;
    harness.stop();
    let failed = waiting.await.unwrap().unwrap_err();
    assert!(failed.text().contains("Interrupted") && started.elapsed().as_secs() < 30, "{}", failed.text());
}
