//! `parapet_spot_advice`

use std::collections::BTreeSet;

use tfplugin::prelude::*;

use crate::provider::Clients;
use crate::resources::spot_node_group::{Asked, InstanceRequirements, SelectedType, choose, placement};

/// Which instance types a `parapet_spot_node_group` would choose today, and why: changes nothing.
///
/// Where none fulfil the requirements, `feasible` is false and `explanation` says which requirement to relax and what that would bring.
#[derive(Clone, Debug, Model)]
#[model(name = "spot_advice")]
pub(crate) struct SpotAdvice {
    /// Availability zones of the nodes. All of the provider's region when left out.
    availability_zones: Option<Set<String>>,
    /// What the instance types have to be, as in `parapet_spot_node_group`. Either this or `instance_types`.
    #[attr(block)]
    instance_requirements: Option<InstanceRequirements>,
    /// Exactly these types. Either this or `instance_requirements`.
    #[attr(validate = length(1..=20))]
    instance_types: Option<Set<String>>,
    /// Nodes that the placement score is asked for.
    #[attr(default = 1, validate = range(1..=450))]
    target_capacity: i64,
    /// Fewest types to choose. Without meaning beside `instance_types`.
    #[attr(default = 10, validate = range(1..=20))]
    min_instance_types: i64,
    /// Most types to choose. Without meaning beside `instance_types`.
    #[attr(default = 20, validate = range(1..=20))]
    max_instance_types: i64,
    /// Fewest families among the types.
    #[attr(default = 1, validate = range(1..=20))]
    min_families: i64,
    /// In how many of the zones each type has to be offered.
    #[attr(default = 1, validate = range(1..=20))]
    min_availability_zones: i64,
    /// Percent that the Spot price of every type has to be below its on-demand price. 0 asks for nothing.
    #[attr(default = 30, validate = range(0..=99))]
    min_savings_percent: i64,
    /// Highest share of instances that were interrupted in the last month, in percent.
    #[attr(validate = range(5..=100))]
    max_interruption_rate_percent: Option<i64>,
    /// Lowest Spot placement score of the chosen types together, 1 to 10.
    #[attr(validate = range(1..=10))]
    min_placement_score: Option<i64>,
    /// Whether there are types that fulfil the requirements.
    feasible: Computed<bool>,
    /// What was looked at and left out, and where nothing fits, what to relax.
    explanation: Computed<String>,
    /// The types that would be chosen, the best first.
    selected_instance_types: Computed<Vec<SelectedType>>,
    /// Spot placement score of these types together, 1 to 10; null when unknown.
    placement_score: Computed<i64>,
    /// SHA-256 of their names.
    selection_hash: Computed<String>,
}

impl DataSource for SpotAdvice {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        let given = |path: &tfplugin::path::Path| !config.raw(path).is_null();
        if given(paths.instance_requirements.path()) == given(paths.instance_types.path()) {
            let detail =
                "Say what the types have to be in `instance_requirements { ... }`, or name them in `instance_types`.";
            problems.error(&paths.instance_types, "Exactly one of two arguments", detail);
        }
    }

    async fn read(cx: &Context<Clients>, config: Self) -> Result<Self> {
        let asked = Asked {
            requirements: config.instance_requirements.clone(),
            instance_types: config.instance_types.clone(),
            min_instance_types: config.min_instance_types,
            max_instance_types: config.max_instance_types,
            min_families: config.min_families,
            min_availability_zones: config.min_availability_zones,
            min_savings_percent: config.min_savings_percent,
            max_interruption_rate_percent: config.max_interruption_rate_percent,
            min_placement_score: config.min_placement_score,
            ami_type: None,
            on_spot: true,
            zones: config.availability_zones.iter().flatten().cloned().collect(),
        };
        let only: Option<BTreeSet<_>> =
            config.instance_types.as_ref().map(|names| names.iter().filter_map(|it| it.parse().ok()).collect());
        let capacity = u32::try_from(config.target_capacity).unwrap_or(1);
        let aws = cx.aws().await?;
        let advice = match choose(cx, &asked.requirements()?, only.as_ref(), capacity).await? {
            Ok(choice) => Self {
                placement_score: placement(aws, &choice.selection.instance_types(), capacity)
                    .await
                    .ok()
                    .flatten()
                    .map(i64::from)
                    .into(),
                feasible: true.into(),
                explanation: explained(&choice.selection, &choice.gaps).into(),
                selected_instance_types: choice.rows().into(),
                selection_hash: choice.selection.hash.into(),
                ..config
            },
            Err(none) => Self {
                feasible: false.into(),
                explanation: none.text().into(),
                selected_instance_types: Vec::new().into(),
                placement_score: Computed::Null,
                selection_hash: Computed::Null,
                ..config
            },
        };
        Ok(advice)
    }
}

fn explained(selection: &parapet_pricing::spot::Selection, gaps: &[String]) -> String {
    let mut lines =
        vec![format!("{} of {} types chosen: {}.", selection.chosen.len(), selection.considered, selection.shape)];
    lines.extend(selection.left_out.iter().map(|(reason, count)| format!("{count} left out: {}.", reason.phrase())));
    lines.extend(gaps.iter().cloned());
    lines.join("\n")
}
