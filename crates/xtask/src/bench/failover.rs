//! Failovers: how long a plan of many takes, and how much of a recovery time is the tool's own.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::process::Run;
use parapet_tests::provider::Provider;
use parapet_tests::tools::{Terraform, moto_server};
use parapet_tests::workspace::Workspace;
use serde_json::{Value, json};

use super::median;

/// The stack that is planned and failed over.
const STACK: &str = include_str!("failover.tf");
/// Region that writes at first.
const OLD: &str = "eu-west-1";
/// Region that takes over.
const NEW: &str = "eu-central-1";
/// So many times as fast as the clock on the wall, everything that AWS takes its time for is done at the next look.
const NO_TIME: f64 = 1e9;
/// Longest time for one Terraform command.
const LIMIT: Duration = Duration::from_secs(600);
/// Header of calls that are forms.
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
/// Name of the coordination table in the stack.
const TABLE: &str = "parapet-failover";

/// Figures of failovers.
#[derive(Debug)]
pub(super) struct Failovers {
    /// Resources in the plan.
    pub(super) groups: u16,
    /// Seconds that `terraform plan` takes, everything refreshed from the sandbox; median.
    pub(super) plan: f64,
    /// The same without refresh.
    pub(super) plan_without_refresh: f64,
    /// Seconds from the start of a failover to its end where AWS takes no time; median.
    pub(super) own_rto: f64,
    /// Times each was done.
    pub(super) runs: u16,
    /// Version of Terraform.
    pub(super) terraform: String,
}

/// Plans `groups` failovers, and fails one over, `runs` times each.
///
/// # Errors
/// There is no Terraform or moto on this machine, or a command fails.
pub(super) fn measure(provider: &Path, groups: u16, runs: u16) -> Result<Failovers> {
    let terraform = Terraform::installed().or_else(|_| Terraform::packaged()).map_err(|skip| anyhow!("{skip}"))?;
    let moto = moto_server().map_err(|skip| anyhow!("{skip}"))?;
    let start = || Stack::start(&terraform, provider, &moto);
    let (plan, plan_without_refresh) = start()?.plans(groups, runs)?;
    // Each on a stack of its own: one that has failed over cannot do so again.
    let own = (0..runs).map(|_| start()?.recovery()).collect::<Result<Vec<f64>>>()?;
    Ok(Failovers { groups, plan, plan_without_refresh, own_rto: median(own), runs, terraform: terraform.version })
}

/// A sandbox with a database, and a working directory.
struct Stack {
    /// Ends with the stack.
    _sandbox: Sandbox,
    workspace: Workspace,
}

impl Stack {
    fn start(terraform: &Terraform, provider: &Path, moto: &Path) -> Result<Self> {
        let options = Options { speed: NO_TIME, moto: Backend::Program(moto.to_owned()), ..Options::default() };
        let sandbox = Sandbox::start(options)?;
        sandbox.wait_ready()?;
        let primary = "Action=CreateDBInstance&Version=2014-10-31&DBInstanceIdentifier=orders&Engine=postgres&\
                       EngineVersion=16.4&DBInstanceClass=db.r6g.large&AllocatedStorage=100&MasterUsername=service&\
                       MasterUserPassword=only-for-a-benchmark&BackupRetentionPeriod=7&DBSubnetGroupName=orders";
        for region in [OLD, NEW] {
            subnet_group(&sandbox.endpoint, region)?;
        }
        call(&sandbox.endpoint, (OLD, "rds"), FORM, primary)?;
        let table = json!({
            "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "LockID", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "LockID", "KeyType": "HASH" }],
        });
        let json = "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.CreateTable";
        call(&sandbox.endpoint, (NEW, "dynamodb"), json, &table.to_string())?;
        let workspace = Workspace::new(terraform)?
            .with_provider(&Provider::new("parapet-io/parapet", provider))?
            .with_variable("TF_VAR_endpoint", &sandbox.endpoint)
            .with_limit(LIMIT);
        workspace.write("main.tf", STACK)?;
        done(workspace.init()?)?;
        Ok(Self { _sandbox: sandbox, workspace })
    }

    /// Seconds for a plan of many groups, with and without refresh.
    fn plans(&self, groups: u16, runs: u16) -> Result<(f64, f64)> {
        let groups = format!("-var=groups={groups}");
        done(self.workspace.apply(&[&groups])?)?;
        let time = |more: &[&str]| -> Result<f64> {
            let mut seconds = Vec::new();
            for _ in 0..runs {
                // Nothing is to change, so that it ends with 0 and not with 2.
                let planned = done(self.workspace.plan_changes(&[&[groups.as_str()], more].concat())?)?;
                seconds.push(planned.elapsed.as_secs_f64());
            }
            Ok(median(seconds))
        };
        Ok((time(&[])?, time(&["-refresh=false"])?))
    }

    /// The recovery time that a failover measures of itself.
    fn recovery(&self) -> Result<f64> {
        done(self.workspace.apply(&[])?)?;
        let there = [format!("-var=active_region={NEW}"), format!("-var=confirm_region={NEW}")];
        let there: Vec<&str> = there.iter().map(String::as_str).collect();
        done(self.workspace.apply(&there)?)?;
        let outputs = self.workspace.outputs()?;
        let seconds = outputs.get("measured_rto_seconds").and_then(Value::as_f64);
        seconds.context("the failover has measured no recovery time")
    }
}

fn done(run: Run) -> Result<Run> {
    ensure!(run.status.success(), "{run}");
    Ok(run)
}

/// A DB subnet group of the region's default subnets.
fn subnet_group(endpoint: &str, region: &str) -> Result<()> {
    let subnets = call(endpoint, (region, "ec2"), FORM, "Action=DescribeSubnets&Version=2016-11-15")?;
    let ids = subnets.split("<subnetId>").skip(1).filter_map(|rest| rest.split_once('<'));
    let named = (1..).zip(ids).map(|(number, (id, _))| format!("&SubnetIds.SubnetIdentifier.{number}={id}"));
    let group =
        "Action=CreateDBSubnetGroup&Version=2014-10-31&DBSubnetGroupName=orders&DBSubnetGroupDescription=subnets";
    call(endpoint, (region, "rds"), FORM, &format!("{group}{}", named.collect::<String>())).map(drop)
}

/// A call to AWS by hand; HTTP 1.0, so that the answer comes in one piece.
fn call(endpoint: &str, (region, service): (&str, &str), headers: &str, body: &str) -> Result<String> {
    let mut stream = TcpStream::connect(endpoint.trim_start_matches("http://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    write!(
        stream,
        "POST / HTTP/1.0\r\nHost: sandbox\r\n{headers}\r\nContent-Length: {}\r\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=test/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(answer.split(' ').nth(1) == Some("200"), "the sandbox's {service} answers: {answer}");
    Ok(answer)
}
