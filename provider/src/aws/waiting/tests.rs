use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use tfplugin::testing::Harness;

use super::*;

/// How often something was looked at.
#[derive(Clone, Debug, Default)]
struct Looks(Arc<AtomicU32>);

/// A provider whose only resource waits as its configuration tells it.
struct Patient(Looks);

#[derive(Debug, Model)]
struct Nothing {}

/// Waits for something that happens at the third look, or never.
#[derive(Clone, Debug, Model)]
#[model(name = "wait")]
struct Wait {
    #[attr(key)]
    name: String,
    /// `trouble`: every second look fails for the moment. `never`: it does not happen. `stuck`: the look does not end. `broken`: it fails.
    kind: String,
    #[attr(block)]
    timeouts: Option<Timeouts>,
}

impl Provider for Patient {
    type Config = Nothing;
    type Clients = Looks;
    const NAME: &'static str = "test";

    fn register(registry: &mut Registry<Looks>) {
        registry.resource::<Wait>();
    }

    async fn configure(&self, _cx: &Context<()>, _config: View<'_, Nothing>) -> Result<Looks> {
        Ok(self.0.clone())
    }
}

impl Resource for Wait {
    type Clients = Looks;

    async fn create(cx: &Context<Looks>, plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        saved.checkpoint(&plan);
        let create = plan.timeouts.as_ref().and_then(|timeouts| timeouts.create.as_ref());
        let deadline = Deadline::of(create, Duration::from_secs(60))?;
        until(cx, deadline, "the moon to rise", || async {
            let look = cx.0.fetch_add(1, Ordering::SeqCst) + 1;
            match plan.kind.as_str() {
                "stuck" => std::future::pending().await,
                "broken" => Err(Setback::Final(Error::new("There is no moon"))),
                "never" if look == 1 => Ok(Progress::Waiting("below".to_owned())),
                "never" => Err(Setback::Transient("Throttling (slow down)".to_owned())),
                "trouble" if look % 2 == 1 && look < 3 => Err(Setback::Transient("no connection".to_owned())),
                _ if look < 3 => Ok(Progress::Waiting("below".to_owned())),
                _ => Ok(Progress::Done(())),
            }
        })
        .await?;
        Ok(plan)
    }

    async fn read(_cx: &Context<Looks>, _key: &Key<Self>, prior: Option<&Self>) -> Result<Option<Self>> {
        Ok(prior.cloned())
    }

    async fn update(_cx: &Context<Looks>, _prior: Self, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        Ok(plan)
    }

    async fn delete(_cx: &Context<Looks>, _prior: Self) -> Result<()> {
        Ok(())
    }
}

async fn started() -> (Harness<Patient>, Looks) {
    let looks = Looks::default();
    (Harness::start(Patient(looks.clone()), &json!({})).await.unwrap(), looks)
}

#[tokio::test]
async fn looks_until_it_is_done_whatever_fails_for_the_moment() {
    for kind in ["calm", "trouble"] {
        let (harness, looks) = started().await;
        harness.apply("test_wait", None, &json!({ "name": "a", "kind": kind })).await.unwrap();
        assert_eq!(looks.0.load(Ordering::SeqCst), 3, "{kind}");
    }
}

#[tokio::test]
async fn the_deadline_says_what_for_how_long_and_what_was_seen() {
    let (harness, _) = started().await;
    let config = json!({ "name": "a", "kind": "never", "timeouts": { "create": "1s" } });
    let failed = harness.apply("test_wait", None, &config).await.unwrap_err();
    let text = failed.text();
    for part in
        ["waiting for the moon to rise", "Waited 1s", "state seen was below", "answer was Throttling (slow down)"]
    {
        assert!(text.contains(part), "{text}");
    }
    assert!(failed.state.unwrap().tainted, "what exists is kept");
}

#[tokio::test]
async fn a_lasting_failure_ends_it() {
    let (harness, looks) = started().await;
    let failed = harness.apply("test_wait", None, &json!({ "name": "a", "kind": "broken" })).await.unwrap_err();
    assert!(failed.text().contains("There is no moon"), "{}", failed.text());
    assert_eq!(looks.0.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_interrupt_ends_even_a_look_that_hangs() {
    for kind in ["stuck", "never"] {
        let (harness, _) = started().await;
        let waiting = tokio::spawn({
            let harness = harness.clone();
            async move { harness.apply("test_wait", None, &json!({ "name": "a", "kind": kind })).await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let asked = Instant::now();
        harness.stop();
        let failed = waiting.await.unwrap().unwrap_err();
        assert!(failed.text().contains("Interrupted"), "{kind}: {}", failed.text());
        assert!(asked.elapsed() < Duration::from_millis(400), "{kind}: {:?}", asked.elapsed());
        assert!(failed.state.unwrap().tainted, "{kind}: what exists is kept");
    }
}

#[tokio::test]
async fn timeouts_are_durations() {
    let (harness, _) = started().await;
    let config = json!({ "name": "a", "kind": "calm", "timeouts": { "create": "soon", "delete": "5" } });
    let text = harness.plan("test_wait", None, Some(&config)).await.unwrap_err().text();
    assert!(
        text.contains("timeouts.create: Invalid value") && text.contains("timeouts.delete: Invalid value"),
        "{text}"
    );
    assert!(text.contains("must be a duration such as \"90s\""), "{text}");
}

#[test]
fn durations_are_spelled_as_they_are_written() {
    for text in ["90s", "30m", "1h30m", "1h1s"] {
        let parsed = duration::parse(text).unwrap();
        assert_eq!(duration::parse(&spelled(parsed)).unwrap(), parsed, "{text}");
    }
    assert_eq!(spelled(Duration::from_secs(5400)), "1h30m");
    assert_eq!(spelled(Duration::from_millis(20)), "20 ms");
}
