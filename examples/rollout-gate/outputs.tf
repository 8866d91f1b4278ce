output "release" {
  description = "Release that runs, how its rollout was judged, and where the traffic is."
  value = {
    release = parapet_rollout_gate.shop.release_id
    verdict = parapet_rollout_gate.shop.verdict
    weight  = parapet_rollout_gate.shop.current_weight
    metrics = parapet_rollout_gate.shop.metric_results
  }
}
