//! The choice of instance types: what is taken, and what is never done whatever the market is.

#![expect(clippy::unwrap_used, reason = "a name or a choice that there is not fails the test that asked")]

use std::collections::{BTreeMap, BTreeSet};

use parapet_pricing::source::{Price, Quote, Source, SourceKind};
use parapet_pricing::spot::{
    Bounds, Breach, Candidate, Decision, Interruption, InterruptionBucket, Prior, Reason, Requirements, Reselection,
    SpotPrice, reselect, select,
};
use parapet_pricing::{Architecture, Decimal, Money, Shape};
use proptest::prelude::*;

fn quoted(thousandths: u32) -> Price {
    let source = Source::new(SourceKind::PriceBook, "a test", None);
    Price::Known(Quote { money: Money::usd(Decimal::new(thousandths.into(), 3)), source, estimated: false })
}

/// Of 4 vCPU and 16 GiB, at 0.200 on demand.
fn candidate(name: &str, spot: u32) -> Candidate {
    Candidate {
        instance_type: name.parse().unwrap(),
        shape: Shape {
            vcpu: 4,
            memory_mib: 16 * 1024,
            architecture: Architecture::X86_64,
            gpu: None,
            burstable: false,
            bare_metal: false,
            current_generation: true,
        },
        zones: Some(["a", "b", "c"].map(str::to_owned).into()),
        on_demand: quoted(200),
        spot: SpotPrice::Quoted(quoted(spot)),
        interruption: None,
        placement_score: None,
    }
}

fn requirements(min: usize, max: usize) -> Requirements {
    Requirements { min_instance_types: min, max_instance_types: max, ..Requirements::default() }
}

fn market(prices: &[u32]) -> Vec<Candidate> {
    prices.iter().enumerate().map(|(index, spot)| candidate(&format!("m{index}.xlarge"), *spot)).collect()
}

fn names(selection: &parapet_pricing::spot::Selection) -> Vec<String> {
    selection.instance_types()
}

#[test]
fn the_cheapest_are_taken_and_more_while_they_cost_little() {
    // Mean of the first two 0.062; 2/2 above allows 0.124. Then 2/3 above the mean 0.0663, 0.1106, does not allow 0.120.
    let selection = select(&requirements(2, 20), &market(&[60, 64, 75, 120, 130]), None).unwrap();
    assert_eq!(names(&selection), ["m0.xlarge", "m1.xlarge", "m2.xlarge"]);
    assert_eq!(
        selection.left_out,
        BTreeMap::from([(Reason::Savings, 0), (Reason::Enough, 2)]).into_iter().filter(|it| it.1 > 0).collect()
    );
    assert_eq!(selection.considered, 5);
    assert_eq!(selection.chosen[0].score, 600, "500 for the price, 100 for the zones");
}

#[test]
fn estimates_are_of_the_mean() {
    let selection = select(&requirements(2, 2), &market(&[50, 70]), None).unwrap();
    assert_eq!(selection.savings_percent().unwrap().normalize().to_string(), "70");
    // (0.200 - 0.060) x 730 x 3
    assert_eq!(selection.monthly_savings(3).unwrap().unwrap().amount.normalize().to_string(), "306.6");
    assert_eq!(selection.monthly_spot(3).unwrap().unwrap().amount.normalize().to_string(), "131.4");
}

#[test]
fn calm_and_scores_outweigh_a_little_money() {
    let mut market = market(&[60, 61, 62]);
    let source = Source::new(SourceKind::SpotAdvisor, "a test", None);
    for (it, bucket) in
        market.iter_mut().zip([InterruptionBucket::Over20, InterruptionBucket::Under5, InterruptionBucket::Under5])
    {
        it.interruption = Some(Interruption { bucket, source: source.clone() });
    }
    let selection = select(&requirements(1, 1), &market, None).unwrap();
    assert_eq!(names(&selection), ["m1.xlarge"]);
    let ceiling = Requirements { max_interruption_rate_percent: Some(5), ..requirements(2, 2) };
    assert_eq!(names(&select(&ceiling, &market, None).unwrap()), ["m1.xlarge", "m2.xlarge"]);
}

