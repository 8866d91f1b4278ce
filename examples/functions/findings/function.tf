# Findings as a value: here, a check block that warns and never stops anything.
check "network_plan" {
  assert {
    condition = length([
      for finding in provider::parapet::findings(["aws"], jsondecode(file("${path.module}/network.tfplan.json"))) :
      finding if finding.severity == "critical" && finding.verdict == "fail"
    ]) == 0
    error_message = "The plan of the network has critical findings."
  }
}
