//! A Prometheus that wants to see a certificate, and a gate that is imported.

use std::fs;

use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use parapet_tests::tools::Terraform;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use serde_json::json;

use super::judged::{busy, judged_by};
use super::stack::{RELEASE, Stack};
use super::troubled::is_untouched;
use crate::recorded::judge;
use crate::series::{self, ERRORS, Service};
use crate::server::{Prometheus, Tools};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Result<Issuer> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

/// DER as text (RFC 7468).
fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(der))
}

/// Certificate and private key, for a server of this machine or for whoever asks it.
fn issued(by: &Issuer, purpose: ExtendedKeyUsagePurpose) -> Result<(String, String)> {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()])?;
    params.extended_key_usages = vec![purpose];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, by)?;
    Ok((pem("CERTIFICATE", certificate.der()), pem("PRIVATE KEY", &key.serialize_der())))
}

/// The gate with certificates.
const GATE: &str = r#"
resource "parapet_rollout_gate" "this" {
  prometheus {
    url = var.url

    tls {
      ca_certificate     = file("${path.module}/${var.trusted}.pem")
      client_certificate = var.shown == "" ? null : file("${path.module}/${var.shown}.pem")
      client_key         = var.shown == "" ? null : file("${path.module}/${var.shown}.key")
    }
  }
}
"#;

/// Verdicts without a rollout, over the same connection.
const ANALYSES: &str = r#"
variable "trusted" {
  type    = string
  default = "ours"
}

variable "shown" {
  type    = string
  default = "client"
}

data "parapet_canary_analysis" "this" {
  for_each = var.shown == "client" && var.trusted == "ours" ? toset(["good", "errors", "nobody"]) : []

  canary_matchers   = "service=\"${each.key}\",track=\"canary\""
  baseline_matchers = "service=\"${each.key}\",track=\"stable\""
  window            = "1s"
  duration          = "20s"

  prometheus {
    url                = var.url
    ca_certificate     = file("${path.module}/ours.pem")
    client_certificate = file("${path.module}/client.pem")
    client_key         = file("${path.module}/client.key")
  }

  metric {
    name         = "errors"
    kind         = "error_ratio"
    canary_query = "sum(increase(errors_total{$arm}[$window]))"
    total_query  = "sum(increase(requests_total{$arm}[$window]))"
  }
}

output "verdicts" {
  value = { for service, analysis in data.parapet_canary_analysis.this : service => analysis.verdict }
}

output "reasons" {
  value = { for service, analysis in data.parapet_canary_analysis.this : service => analysis.reasons }
}
"#;

pub(crate) fn certificates(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (ours, theirs) = (authority("ours")?, authority("theirs")?);
    let (server_pem, server_key) = issued(&ours, ExtendedKeyUsagePurpose::ServerAuth)?;
    let files = [("ca.pem", pem("CERTIFICATE", ours.der())), ("server.pem", server_pem), ("server.key", server_key)];
    for (name, text) in &files {
        fs::write(dir.path().join(name), text)?;
    }
    let at = |name: &str| dir.path().join(name).display().to_string();
    let web = format!(
        "tls_server_config:\n  cert_file: {}\n  key_file: {}\n  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: {}\n",
        at("server.pem"),
        at("server.key"),
        at("ca.pem")
    );
    let services = [busy("good"), Service { errors: 6.0 * ERRORS, ..busy("errors") }];
    let prometheus = Prometheus::new(tools, &series::quick(&services), "[]")?;
    let server = prometheus.start_with(&web)?;
    let url = format!("https://127.0.0.1:{}", server.port);

    let (client, stranger) =
        (issued(&ours, ExtendedKeyUsagePurpose::ClientAuth)?, issued(&theirs, ExtendedKeyUsagePurpose::ClientAuth)?);
    let stack = Stack::with(terraform, &url, "errors", |_, workspace| {
        for (name, text) in [
            ("ours.pem", pem("CERTIFICATE", ours.der())),
            ("theirs.pem", pem("CERTIFICATE", theirs.der())),
            ("client.pem", client.0.clone()),
            ("client.key", client.1.clone()),
            ("stranger.pem", stranger.0.clone()),
            ("stranger.key", stranger.1.clone()),
        ] {
            workspace.write(name, &text)?;
        }
        workspace.write("analyses.tf", ANALYSES)?;
        workspace.write("gate_override.tf", GATE)
    })?;
    let outputs = stack.workspace.outputs()?;
    let expected = json!({ "errors": "rollback", "good": "promote", "nobody": "inconclusive" });
    ensure!(outputs.get("verdicts") == Some(&expected), "{outputs:#?}");
    let reason = outputs["reasons"]["errors"][0].as_str().unwrap_or_default();
    ensure!(reason.starts_with("errors"), "{outputs:#?}");

    // The command gets in with the same files.
    let file = |name: &str| stack.workspace.path().join(name).display().to_string();
    let quick = ["--window", "1s", "--duration", "20s", "--ca-file", &file("ours.pem")];
    let shown = ["--client-certificate", &file("client.pem"), "--client-key", &file("client.key")];
    judge(&url, "errors", &[&quick[..], &shown].concat())?.exits(1).says("ROLLBACK");
    judge(&url, "errors", &quick)?.exits(2).says("does not answer");

    for (more, says) in [
        // The server hangs up, with an alert that does not always arrive.
        ("-var=shown=", "does not answer"),
        ("-var=shown=stranger", "does not answer"),
        ("-var=trusted=theirs", "give the CA certificate that it is signed with"),
    ] {
        stack.roll_out(&[more])?.fails().says("Nothing has been changed").says(says);
        is_untouched(&stack)?;
    }
    stack.roll_out(&[])?.fails().says("v2 was not promoted: rollback").says("errors: rollback:");
    stack.stands("v1", 0, Some("rollback"))?;
    let state = fs::read_to_string(stack.workspace.path().join("terraform.tfstate"))?;
    let gates = state.split("parapet_rollout_gate").skip(1).collect::<String>();
    ensure!(gates.contains("BEGIN CERTIFICATE") && !gates.contains("PRIVATE KEY"), "the key is in the state");
    Ok(())
}

pub(crate) fn imported(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let (stack, _prometheus, _server) = judged_by(terraform, tools, busy("good"))?;
    let address = "parapet_rollout_gate.this";
    stack.workspace.run(["state", "rm", address])?.succeeds();
    let moves = stack.moves();
    stack.workspace.import(address, "shop")?.succeeds();
    stack.workspace.apply(&[])?.succeeds().says("1 changed").never_says("must be replaced");
    stack.stands("v1", 0, None)?;
    ensure!(moves == stack.moves(), "an import moves no traffic");
    stack.workspace.plan_changes(&[])?.succeeds().says("No changes");
    stack.workspace.plan(&[RELEASE])?.succeeds().says("This plan rolls out v2 in place of v1");
    Ok(())
}