#[test]
fn a_group_has_one_shape_and_the_cheapest_per_vcpu_wins() {
    let mut market = market(&[60, 60, 60, 60]);
    for it in &mut market[2..] {
        it.shape.vcpu = 8;
        it.shape.memory_mib = 32 * 1024;
        it.on_demand = quoted(400);
        it.spot = SpotPrice::Quoted(quoted(100));
    }
    let selection = select(&requirements(2, 2), &market, None).unwrap();
    assert_eq!((selection.shape.vcpu, names(&selection)), (8, vec!["m2.xlarge".to_owned(), "m3.xlarge".to_owned()]));
    assert_eq!(selection.left_out[&Reason::OtherShape], 2);
}

#[test]
fn unknown_is_not_cheap() {
    let mut market = market(&[60, 60, 60]);
    market[0].spot = SpotPrice::Quoted(Price::unknown("nobody asked"));
    market[1].on_demand = Price::unknown("nobody asked");
    let error = select(&requirements(2, 2), &market, None).unwrap_err();
    assert_eq!(error.left_out, BTreeMap::from([(Reason::SpotUnknown, 1), (Reason::OnDemandUnknown, 1)]));
    let selection = select(&Requirements { min_savings_percent: None, ..requirements(3, 3) }, &market, None).unwrap();
    assert!(selection.mean_spot.is_none() && selection.savings_percent().is_none());
    assert!(selection.monthly_savings(1).unwrap().is_none());
}

#[test]
fn the_floor_is_exact() {
    // 30% of 0.200 is exactly 0.140.
    assert!(select(&requirements(1, 1), &market(&[140]), None).is_ok());
    assert!(select(&requirements(1, 1), &market(&[141]), None).is_err());
}

#[test]
fn infeasible_says_what_to_relax_and_what_it_brings() {
    let error = select(&requirements(3, 5), &market(&[60, 145, 150, 170]), None).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("of 4 types 1 fit") && text.contains("3 left out: saves too little"), "{text}");
    assert!(
        text.contains("min_savings_percent: 25 instead of 30 brings 3 types: m0.xlarge, m1.xlarge, m2.xlarge"),
        "{text}"
    );
    assert!(text.contains("min_instance_types: 1 instead of 3 brings 1 type: m0.xlarge"), "{text}");
    // What is proposed works.
    let relaxed = Requirements { min_savings_percent: Some(25.into()), ..requirements(3, 5) };
    assert!(select(&relaxed, &market(&[60, 145, 150, 170]), None).is_ok());
}

#[test]
fn two_requirements_can_be_to_blame_together() {
    let mut market = market(&[150, 150]);
    for it in &mut market {
        it.shape.burstable = true;
    }
    let error = select(&requirements(2, 2), &market, None).unwrap_err();
    let changes: Vec<&str> = error.relaxations[0].changes.iter().map(|(attribute, ..)| *attribute).collect();
    assert_eq!(changes, ["min_savings_percent", "burstable"], "{error}");
}

#[test]
fn contradictions_are_told_before_anything_else() {
    let bad = Requirements { vcpu_count: Bounds { min: Some(8), max: Some(4) }, ..requirements(1, 1) };
    let text = select(&bad, &market(&[60]), None).unwrap_err().to_string();
    assert!(text.contains("vcpu_count: at least 8 and at most 4 exclude each other"), "{text}");
}

