//! `parapet new rule`: the files of a rule, ready to be filled in.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use parapet_policy::Severity;

use crate::{check, output};

/// Start something new.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Rule(RuleArgs),
}

/// Write a rule with its tests and its examples.
///
/// The rule works as it is written: its tests pass, it finds something in the bad example and nothing in the good one. Put
/// what you mean in the place of the attribute. Nothing is overwritten.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
struct RuleArgs {
    /// Pack, service and name: `house/s3/owner_tag` is the rule `house-s3-owner-tag`
    #[arg(value_name = "PACK/SERVICE/NAME")]
    name: String,

    /// Resource type the rule is about
    #[arg(long, value_name = "TYPE", conflicts_with = "kind", required_unless_present = "kind")]
    resource: Option<String>,

    /// Kubernetes kind the rule is about
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,

    /// What must be set: an argument of the resource, or a label of the object
    #[arg(long, value_name = "NAME")]
    attribute: String,

    /// How bad a violation is
    #[arg(long, value_name = "SEVERITY", default_value = "medium", value_parser = check::severity())]
    severity: Severity,

    /// Directory of the policies
    #[arg(long, value_name = "DIR", default_value = "policies")]
    directory: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  parapet new rule house/s3/bucket_named --resource aws_s3_bucket --attribute bucket
  parapet new rule house/workloads/team --kind Deployment --attribute team --severity low
  parapet test policies --filter bucket_named";

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let Command::Rule(args) = &args.command;
    let parts: Vec<&str> = args.name.split('/').collect();
    let [pack, service, name] = parts.as_slice() else {
        anyhow::bail!("`{}` is not PACK/SERVICE/NAME, as in house/s3/owner_tag", args.name);
    };
    for part in &parts {
        anyhow::ensure!(
            is_name(part),
            "`{part}` cannot be part of a package: use lower-case letters, digits and `_`, a letter first"
        );
    }
    anyhow::ensure!(*pack != "lib", "`lib` holds what rules share; choose another pack");
    anyhow::ensure!(!name.ends_with("_test"), "`{name}` would be read as a test; choose another name");
    let about = args.kind.as_ref().or(args.resource.as_ref()).map(String::as_str).unwrap_or_default();
    anyhow::ensure!(
        about.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !about.is_empty(),
        "`{about}` is neither a resource type nor a kind"
    );
    anyhow::ensure!(
        is_name(&args.attribute),
        "`{}` is no argument or label: use lower-case letters, digits and `_`, a letter first",
        args.attribute
    );
    let draft = Draft { pack, service, name, about, attribute: &args.attribute, severity: args.severity };
    let files = if args.kind.is_some() { draft.of_kind() } else { draft.of_resource() };

    let directory = args.directory.join(pack).join(service);
    let paths: Vec<PathBuf> = files.iter().map(|(suffix, _)| directory.join(format!("{name}{suffix}"))).collect();
    if let Some(there) = paths.iter().find(|path| path.exists()) {
        anyhow::bail!("{} exists already; nothing was written", there.display());
    }
    fs::create_dir_all(&directory).with_context(|| format!("{}: cannot be made", directory.display()))?;
    for (path, (_, text)) in paths.iter().zip(&files) {
        write_new(path, text)?;
        output::text(&format!("{}\n", path.display()))?;
    }
    let directory = args.directory.display();
    output::note(&format!("`parapet test {directory} --filter {name}` runs its tests"));
    Ok(0)
}

fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let created = fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    created.with_context(|| format!("{}: cannot be written", path.display()))
}

fn is_name(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_lowercase())
        && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

struct Draft<'a> {
    pack: &'a str,
    service: &'a str,
    name: &'a str,
    about: &'a str,
    attribute: &'a str,
    severity: Severity,
}

impl Draft<'_> {
    fn head(&self, title: &str, about: &str, remediation: &str) -> String {
        let Self { pack, service, name, severity, .. } = self;
        format!(
            "# METADATA\n# title: {title}\n# description: Say here why it matters.\n# custom:\n#   severity: {severity}\n#   {about}\n#   remediation: {remediation}\npackage parapet.{pack}.{service}.{name}\n\nimport rego.v1\n\n"
        )
    }

    fn test_head(&self, more: &str) -> String {
        let Self { pack, service, name, .. } = self;
        let package = format!("parapet.{pack}.{service}.{name}");
        format!("package {package}_test\n\nimport data.{package}\n{more}import rego.v1\n\n")
    }

    fn of_resource(&self) -> Vec<(&'static str, String)> {
        let Self { name, about, attribute, .. } = self;
        let message = format!("`{attribute}` is not set");
        let head = self.head(
            &format!("{about} sets `{attribute}`"),
            &format!("resources: [{about}]"),
            &format!("Set `{attribute}`."),
        );
        let rule = format!(
            "deny contains {{\"path\": [\"{attribute}\"], \"message\": \"{message}\"}} if {{\n\tnot input.resource.values.{attribute}\n}}\n"
        );
        let test = format!(
            "findings(values) := found if {{\n\tfound := {name}.deny with input as {{\"resource\": {{\"values\": values, \"config\": {{}}}}}}\n}}\n\n\
             test_not_set_fails if findings({{}}) == {{{{\"path\": [\"{attribute}\"], \"message\": \"{message}\"}}}}\n\n\
             test_set_passes if count(findings({{\"{attribute}\": \"a\"}})) == 0\n\n\
             # What is unknown is left out of `values`, and found at its own path: the engine then leaves the answer open.\n\
             test_unknown_is_undetermined if testing.undetermined(findings({{}}), [[\"{attribute}\"]])\n"
        );
        vec![
            (".rego", head + &rule),
            ("_test.rego", self.test_head("import data.parapet.lib.testing\n") + &test),
            (".bad.tf", format!("resource \"{about}\" \"example\" {{\n}}\n")),
            (".good.tf", format!("resource \"{about}\" \"example\" {{\n  {attribute} = \"example\"\n}}\n")),
        ]
    }

    fn of_kind(&self) -> Vec<(&'static str, String)> {
        let Self { name, about, attribute, .. } = self;
        let message = format!("there is no label `{attribute}`");
        let head = self.head(
            &format!("{about} has the label `{attribute}`"),
            &format!("kinds: [{about}]"),
            &format!("Set the label `{attribute}`."),
        );
        let path = format!("[\"metadata\", \"labels\", \"{attribute}\"]");
        let rule = format!(
            "deny contains {{\"path\": {path}, \"message\": \"{message}\"}} if {{\n\tnot input.object.metadata.labels.{attribute}\n}}\n"
        );
        let test = format!(
            "findings(labels) := found if {{\n\tfound := {name}.deny with input as {{\"object\": {{\"kind\": \"{about}\", \"metadata\": {{\"labels\": labels}}}}}}\n}}\n\n\
             test_not_set_fails if findings({{}}) == {{{{\"path\": {path}, \"message\": \"{message}\"}}}}\n\n\
             test_set_passes if count(findings({{\"{attribute}\": \"a\"}})) == 0\n"
        );
        let manifest = format!("apiVersion: v1\nkind: {about}\nmetadata:\n  name: example\n");
        vec![
            (".rego", head + &rule),
            ("_test.rego", self.test_head("") + &test),
            (".bad.yaml", manifest.clone()),
            (".good.yaml", format!("{manifest}  labels:\n    {attribute}: example\n")),
        ]
    }
}
