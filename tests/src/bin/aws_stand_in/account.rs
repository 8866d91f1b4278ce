//! What resources of parapet ask AWS about is made for real, in the sandbox that `STAND_IN_SANDBOX` names: parapet would not find
//! a database that the stand-in only made up. Everything else stays made up, and nothing is deleted: sandboxes are thrown away.

use std::time::Duration;
use std::{env, thread};

use anyhow::{Context as _, Result, bail};
use parapet_tests::calls;
use serde_json::{Value as Json, json};
use tfplugin::value::Value;

/// What AWS sets of an object: names of attributes and their values.
type Made = Vec<(&'static str, Value)>;

const RDS: &str = "2014-10-31";

/// Between two looks at a database that is being made, and how many at most: two minutes.
const WAIT: Duration = Duration::from_millis(200);
const WAITS: usize = 600;

/// A sandbox, for the objects of one region.
pub(crate) struct Account<'a> {
    endpoint: String,
    region: &'a str,
}

impl<'a> Account<'a> {
    /// That of the environment; none when the stand-in is to call nobody.
    pub(crate) fn of_environment(region: &'a str) -> Option<Self> {
        env::var("STAND_IN_SANDBOX").ok().map(|endpoint| Self { endpoint, region })
    }

    /// Makes the object, and says what only AWS knows of it. Empty for a type that is made up.
    pub(crate) fn create(&self, type_name: &str, planned: &Value) -> Result<Made> {
        let made = match type_name {
            "aws_vpc" => self.vpc(planned),
            "aws_subnet" => self.subnet(planned),
            "aws_security_group" => self.security_group(planned),
            "aws_launch_template" => self.launch_template(planned),
            "aws_lb" => self.load_balancer(planned),
            "aws_iam_role" => self.role(planned),
            "aws_kms_key" => self.key(),
            "aws_eks_cluster" => self.cluster(planned),
            "aws_dynamodb_table" => self.table(planned),
            "aws_db_subnet_group" => self.subnet_group(planned),
            "aws_db_instance" => self.database(planned),
            _ => return Ok(Vec::new()),
        };
        made.with_context(|| format!("The stand-in cannot make this {type_name} in the sandbox"))
    }

    fn vpc(&self, planned: &Value) -> Result<Made> {
        let answer = self.ec2("CreateVpc", &[("CidrBlock", text(planned, "cidr_block")?)])?;
        Ok(vec![("id", element(&answer, "vpcId")?.into())])
    }

    fn subnet(&self, planned: &Value) -> Result<Made> {
        let parameters = [
            ("VpcId", text(planned, "vpc_id")?),
            ("CidrBlock", text(planned, "cidr_block")?),
            ("AvailabilityZone", text(planned, "availability_zone")?),
        ];
        let answer = self.ec2("CreateSubnet", &parameters)?;
        Ok(vec![("id", element(&answer, "subnetId")?.into())])
    }

    fn security_group(&self, planned: &Value) -> Result<Made> {
        let parameters = [
            ("GroupName", text(planned, "name")?),
            ("GroupDescription", "made by the stand-in"),
            ("VpcId", text(planned, "vpc_id")?),
        ];
        let answer = self.ec2("CreateSecurityGroup", &parameters)?;
        Ok(vec![("id", element(&answer, "groupId")?.into())])
    }

    fn launch_template(&self, planned: &Value) -> Result<Made> {
        let parameters = [
            ("LaunchTemplateName", text(planned, "name")?),
            ("LaunchTemplateData.MetadataOptions.HttpTokens", "required"),
        ];
        let answer = self.ec2("CreateLaunchTemplate", &parameters)?;
        Ok(vec![("id", element(&answer, "launchTemplateId")?.into()), ("latest_version", 1_i64.into())])
    }

    fn load_balancer(&self, planned: &Value) -> Result<Made> {
        let mut parameters = vec![("Name".to_owned(), text(planned, "name")?)];
        parameters.extend(numbered("Subnets.member", &texts(planned, "subnets")));
        let answer = self.form("elasticloadbalancing", "2015-12-01", "CreateLoadBalancer", &parameters)?;
        let arn = element(&answer, "LoadBalancerArn")?;
        let suffix = arn.split_once("loadbalancer/").map_or(arn, |(_, suffix)| suffix);
        Ok(vec![("id", arn.into()), ("arn", arn.into()), ("arn_suffix", suffix.into())])
    }

    fn role(&self, planned: &Value) -> Result<Made> {
        let parameters =
            [("RoleName", text(planned, "name")?), ("AssumeRolePolicyDocument", text(planned, "assume_role_policy")?)]
                .map(|(name, value)| (name.to_owned(), value));
        let answer = self.form("iam", "2010-05-08", "CreateRole", &parameters)?;
        Ok(vec![("arn", element(&answer, "Arn")?.into())])
    }

    fn key(&self) -> Result<Made> {
        let answer = self.json("kms", "TrentService", "CreateKey", &json!({}))?;
        let of = |name| answer.pointer(&format!("/KeyMetadata/{name}")).and_then(Json::as_str).context("no key");
        Ok(vec![("arn", of("Arn")?.into()), ("id", of("KeyId")?.into()), ("key_id", of("KeyId")?.into())])
    }

