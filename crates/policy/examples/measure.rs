//! Time and memory of reading and checking a generated plan with the embedded packs:
//! `cargo run --release -p parapet-policy --example measure -- 5000`
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "prints what it measured")]

use std::fmt::Write;
use std::process::ExitCode;
use std::time::Instant;

use parapet_policy::{Engine, EngineOptions, Policies, Severity, input};

/// A plan that creates resources of ten types, a third of whose values are unknown.
fn plan(resources: usize) -> String {
    let types = [
        (
            "aws_s3_bucket",
            r#""bucket":"data-0000","force_destroy":false"#,
            r#""bucket_domain_name":true,"region":true"#,
        ),
        (
            "aws_db_instance",
            r#""engine":"postgres","storage_encrypted":true,"publicly_accessible":false,"backup_retention_period":7,"deletion_protection":true,"multi_az":true"#,
            r#""endpoint":true,"kms_key_id":true,"address":true"#,
        ),
        (
            "aws_security_group",
            r#""description":"d","ingress":[{"cidr_blocks":["10.0.0.0/8"],"description":"","from_port":443,"ipv6_cidr_blocks":[],"prefix_list_ids":[],"protocol":"tcp","security_groups":[],"self":false,"to_port":443}]"#,
            r#""owner_id":true,"egress":true"#,
        ),
        (
            "aws_instance",
            r#""ami":"ami-1","instance_type":"m7g.large","associate_public_ip_address":false,"metadata_options":[{"http_tokens":"required","http_endpoint":"enabled"}],"root_block_device":[{"encrypted":true}]"#,
            r#""private_ip":true,"public_ip":true,"metadata_options":[{"instance_metadata_tags":true}]"#,
        ),
        ("aws_ebs_volume", r#""encrypted":true,"size":100,"type":"gp3""#, r#""kms_key_id":true"#),
        (
            "aws_kms_key",
            r#""enable_key_rotation":true,"is_enabled":true,"key_usage":"ENCRYPT_DECRYPT","customer_master_key_spec":"SYMMETRIC_DEFAULT""#,
            r#""key_id":true,"policy":true"#,
        ),
        (
            "aws_iam_role",
            r#""name":"r","assume_role_policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\"}]}""#,
            r#""unique_id":true,"create_date":true"#,
        ),
        (
            "aws_iam_policy",
            r#""name":"p","policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::x/*\"}]}""#,
            r#""policy_id":true"#,
        ),
        ("aws_cloudwatch_log_group", r#""name":"/x","retention_in_days":365,"skip_destroy":false"#, ""),
        (
            "aws_subnet",
            r#""cidr_block":"10.0.0.0/24","map_public_ip_on_launch":false"#,
            r#""owner_id":true,"availability_zone_id":true"#,
        ),
    ];
    let tags = r#""tags":{"DataClassification":"internal","Compliance":"SOC2","CostCenter":"42","Name":"n"}"#;
    let filler: String = (0..40).fold(String::new(), |mut text, i| {
        let _ = write!(text, r#","optional_attribute_{i}":null"#);
        text
    });
    let mut changes = String::new();
    let mut configuration = String::new();
    for (index, (kind, values, unknown)) in types.iter().cycle().take(resources).enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let more = if unknown.is_empty() { "" } else { "," };
        let _ = write!(
            changes,
            r#"{comma}{{"address":"module.m[\"{}\"].{kind}.r{index}","module_address":"module.m[\"{}\"]","mode":"managed","type":"{kind}","name":"r{index}","provider_name":"registry.terraform.io/hashicorp/aws","change":{{"actions":["create"],"before":null,"after":{{{values},{tags}{filler}}},"after_unknown":{{"id":true,"arn":true,"tags_all":true,"tags":{{}}{more}{unknown}}},"before_sensitive":false,"after_sensitive":{{"tags":{{}}}}}}}}"#,
            index % 50,
            index % 50,
        );
        let _ = write!(
            configuration,
            r#"{comma}{{"address":"{kind}.r{index}","mode":"managed","type":"{kind}","name":"r{index}","expressions":{{"kms_key_id":{{"references":["var.key"]}},"tags":{{"references":["local.tags"]}}}}}}"#
        );
    }
    format!(
        r#"{{"format_version":"1.2","terraform_version":"1.15.5","planned_values":{{"root_module":{{"resources":[{changes}]}}}},"resource_changes":[{changes}],"configuration":{{"root_module":{{"module_calls":{{"m":{{"module":{{"resources":[{configuration}]}}}}}}}}}}}}"#
    )
}

/// Most memory the process ever had, in MiB, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let resources = args.next().and_then(|text| text.parse().ok()).unwrap_or(5_000);
    // Written to a file first, so that the generator's memory is not counted: `measure 5000 plan.json`, `measure 0 plan.json`.
    let file = args.next().unwrap_or_else(|| "target/measure-plan.json".to_owned());
    if resources > 0 {
        if let Err(error) = std::fs::write(&file, plan(resources)) {
            eprintln!("{file}: {error}");
            return ExitCode::from(2);
        }
        println!("{file}: {resources} resources; run `measure 0 {file}` to check it");
        return ExitCode::SUCCESS;
    }
    let started = Instant::now();
    let run = || -> Result<(), Box<dyn std::error::Error>> {
        let policies = Policies::builder().build()?;
        println!("policies  {:>8.1?} ({} rules)", started.elapsed(), policies.rules().len());
        let bytes = std::fs::read(&file)?;
        let size = bytes.len() >> 20;
        let documents = input::read(&file, bytes)?;
        println!("read      {:>8.1?} ({size} MiB)", started.elapsed());
        let report = Engine::new(&policies, EngineOptions::default())?.check(&documents, Severity::Medium);
        println!(
            "checked   {:>8.1?} ({} evaluations, {} findings, {} passed)",
            started.elapsed(),
            report.ledger.evaluations_done,
            report.findings.len(),
            report.passed
        );
        println!("peak      {:>5} MiB, exit code {}", peak().unwrap_or_default(), report.exit_code());
        Ok(())
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
