variables {
  namespace = "shop"
  flags     = <<-EOT
    {"flags": {"new-checkout": {
      "state": "ENABLED",
      "variants": {"on": true, "off": false},
      "defaultVariant": "off",
      "targeting": {"fractional": [["on", 10], ["off", 90]]},
      "metadata": {"owner": "payments", "expires": "2027-03-31"}
    }}}
  EOT
}

run "flags_become_a_config_map" {
  command = plan

  assert {
    condition     = jsondecode(output.manifests.flags.data["flags.json"]) == jsondecode(var.flags)
    error_message = "flagd reads what was written."
  }

  assert {
    condition     = output.names == tolist(["new-checkout"]) && output.checksum == output.manifests.flags.metadata.annotations["checksum/flags"]
    error_message = "Names and checksum are those of the flags."
  }
}

run "layout_changes_nothing" {
  command = plan

  variables {
    flags = "{\"flags\":{\"new-checkout\":{\"metadata\":{\"expires\":\"2027-03-31\",\"owner\":\"payments\"},\"variants\":{\"off\":false,\"on\":true},\"defaultVariant\":\"off\",\"targeting\":{\"fractional\":[[\"on\",10],[\"off\",90]]},\"state\":\"ENABLED\"}}}"
  }

  assert {
    condition     = output.checksum == run.flags_become_a_config_map.checksum
    error_message = "Another layout of the same flags is the same ConfigMap."
  }
}

run "the_last_day_is_good" {
  command = plan

  variables {
    as_of = "2027-03-31"
  }

  assert {
    condition     = output.names == tolist(["new-checkout"])
    error_message = "A flag is good on its last day."
  }
}

run "what_is_not_json_is_refused" {
  command = plan

  variables {
    flags = "flags: {}"
  }

  expect_failures = [var.flags]
}

run "flags_without_their_key_are_refused" {
  command = plan

  variables {
    flags = "{\"new-checkout\": {\"state\": \"ENABLED\"}}"
  }

  expect_failures = [var.flags]
}

run "targeting_of_flagd_is_taken_1" {
  command = plan

  variables {
    flags = <<-EOT
      {"flags": {"new-checkout": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off", "targeting": {"if": [{"$ref": "beta"}, "on", {"if": [{"in": [{"var": "country"}, ["DE", "AT"]]}, "off", null]}]}, "metadata": {"owner": "payments"}}}, "$evaluators": {"beta": {"ends_with": [{"var": "email"}, "@example.com"]}}}
    EOT
  }

  assert {
    condition     = output.names == tolist(["new-checkout"])
    error_message = "flagd takes it."
  }
}

run "targeting_of_flagd_is_taken_2" {
  command = plan

  variables {
    flags = <<-EOT
      {"flags": {"new-checkout": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off", "targeting": {"if": [{"sem_ver": [{"var": "version"}, ">=", "2.0.0"]}, {"fractional": [{"var": "email"}, ["on", 50], ["off", 50]]}]}, "metadata": {"owner": "payments"}}}}
    EOT
  }

  assert {
    condition     = output.names == tolist(["new-checkout"])
    error_message = "flagd takes it."
  }
}

run "targeting_of_flagd_is_taken_3" {
  command = plan

  variables {
    flags = <<-EOT
      {"flags": {"new-checkout": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off", "targeting": {}, "metadata": {"owner": "payments"}}}}
    EOT
  }

  assert {
    condition     = output.names == tolist(["new-checkout"])
    error_message = "flagd takes it."
  }
}