    fn cluster(&self, planned: &Value) -> Result<Made> {
        let subnets = match planned.attribute("vpc_config") {
            Value::List(blocks) => blocks.first().map(|block| texts(block, "subnet_ids")).unwrap_or_default(),
            _ => Vec::new(),
        };
        let body = json!({
            "name": text(planned, "name")?,
            "version": text(planned, "version")?,
            "roleArn": text(planned, "role_arn")?,
            "resourcesVpcConfig": { "subnetIds": subnets },
        });
        let answer = calls::rest(&self.endpoint, (self.region, "eks"), "POST /clusters", &body)?;
        let arn = answer.pointer("/cluster/arn").and_then(Json::as_str).context("no cluster")?;
        Ok(vec![("arn", arn.into())])
    }

    fn table(&self, planned: &Value) -> Result<Made> {
        let key = text(planned, "hash_key")?;
        let body = json!({
            "TableName": text(planned, "name")?,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": key, "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
        });
        let answer = self.json("dynamodb", "DynamoDB_20120810", "CreateTable", &body)?;
        let arn = answer.pointer("/TableDescription/TableArn").and_then(Json::as_str).context("no table")?;
        Ok(vec![("arn", arn.into())])
    }

    fn subnet_group(&self, planned: &Value) -> Result<Made> {
        let mut parameters = vec![
            ("DBSubnetGroupName".to_owned(), text(planned, "name")?),
            ("DBSubnetGroupDescription".to_owned(), "made by the stand-in"),
        ];
        parameters.extend(numbered("SubnetIds.SubnetIdentifier", &texts(planned, "subnet_ids")));
        let answer = self.form("rds", RDS, "CreateDBSubnetGroup", &parameters)?;
        Ok(vec![("arn", element(&answer, "DBSubnetGroupArn")?.into())])
    }

    fn database(&self, planned: &Value) -> Result<Made> {
        let identifier = text(planned, "identifier")?;
        let mut parameters = vec![
            ("DBInstanceIdentifier".to_owned(), identifier),
            ("DBInstanceClass".to_owned(), text(planned, "instance_class")?),
        ];
        let storage = planned.attribute("allocated_storage").to_string();
        let retention = planned.attribute("backup_retention_period").to_string();
        let operation = if let Ok(source) = text(planned, "replicate_source_db") {
            parameters.push(("SourceDBInstanceIdentifier".to_owned(), source));
            "CreateDBInstanceReadReplica"
        } else {
            parameters.extend(
                [
                    ("Engine", text(planned, "engine")?),
                    ("EngineVersion", text(planned, "engine_version")?),
                    ("KmsKeyId", text(planned, "kms_key_id")?),
                    ("AllocatedStorage", &storage),
                    ("BackupRetentionPeriod", &retention),
                    ("StorageEncrypted", "true"),
                    ("MasterUsername", text(planned, "username")?),
                    ("MasterUserPassword", "only-for-the-sandbox"),
                    ("DBSubnetGroupName", text(planned, "db_subnet_group_name")?),
                ]
                .map(|(name, value)| (name.to_owned(), value)),
            );
            "CreateDBInstance"
        };
        let groups = texts(planned, "vpc_security_group_ids");
        parameters.extend(numbered("VpcSecurityGroupIds.VpcSecurityGroupId", &groups));
        let answer = self.form("rds", RDS, operation, &parameters)?;
        self.wait_for_database(identifier)?;
        Ok(vec![("arn", element(&answer, "DBInstanceArn")?.into())])
    }

    /// As the real provider does, so that what follows finds a database that is up.
    fn wait_for_database(&self, identifier: &str) -> Result<()> {
        for _ in 0..WAITS {
            let parameters = [("DBInstanceIdentifier".to_owned(), identifier)];
            let answer = self.form("rds", RDS, "DescribeDBInstances", &parameters)?;
            if element(&answer, "DBInstanceStatus")? == "available" {
                return Ok(());
            }
            thread::sleep(WAIT);
        }
        bail!("{identifier} does not become available")
    }

    fn ec2(&self, operation: &str, parameters: &[(&str, &str)]) -> Result<String> {
        let parameters: Vec<(String, &str)> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        self.form("ec2", "2016-11-15", operation, &parameters)
    }

    fn form(&self, service: &str, version: &str, operation: &str, parameters: &[(String, &str)]) -> Result<String> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("Action", operation).append_pair("Version", version).extend_pairs(parameters);
        calls::form(&self.endpoint, self.region, service, &body.finish())
    }

    fn json(&self, service: &str, target: &str, operation: &str, body: &Json) -> Result<Json> {
        calls::json(&self.endpoint, (self.region, service, target), operation, body)
    }
}

/// A string that the configuration gives, or that another object brought.
fn text<'v>(value: &'v Value, name: &str) -> Result<&'v str> {
    if let Value::String(text) = value.attribute(name) { Ok(text) } else { bail!("{name} is not known") }
}

fn texts<'v>(value: &'v Value, name: &str) -> Vec<&'v str> {
    let text = |item: &'v Value| if let Value::String(text) = item { Some(text.as_str()) } else { None };
    if let Value::List(items) = value.attribute(name) { items.iter().filter_map(text).collect() } else { Vec::new() }
}

/// A list as forms spell it.
fn numbered<'v>(name: &str, values: &[&'v str]) -> Vec<(String, &'v str)> {
    (1..).zip(values).map(|(number, value)| (format!("{name}.{number}"), *value)).collect()
}

/// What is between the tags of the first element of this name.
fn element<'x>(xml: &'x str, name: &str) -> Result<&'x str> {
    xml.split_once(&format!("<{name}>"))
        .and_then(|(_, rest)| rest.split_once('<'))
        .map(|(inner, _)| inner)
        .with_context(|| format!("no <{name}> in {xml}"))
}
