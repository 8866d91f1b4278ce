//! `parapet spot advise`

use super::Sandbox;

const ADVISE: [&str; 8] = ["spot", "advise", "--vcpu", "4", "--memory", "16GiB", "--region", "us-west-2"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ADVISE.iter().copied().chain(more.iter().copied()).collect()
}

/// Three types in two zones; the last change of each doubles its price when the history ends.
fn history(sandbox: &Sandbox) {
    let mut items = Vec::new();
    for (name, price) in [("m7i.xlarge", 5), ("m6i.xlarge", 6), ("m5.xlarge", 9)] {
        for zone in ["us-west-2a", "us-west-2b"] {
            for (day, price) in [(1, price), (30, price * 2)] {
                items.push(serde_json::json!({
                    "AvailabilityZone": zone, "InstanceType": name, "ProductDescription": "Linux/UNIX",
                    "SpotPrice": format!("0.{price:02}0000"), "Timestamp": format!("2026-10-{day:02}T00:00:00+00:00"),
                }));
            }
        }
    }
    sandbox.file("history.json", serde_json::json!({"SpotPriceHistory": items}).to_string());
}

fn advisor(sandbox: &Sandbox) {
    let linux = serde_json::json!({"m7i.xlarge": {"s": 70, "r": 4}, "m6i.xlarge": {"s": 60, "r": 0}, "m6a.xlarge": {"s": 55, "r": 1}});
    let data = serde_json::json!({"spot_advisor": {"us-west-2": {"Linux": linux}}});
    sandbox.file("advisor.json", data.to_string());
}

#[test]
fn the_book_alone_knows_no_spot_price() {
    let sandbox = Sandbox::new();
    let output = sandbox
        .run(&with(&["--architecture", "x86_64"]))
        .exits(0)
        .prints("us-west-2: 4 vCPU, 16 GiB, x86_64")
        .prints("[1] Parapet reference book, ")
        .prints("Spot prices are unknown: on-demand prices decided");
    assert!(
        output.stdout.lines().any(|line| line.starts_with("m7i.xlarge ") && line.contains(" unknown ")),
        "{}",
        output.stdout
    );
    let json = sandbox.run(&with(&["--format", "json"])).exits(0).json();
    assert_eq!(json["instance_types"][0]["spot"]["usd_per_hour"], serde_json::Value::Null);
    assert_eq!(json["instance_types"][0]["on_demand"]["source"]["kind"], "reference_book");
}

#[test]
fn a_price_counts_as_long_as_it_was_in_force() {
    let sandbox = Sandbox::new();
    history(&sandbox);
    let json = sandbox
        .run(&with(&["--spot-history", "history.json", "--min-types", "2", "--max-types", "2", "--format", "json"]))
        .exits(0)
        .json();
    let spot = &json["instance_types"][0]["spot"];
    assert_eq!(json["instance_types"][0]["type"], "m7i.xlarge");
    // Neither the latest, 0.10, nor the mean of the points, 0.075.
    assert!(spot["usd_per_hour"].as_str().unwrap().starts_with("0.05000"), "{spot}");
    assert_eq!(spot["source"]["date"], "2026-10-30");
    assert_eq!(json["instance_types"][0]["zones"], 2);
}

#[test]
fn interruption_rates_decide_and_savings_without_history_are_estimates() {
    let sandbox = Sandbox::new();
    advisor(&sandbox);
    let output = sandbox
        .run(&with(&["--interruption-data", "advisor.json", "--max-interruption", "10", "--min-types", "2"]))
        .exits(0)
        .prints("1  interrupted too often")
        .prints("~ estimated");
    assert!(output.stdout.contains("m6a.xlarge") && !output.stdout.contains("m7i.xlarge"), "{}", output.stdout);
    assert!(output.stdout.contains("Spot Instance Advisor advisor.json, no date"), "{}", output.stdout);
}

#[test]
fn what_cannot_be_fulfilled_says_what_to_relax() {
    let sandbox = Sandbox::new();
    history(&sandbox);
    let args = with(&["--spot-history", "history.json", "--min-types", "3", "--min-savings", "60"]);
    sandbox.run(&args).exits(1).says("min_savings_percent: ").says("min_instance_types: 2 instead of 3");
    let json = sandbox.run(&[args.as_slice(), &["--format", "json"]].concat()).exits(1).json();
    assert_eq!((&json["feasible"], &json["fitting"]), (&false.into(), &2.into()));
}

#[test]
fn mistakes_say_what_to_do() {
    let sandbox = Sandbox::new();
    history(&sandbox);
    sandbox.file("empty.json", "{}");
    sandbox.file("book.json", r#"{"format": "parapet-price-book/1", "name": "x", "date": "2026-01-01", "prices": {}}"#);
    let fails = |more: &[&str], message: &str| {
        sandbox.run(&with(more)).exits(2).says(message);
    };
    fails(&["--max-interruption", "10"], "--max-interruption needs interruption rates");
    fails(&["--min-savings", "40"], "--min-savings needs Spot prices");
    fails(&["--spot-history", "nowhere.json"], "nowhere.json: cannot be read");
    fails(&["--spot-history", "empty.json"], "empty.json cannot be read as what");
    fails(&["--price-book", "book.json"], "unknown field `prices`");
    fails(&["--max-types", "30"], "30 is not between 1 and 20");
    let region = |region: &'static str| [&ADVISE[..7], &[region, "--spot-history", "history.json"]].concat();
    sandbox
        .run(&region("eu-west-1"))
        .exits(2)
        .says("history.json is of another region: us-west-2a is not in eu-west-1");
    sandbox.run(&region("us-wets-2")[..8]).exits(2).says("no price book has anything of `us-wets-2`");
    sandbox
        .run(&["spot", "advise", "--vcpu", "4", "--memory", "16GB", "--region", "us-west-2"])
        .exits(2)
        .says("write 16GiB");
}
