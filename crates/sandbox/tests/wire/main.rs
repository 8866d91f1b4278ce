//! boto3, which knows the real APIs' shapes, and real clients of HTTP against a sandbox with moto.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::process;
use parapet_tests::tools::{Skip, moto_server};

const LIMIT: Duration = Duration::from_secs(180);

fn main() -> ExitCode {
    let moto = moto_server();
    let mut trials: Vec<Trial> =
        ["database", "aurora", "accelerator", "faults", "passing", "node_groups", "spot", "account"]
            .map(|script| trial(script, &moto, move |moto| scripted(script, moto)))
            .into();
    trials.push(trial("moto_ends_when_the_sandbox_is_killed", &moto, killed));
    trials.push(trial("moto_ends_when_the_sandbox_is_dropped", &moto, dropped));
    trials.push(Trial::test("without_moto_the_rest_says_so", without_moto));
    trials.push(Trial::test("state_is_kept_in_its_file", kept));
    trials.push(Trial::test("a_moto_that_is_missing_is_named", missing));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial(
    name: &str,
    moto: &Result<PathBuf, Skip>,
    test: impl Fn(&Path) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    match moto.clone() {
        Ok(moto) => Trial::test(name, move || test(&moto)),
        // Run all the same (`--include-ignored`), it fails: what was not tested never counts as passed.
        Err(skip) => {
            let reason = skip.0.clone();
            Trial::test(name, move || Err(Failed::from(reason))).with_kind(skip.0).with_ignored_flag(true)
        }
    }
}

/// Runs a Python script beside this file against a sandbox of its own.
fn scripted(script: &str, moto: &Path) -> Result<(), Failed> {
    let sandbox = Sandbox::start(Options { moto: Backend::Program(moto.to_owned()), ..Options::default() })?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire");
    let mut python = Command::new(moto.with_file_name("python"));
    python.env("PYTHONPATH", &here).env("PYTHONDONTWRITEBYTECODE", "1").env("SANDBOX", &sandbox.endpoint);
    python.arg(here.join(format!("{script}.py")));
    process::run(python, LIMIT)?.succeeds();
    Ok(())
}

/// What a server answers to a request that is written by hand; empty when it drops the connection.
fn exchange(endpoint: &str, request: &str) -> Result<String, Failed> {
    let mut stream = TcpStream::connect(endpoint.trim_start_matches("http://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn get(endpoint: &str, path: &str) -> Result<String, Failed> {
    exchange(endpoint, &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
}

fn signed(service: &str, form: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0\r\n\
         Content-Length: {}\r\n\r\n{form}",
        form.len()
    )
}

/// The processes that have `text` in their command line.
fn running(text: &str) -> usize {
    let Ok(entries) = std::fs::read_dir("/proc") else { return 0 };
    let commands = entries.filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok());
    commands.filter(|command| String::from_utf8_lossy(command).replace('\0', " ").contains(text)).count()
}

fn ends(text: &str) -> Result<(), Failed> {
    let started = Instant::now();
    while running(text) > 0 {
        if started.elapsed() > Duration::from_secs(10) {
            return Err(format!("{} processes of {text} are left", running(text)).into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// A name of its own for moto, so that its processes are told from those of other tests.
fn alias(moto: &Path, dir: &Path) -> Result<PathBuf, Failed> {
    let alias = dir.join("moto_server");
    std::os::unix::fs::symlink(moto, &alias)?;
    Ok(alias)
}

fn killed(moto: &Path) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let moto = alias(moto, dir.path())?;
    let mut child = Command::new(env!("CARGO_BIN_EXE_parapet-sandbox"))
        .args(["--moto".as_ref(), moto.as_os_str()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut endpoint = String::new();
    let mut output = child.stdout.take().ok_or("no output")?;
    let mut byte = [0];
    while output.read(&mut byte)? == 1 && byte != *b"\n" {
        endpoint.push(char::from(byte[0]));
    }
    assert!(get(&endpoint, "/_sandbox/ready")?.contains(r#""ready":true"#));
    let name = moto.display().to_string();
    assert!(running(&name) > 1, "moto and its keeper run");
    child.kill()?;
    child.wait()?;
    ends(&name)
}

fn dropped(moto: &Path) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let moto = alias(moto, dir.path())?;
    let sandbox = Sandbox::start(Options { moto: Backend::Program(moto.clone()), ..Options::default() })?;
    sandbox.wait_ready()?;
    let (name, endpoint) = (moto.display().to_string(), sandbox.endpoint.clone());
    assert!(running(&name) > 1, "moto and its keeper run");
    drop(sandbox);
    assert!(get(&endpoint, "/_sandbox/ready").is_err(), "nobody listens any more");
    ends(&name)
}

fn alone() -> Options {
    Options { moto: Backend::None, ..Options::default() }
}

fn without_moto() -> Result<(), Failed> {
    let sandbox = Sandbox::start(alone())?;
    sandbox.wait_ready()?;
    let answer = exchange(&sandbox.endpoint, &signed("ec2", "Action=DescribeVpcs"))?;
    assert!(answer.starts_with("HTTP/1.1 501") && answer.contains("<Code>NotImplemented</Code>"), "{answer}");
    let answer = exchange(&sandbox.endpoint, &signed("rds", "Action=DescribeDBInstances"))?;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // The instance types are then those of the price book.
    let answer = exchange(&sandbox.endpoint, &signed("ec2", "Action=DescribeInstanceTypes&InstanceType.1=m5.xlarge"))?;
    assert!(answer.contains("<defaultVCpus>4</defaultVCpus>"), "{answer}");
    let create = r#"{"nodegroupName":"g","nodeRole":"arn:aws:iam::123456789012:role/n","subnets":["subnet-1"]}"#;
    let request = format!(
        "POST /clusters/c/node-groups HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/eks/aws4_request, SignedHeaders=host, Signature=0\r\n\
         Content-Length: {}\r\n\r\n{create}",
        create.len()
    );
    let answer = exchange(&sandbox.endpoint, &request)?;
    assert!(answer.contains(r#""status":"CREATING""#), "{answer}");
    assert_eq!(sandbox.control().called("eks", "CreateNodegroup").succeeded, 1);
    sandbox.control().settle();
    assert_eq!(sandbox.control().node_groups().iter().map(|it| it.nodes).sum::<u32>(), 2);
    assert_eq!(sandbox.control().capacity("c").last().map(|it| it.total), Some(2));
    Ok(())
}

const CREATE: &str = "Action=CreateDBInstance&DBInstanceIdentifier=main&Engine=mysql&DBInstanceClass=db.t3.medium\
                      &AllocatedStorage=20&MasterUsername=app&MasterUserPassword=long-enough";

fn kept() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let options = Options { state: Some(dir.path().join("state.json")), speed: 0.0, ..alone() };
    let sandbox = Sandbox::start(options.clone())?;
    exchange(&sandbox.endpoint, &signed("rds", CREATE))?;
    sandbox.control().advance(Duration::from_secs(100));
    let before = sandbox.control().now();
    drop(sandbox);
    let sandbox = Sandbox::start(options)?;
    assert_eq!(sandbox.control().now(), before);
    assert_eq!(sandbox.control().called("rds", "CreateDBInstance").succeeded, 1);
    let answer = exchange(&sandbox.endpoint, &signed("rds", "Action=DescribeDBInstances"))?;
    assert!(answer.contains("<DBInstanceStatus>creating<"), "{answer}");
    sandbox.control().settle();
    let answer = exchange(&sandbox.endpoint, &signed("rds", "Action=DescribeDBInstances"))?;
    assert!(answer.contains("<DBInstanceStatus>available<"), "{answer}");
    assert_eq!(sandbox.control().state().open_writers().len(), 1);
    Ok(())
}

fn missing() -> Result<(), Failed> {
    let options = Options { moto: Backend::Program("/nowhere/moto_server".into()), ..Options::default() };
    let error = Sandbox::start(options).err().ok_or("it started")?.to_string();
    assert!(error.contains("cannot start /nowhere/moto_server"), "{error}");
    Ok(())
}