#[test]
fn a_moving_price_alone_changes_nothing_until_the_floor_is_broken() {
    let wants = requirements(2, 2);
    let first = select(&wants, &market(&[60, 64, 90]), None).unwrap();
    let prior = Prior { instance_types: first.chosen.iter().map(|it| it.instance_type.clone()).collect() };
    let decide = |mode, prices: &[u32]| reselect(mode, &prior, &wants, &market(prices), None);

    for mode in [Reselection::Pinned, Reselection::OnBreach] {
        assert!(matches!(decide(mode, &[100, 110, 50]), Decision::Keep { breaches } if breaches.is_empty()));
    }
    let Decision::Reselect { breaches, selection } = decide(Reselection::Always, &[100, 110, 50]) else { panic!() };
    assert!(breaches.is_empty() && names(&selection) == ["m0.xlarge", "m2.xlarge"]);

    let Decision::Keep { breaches } = decide(Reselection::Pinned, &[60, 150, 50]) else { panic!() };
    assert_eq!(breaches.len(), 1);
    assert_eq!(breaches[0].to_string(), "m1.xlarge: saves too little (25%)");
    let Decision::Reselect { breaches, selection } = decide(Reselection::OnBreach, &[60, 150, 50]) else { panic!() };
    assert_eq!((breaches.len(), names(&selection)), (1, vec!["m0.xlarge".to_owned(), "m2.xlarge".to_owned()]));
    let Decision::Stuck { infeasible, .. } = decide(Reselection::OnBreach, &[150, 150, 150]) else { panic!() };
    assert!(infeasible.to_string().contains("min_savings_percent: 25 instead of 30"), "{infeasible}");
}

#[test]
fn a_type_that_is_gone_is_a_breach_and_an_unknown_price_is_none() {
    let wants = requirements(2, 2);
    let mut now = market(&[60, 64]);
    let prior = Prior { instance_types: now.iter().map(|it| it.instance_type.clone()).collect() };
    now[0].spot = SpotPrice::Quoted(Price::unknown("no answer"));
    assert!(
        matches!(reselect(Reselection::OnBreach, &prior, &wants, &now, None), Decision::Keep { breaches } if breaches.is_empty())
    );
    now.remove(0);
    let Decision::Stuck { breaches, .. } = reselect(Reselection::OnBreach, &prior, &wants, &now, None) else {
        panic!()
    };
    assert_eq!(breaches, [Breach::Gone { instance_type: "m0.xlarge".parse().unwrap() }]);
}

prop_compose! {
    /// Anything from a market: unknown prices, several shapes and families, several sizes of a family in one shape.
    fn any_candidate()(
        family in 0_u8..12, size in prop::sample::select(vec!["xlarge", "2xlarge", "metal"]),
        vcpu in prop::sample::select(vec![4_u32, 8]), memory in prop::sample::select(vec![16_u64, 32]),
        arm in any::<bool>(), on_demand in prop::option::of(100_u32..400), spot in prop::option::of(10_u32..400),
        zones in prop::option::of(0_usize..4), bucket in prop::option::of(0_usize..5), score in prop::option::of(1_u8..=10),
    ) -> Candidate {
        let price = |it: Option<u32>| it.map_or_else(|| Price::unknown("not drawn"), quoted);
        let source = Source::new(SourceKind::SpotAdvisor, "a test", None);
        let mut it = candidate(&format!("m{family}.{size}"), 1);
        it.shape.vcpu = vcpu;
        it.shape.memory_mib = memory * 1024;
        it.shape.architecture = if arm { Architecture::Arm64 } else { Architecture::X86_64 };
        it.on_demand = price(on_demand);
        it.spot = SpotPrice::Quoted(price(spot));
        it.zones = zones.map(|count| ["a", "b", "c"].into_iter().take(count).map(str::to_owned).collect());
        it.interruption =
            bucket.map(|index| Interruption { bucket: InterruptionBucket::ALL.into_iter().nth(index).unwrap(), source });
        it.placement_score = score;
        it
    }
}

prop_compose! {
    fn any_requirements()(
        min in 1_usize..5, more in 0_usize..8, families in 1_usize..5, zones in 1_usize..4,
        floor in prop::option::of(0_u32..90), ceiling in prop::option::of(5_u8..=100), score in prop::option::of(1_u8..=10),
    ) -> Requirements {
        Requirements {
            min_families: families.min(min + more),
            min_availability_zones: zones,
            min_savings_percent: floor.map(Decimal::from),
            max_interruption_rate_percent: ceiling,
            min_placement_score: score,
            ..requirements(min, min + more)
        }
    }
}

