//! Calls to AWS on a sandbox, by hand: what a stack finds there, and what somebody does behind Terraform's back.
//!
//! `endpoint` is that of the sandbox, which checks no signatures; the region and the service are those of a signature.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// Calls an RDS operation.
///
/// # Errors
/// It does not answer, or with another status than 200.
pub fn rds(endpoint: &str, region: &str, operation: &str, parameters: &[(&str, &str)]) -> Result<()> {
    let given: String = parameters.iter().map(|(name, value)| format!("&{name}={value}")).collect();
    form(endpoint, region, "rds", &format!("Action={operation}&Version=2014-10-31{given}")).map(drop)
}

/// Makes a DB subnet group of the region's default subnets.
///
/// # Errors
/// It does not answer, or with another status than 200.
pub fn create_subnet_group(endpoint: &str, region: &str) -> Result<()> {
    let subnets = form(endpoint, region, "ec2", "Action=DescribeSubnets&Version=2016-11-15")?;
    let ids = subnets.split("<subnetId>").skip(1).filter_map(|rest| rest.split_once('<'));
    let named: Vec<(String, &str)> =
        (1..).zip(ids).map(|(number, (id, _))| (format!("SubnetIds.SubnetIdentifier.{number}"), id)).collect();
    let mut parameters = vec![("DBSubnetGroupName", "orders"), ("DBSubnetGroupDescription", "subnets")];
    parameters.extend(named.iter().map(|(name, id)| (name.as_str(), *id)));
    rds(endpoint, region, "CreateDBSubnetGroup", &parameters)
}

/// Calls an operation of a service that takes forms and answers XML.
///
/// # Errors
/// It does not answer, or with another status than 200.
pub fn form(endpoint: &str, region: &str, service: &str, body: &str) -> Result<String> {
    call(endpoint, region, service, "POST /", "Content-Type: application/x-www-form-urlencoded", body)
}

/// Calls an operation of a service that speaks JSON; `target` is the prefix of its operations.
///
/// # Errors
/// It does not answer, or with another status than 200.
pub fn json(
    endpoint: &str,
    (region, service, target): (&str, &str, &str),
    operation: &str,
    body: &Value,
) -> Result<Value> {
    let headers = format!("Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: {target}.{operation}");
    let answer = call(endpoint, region, service, "POST /", &headers, &body.to_string())?;
    serde_json::from_str(&answer).with_context(|| format!("{operation} answers no JSON: {answer}"))
}

/// The coordination table of a region.
///
/// # Errors
/// It does not answer, or with another status than 200.
pub fn dynamodb(endpoint: &str, region: &str, operation: &str, body: &Value) -> Result<Value> {
    json(endpoint, (region, "dynamodb", "DynamoDB_20120810"), operation, body)
}

/// Makes the coordination table.
///
/// # Errors
/// It does not answer, or with another status than 200.
pub fn create_table(endpoint: &str, region: &str) -> Result<()> {
    let table = json!({
        "TableName": "parapet-failover", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "LockID", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "LockID", "KeyType": "HASH" }],
    });
    dynamodb(endpoint, region, "CreateTable", &table).map(drop)
}

/// Makes a bucket.
///
/// # Errors
/// It does not answer, or with another status than 200.
pub fn create_bucket(endpoint: &str, region: &str, bucket: &str) -> Result<()> {
    let place = format!(
        "<CreateBucketConfiguration><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
    );
    call(endpoint, region, "s3", &format!("PUT /{bucket}"), "Content-Type: application/xml", &place).map(drop)
}

/// An object, or with a query in its place, what that answers.
///
/// # Errors
/// It does not answer, or with another status than 200.
pub fn object(endpoint: &str, region: &str, bucket: &str, key: &str) -> Result<String> {
    call(endpoint, region, "s3", &format!("GET /{bucket}/{key}"), "Accept: */*", "")
}

/// Puts an object.
///
/// # Errors
/// It does not answer, or with another status than 200.
pub fn put_object(endpoint: &str, region: &str, bucket: &str, key: &str, body: &str) -> Result<()> {
    call(endpoint, region, "s3", &format!("PUT /{bucket}/{key}"), "Content-Type: application/json", body).map(drop)
}

/// Calls an operation of a service that takes JSON under a path: `what` is the method and the path.
///
/// # Errors
/// It does not answer with a JSON document, or with another status than 200.
pub fn rest(endpoint: &str, (region, service): (&str, &str), what: &str, body: &Value) -> Result<Value> {
    let answer = call(endpoint, region, service, what, "Content-Type: application/json", &body.to_string())?;
    serde_json::from_str(&answer).with_context(|| format!("{what} answers no JSON: {answer}"))
}

fn call(endpoint: &str, region: &str, service: &str, what: &str, headers: &str, body: &str) -> Result<String> {
    let mut stream = TcpStream::connect(endpoint.trim_start_matches("http://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    // HTTP 1.0, so that the answer comes in one piece.
    write!(
        stream,
        "{what} HTTP/1.0\r\nHost: sandbox\r\n{headers}\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").with_context(|| format!("no answer: {answer:?}"))?;
    ensure!(head.split(' ').nth(1) == Some("200"), "{answer}");
    Ok(body.to_owned())
}
