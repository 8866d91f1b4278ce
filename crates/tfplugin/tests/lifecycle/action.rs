//! Actions: planned, invoked, failing, stopped.

use std::time::Duration;

use serde_json::{Value as Json, json};
use tfplugin::prelude::*;
use tfplugin::testing::UNKNOWN;

use crate::cloud::Cloud;
use crate::started;

/// A drill.
#[derive(Debug, Model)]
#[model(name = "drill")]
pub(crate) struct Drill {
    /// Object it leaves behind.
    #[attr(validate = length(1..=10))]
    name: String,
    #[attr(default = 2)]
    steps: i64,
    /// How it ends.
    end: Option<String>,
}

impl Action for Drill {
    type Clients = Cloud;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let steps = Self::paths().steps;
        if config.get(&steps) == Known::Value(13) {
            problems.error(steps, "Unlucky", "Thirteen steps are too many.");
        }
    }

    async fn plan(cx: &Context<Cloud>, config: View<'_, Self>) -> Result<()> {
        let paths = Self::paths();
        if config.get(&paths.name) == Known::Unknown {
            cx.warn(Diagnostic::warning("The name comes later").at(paths.name));
        }
        match config.get(&paths.end).value().as_deref() {
            Some("refused") => Err(Error::new("Refused").at(paths.end)),
            Some("panic in plan") => panic!("plan broke"),
            _ => Ok(()),
        }
    }

    async fn invoke(cx: &Context<Cloud>, config: Self, progress: &Progress) -> Result<()> {
        for step in 1..=config.steps {
            progress.say(format!("step {step}"));
            cx.put(&config.name, json!(step));
        }
        match config.end.as_deref() {
            Some("fail") => Err(Error::new("The drill failed").at(Self::paths().end)),
            Some("panic") => panic!("invoke broke"),
            Some("wait") => cx.sleep(Duration::from_secs(60)).await,
            Some("warn") => {
                cx.warn(Diagnostic::warning("That was close"));
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

#[tokio::test]
async fn progress_comes_before_the_outcome() {
    let (harness, cloud) = started().await;
    let invoked = harness.invoke("test_drill", &json!({ "name": "d", "end": "warn" })).await.unwrap();
    assert_eq!(invoked.progress, ["step 1", "step 2"]);
    assert_eq!(invoked.outcome.unwrap(), [Diagnostic::warning("That was close")]);
    assert_eq!(cloud.get("d"), Some(json!(2)));
}

#[tokio::test]
async fn a_failure_or_a_crash_is_the_outcome() {
    let (harness, _) = started().await;
    for (end, expected) in [("fail", "end: The drill failed: \n"), ("panic", "invoke broke")] {
        let invoked = harness.invoke("test_drill", &json!({ "name": "d", "steps": 1, "end": end })).await.unwrap();
        assert_eq!(invoked.progress, ["step 1"]);
        let text = invoked.outcome.unwrap_err().text();
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_while_planning() {
    let (harness, cloud) = started().await;
    for (config, expected) in [
        (json!({ "name": "" }), "name: Invalid value"),
        (json!({ "name": "d", "steps": 13 }), "steps: Unlucky: Thirteen steps are too many."),
        (json!({ "name": "d", "end": "refused" }), "end: Refused"),
        (json!({ "name": "d", "end": "panic in plan" }), "plan broke"),
    ] {
        let text = harness.invoke("test_drill", &config).await.unwrap_err().text();
        assert!(text.contains(expected), "{text}");
    }
    assert_eq!(cloud.get("d"), None::<Json>);
    let warnings = harness.plan_action("test_drill", &json!({ "name": UNKNOWN })).await.unwrap();
    assert_eq!(warnings.len(), 1);
    let text = harness.plan_action("test_fire", &json!({})).await.unwrap_err().text();
    assert!(text.contains("no action \"test_fire\""), "{text}");
}

#[tokio::test]
async fn a_stop_ends_an_action_that_waits() {
    let (harness, _) = started().await;
    let started = std::time::Instant::now();
    let waiting = tokio::spawn({
        let harness = harness.clone();
        async move { harness.invoke("test_drill", &json!({ "name": "d", "end": "wait" })).await }
    });
    tokio::task::yield_now().await;
    harness.stop();
    let invoked = waiting.await.unwrap().unwrap();
    assert!(invoked.outcome.unwrap_err().text().contains("Interrupted") && started.elapsed().as_secs() < 30);
    assert_eq!(invoked.progress.len(), 2);
}