fn market_and_permutation() -> impl Strategy<Value = (Vec<Candidate>, Vec<Candidate>)> {
    prop::collection::vec(any_candidate(), 0..60)
        .prop_map(|mut all| {
            let mut seen = BTreeSet::new();
            all.retain(|it| seen.insert(it.instance_type.clone()));
            all
        })
        .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_is_chosen_fulfils_every_requirement((market, shuffled) in market_and_permutation(), wants in any_requirements()) {
        let first = select(&wants, &market, None);
        let second = select(&wants, &shuffled, None);
        match (first, second) {
            (Ok(first), Ok(second)) => {
                prop_assert_eq!(format!("{:?}", &first), format!("{:?}", &second), "the order of the input matters");
                prop_assert!((wants.min_instance_types..=wants.max_instance_types).contains(&first.chosen.len()));
                let families: BTreeSet<_> = first.chosen.iter().map(|it| it.instance_type.family().to_owned()).collect();
                prop_assert!(families.len() >= wants.min_families);
                let left: usize = first.left_out.values().sum();
                prop_assert_eq!(left + first.chosen.len(), market.len(), "someone is neither in nor out");
                for it in &first.chosen {
                    let of = market.iter().find(|other| other.instance_type == it.instance_type).unwrap();
                    prop_assert_eq!(
                        (of.shape.vcpu, of.shape.memory_mib, of.shape.architecture),
                        (first.shape.vcpu, first.shape.memory_mib, first.shape.architecture)
                    );
                    if let Some(floor) = wants.min_savings_percent {
                        let (list, paid) = (it.on_demand.known().unwrap(), it.spot.known().unwrap());
                        prop_assert!(paid.money.amount * Decimal::ONE_HUNDRED <= list.money.amount * (Decimal::ONE_HUNDRED - floor));
                    }
                    if let Some(ceiling) = wants.max_interruption_rate_percent {
                        prop_assert!(it.interruption.as_ref().unwrap().bucket.at_most() <= ceiling);
                    }
                    if let Some(floor) = wants.min_placement_score {
                        prop_assert!(it.placement_score.unwrap() >= floor);
                    }
                    prop_assert!(it.zones.is_none_or(|zones| zones >= wants.min_availability_zones));
                    prop_assert!(it.zones.is_some() || wants.min_availability_zones == 1);
                }
                let again = Prior { instance_types: first.chosen.iter().map(|it| it.instance_type.clone()).collect() };
                let kept = reselect(Reselection::Always, &again, &wants, &shuffled, None);
                prop_assert!(matches!(kept, Decision::Keep { breaches } if breaches.is_empty()), "what was chosen is not kept");
            }
            (Err(first), Err(second)) => prop_assert_eq!(first, second, "the order of the input matters"),
            _ => prop_assert!(false, "the order of the input decides"),
        }
    }

    #[test]
    fn what_is_proposed_helps(market in prop::collection::vec(any_candidate(), 1..40), wants in any_requirements()) {
        let Err(error) = select(&wants, &market, None) else { return Ok(()) };
        for proposal in &error.relaxations {
            let mut wants = wants.clone();
            for (attribute, _, to) in &proposal.changes {
                match *attribute {
                    "min_savings_percent" => wants.min_savings_percent = if to == "none" { None } else { Some(to.parse().unwrap()) },
                    "max_interruption_rate_percent" => wants.max_interruption_rate_percent = Some(to.parse().unwrap()),
                    "min_placement_score" => wants.min_placement_score = Some(to.parse().unwrap()),
                    "min_availability_zones" => wants.min_availability_zones = to.parse().unwrap(),
                    "min_instance_types" => {
                        wants.min_instance_types = to.parse().unwrap();
                    }
                    "min_families" => wants.min_families = to.parse().unwrap(),
                    other => prop_assert!(false, "{} has no part in this", other),
                }
            }
            prop_assert!(select(&wants, &market, None).is_ok(), "{} does not help", proposal);
        }
    }
}
