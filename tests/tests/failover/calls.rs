//! Calls to AWS by hand: what a stack finds there, and what somebody does behind Terraform's back.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// Calls an RDS operation.
pub(crate) fn rds(endpoint: &str, region: &str, operation: &str, parameters: &[(&str, &str)]) -> Result<()> {
    let given: String = parameters.iter().map(|(name, value)| format!("&{name}={value}")).collect();
    form(endpoint, region, "rds", &format!("Action={operation}&Version=2014-10-31{given}")).map(drop)
}

/// Makes a DB subnet group of the region's default subnets.
pub(crate) fn create_subnet_group(endpoint: &str, region: &str) -> Result<()> {
    let subnets = form(endpoint, region, "ec2", "Action=DescribeSubnets&Version=2016-11-15")?;
    let ids = subnets.split("<subnetId>").skip(1).filter_map(|rest| rest.split_once('<'));
    let named: Vec<(String, &str)> =
        (1..).zip(ids).map(|(number, (id, _))| (format!("SubnetIds.SubnetIdentifier.{number}"), id)).collect();
    let mut parameters = vec![("DBSubnetGroupName", "orders"), ("DBSubnetGroupDescription", "subnets")];
    parameters.extend(named.iter().map(|(name, id)| (name.as_str(), *id)));
    rds(endpoint, region, "CreateDBSubnetGroup", &parameters)
}

fn form(endpoint: &str, region: &str, service: &str, body: &str) -> Result<String> {
    call(endpoint, region, service, "Content-Type: application/x-www-form-urlencoded", body)
}

/// Calls an operation of a service that speaks JSON; `target` is the prefix of its operations.
pub(crate) fn json(
    endpoint: &str,
    (region, service, target): (&str, &str, &str),
    operation: &str,
    body: &Value,
) -> Result<Value> {
    let headers = format!("Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: {target}.{operation}");
    let answer = call(endpoint, region, service, &headers, &body.to_string())?;
    serde_json::from_str(&answer).with_context(|| format!("{operation} answers no JSON: {answer}"))
}

/// The coordination table of a region.
pub(crate) fn dynamodb(endpoint: &str, region: &str, operation: &str, body: &Value) -> Result<Value> {
    json(endpoint, (region, "dynamodb", "DynamoDB_20120810"), operation, body)
}

/// Makes the coordination table.
pub(crate) fn create_table(endpoint: &str, region: &str) -> Result<()> {
    let table = json!({
        "TableName": "parapet-failover", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "LockID", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "LockID", "KeyType": "HASH" }],
    });
    dynamodb(endpoint, region, "CreateTable", &table).map(drop)
}

fn call(endpoint: &str, region: &str, service: &str, headers: &str, body: &str) -> Result<String> {
    let mut stream = TcpStream::connect(endpoint.trim_start_matches("http://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    // HTTP 1.0, so that the answer comes in one piece.
    write!(
        stream,
        "POST / HTTP/1.0\r\nHost: sandbox\r\n{headers}\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").with_context(|| format!("no answer: {answer:?}"))?;
    ensure!(head.split(' ').nth(1) == Some("200"), "{answer}");
    Ok(body.to_owned())
}
