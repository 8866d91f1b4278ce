//! What the modules for Kubernetes render: the same with every Terraform, reviewed as snapshots, and taken by the programs it is for.
//!
//! Terraform renders every example into the snapshots; the other tests read those, which are current or the first fail.

#![expect(clippy::indexing_slicing, reason = "what is missing fails the test")]

mod example;
mod monitoring;
mod refused;
mod schema;
mod snapshot;

use std::process::ExitCode;

use parapet_tests::suite::Suite;
use parapet_tests::tools::{debian, kubernetes_schemas};

fn main() -> ExitCode {
    let prometheus = debian("prometheus");
    let alertmanager = debian("prometheus-alertmanager");
    Suite::new()
        .terraform("progressive_delivery_renders", |terraform| example::renders(terraform, "progressive-delivery"))
        .terraform("observability_renders", |terraform| example::renders(terraform, "observability"))
        .terraform("chaos_renders", |terraform| example::renders(terraform, "chaos"))
        .terraform("feature_flags_render", |terraform| example::renders(terraform, "feature-flags"))
        .terraform("progressive_delivery_passes_its_tests", |it| example::tested(it, "progressive-delivery"))
        .terraform("observability_passes_its_tests", |it| example::tested(it, "observability"))
        .terraform("chaos_passes_its_tests", |it| example::tested(it, "chaos"))
        .terraform("feature_flags_pass_their_tests", |it| example::tested(it, "feature-flags"))
        .newest("flags_that_are_wrong_are_named", refused::flags)
        .newest("experiments_beyond_the_limits_are_named", refused::experiments)
        .newest("dashboards_that_show_nothing_are_named", refused::dashboards)
        .newest("manifests_with_findings_stop_the_plan", refused::manifests)
        .test("nothing_at_or_above_high_is_found", schema::reviewed)
        .needing("objects_are_what_their_schemas_say", kubernetes_schemas(), schema::valid)
        .needing("schemas_refuse_what_is_not_there", kubernetes_schemas(), schema::strict)
        .needing("prometheus_takes_the_rules", prometheus.clone(), |it| monitoring::rules(it))
        .needing("burn_rates_alert_and_end", prometheus.clone(), |it| monitoring::burn_rates(it))
        .needing("prometheus_takes_the_queries_of_dashboards", prometheus, |it| monitoring::dashboards(it))
        .needing("alertmanager_tells_whom_it_should", alertmanager, |it| monitoring::routes(it))
        .run()
}
