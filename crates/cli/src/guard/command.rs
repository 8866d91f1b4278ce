//! The command line of Terraform, as far as the guard has to understand it.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

/// Arguments for every command.
const ARGS: &str = "TF_CLI_ARGS";
/// Flags without a value of their own, of every command that is taken apart. Go reads `-flag` and `-flag=false`.
const SWITCHES: [&str; 18] = [
    "allow-deferral",
    "auto-approve",
    "compact-warnings",
    "concise",
    "consolidate-errors",
    "consolidate-warnings",
    "destroy",
    "detailed-exitcode",
    "h",
    "help",
    "input",
    "json",
    "lock",
    "no-color",
    "refresh",
    "refresh-only",
    "show-sensitive",
    "suppress-forget-errors",
];
/// Flags that `apply` takes together with a saved plan; all others shape the plan.
const OF_SAVED_APPLY: [&str; 15] = [
    "auto-approve",
    "backup",
    "compact-warnings",
    "concise",
    "consolidate-errors",
    "consolidate-warnings",
    "input",
    "json",
    "lock",
    "lock-timeout",
    "no-color",
    "parallelism",
    "show-sensitive",
    "state",
    "state-out",
];
/// Flags of `apply` that `plan` does not know.
const OF_APPLY_ALONE: [&str; 4] = ["auto-approve", "backup", "state-out", "suppress-forget-errors"];

/// Programs that the guard stands before.
const PROGRAMS: [&str; 3] = ["terraform", "tofu", "terragrunt"];
/// Subcommands that start no provider, or nothing that could be guarded.
const UNGUARDED: [&str; 22] = [
    "console",
    "fmt",
    "force-unlock",
    "get",
    "graph",
    "init",
    "login",
    "logout",
    "metadata",
    "modules",
    "output",
    "providers",
    "query",
    "rpcapi",
    "show",
    "stacks",
    "state",
    "taint",
    "untaint",
    "validate",
    "version",
    "workspace",
];

/// A command to guard: program, options before the subcommand, subcommand, arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrapped {
    pub(super) program: OsString,
    /// `-chdir=...`
    pub(super) global: Vec<OsString>,
    pub(super) subcommand: Option<String>,
    /// Those of `TF_CLI_ARGS` included once [`Self::with_environment`] has been asked.
    pub(super) arguments: Vec<OsString>,
}

/// One argument as Go's flag parser sees it.
struct Flag<'a> {
    name: String,
    value: Option<String>,
    /// The words it is made of.
    words: &'a [OsString],
}

impl Wrapped {
    /// Takes a command line apart.
    pub(super) fn parse(command: &[OsString]) -> Result<Self> {
        let (program, rest) =
            command.split_first().context("there is no command to guard: `parapet guard -- terraform plan`")?;
        let at = rest.iter().position(|word| !word.to_string_lossy().starts_with('-'));
        let (global, tail) = rest.split_at(at.unwrap_or(rest.len()));
        let (subcommand, arguments) = match tail.split_first() {
            Some((subcommand, arguments)) => (Some(subcommand.to_string_lossy().into_owned()), arguments),
            None => (None, tail),
        };
        Ok(Self { program: program.clone(), global: global.to_vec(), subcommand, arguments: arguments.to_vec() })
    }

    /// Refuses what would run Terraform without the guard: another program that starts it, such as `env`, `sh -c` or `aws-vault exec`.
    pub(super) fn check(&self) -> Result<()> {
        let name = Path::new(&self.program).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let subcommand = self.subcommand.as_deref().unwrap_or_default();
        // Also `terraform-1.5.7` and `terraform_v1.15.5`; `terraform-deploy` is something else.
        let is_version = |rest: &str| rest.chars().all(|it| it.is_ascii_digit() || ".-_v".contains(it));
        let is_known = PROGRAMS.iter().any(|program| name.strip_prefix(program).is_some_and(is_version));
        // A script or a link of another name that is given what Terraform is given.
        let stands_in = self.plans() || UNGUARDED.contains(&subcommand);
        ensure!(
            is_known || stands_in,
            "`{name}` is not Terraform, OpenTofu or Terragrunt, and what it starts would not be guarded: nothing was run. \
             Start the guard from it: `{name} ... -- parapet guard -- terraform plan`"
        );
        Ok(())
    }

    /// Whether Terraform starts providers for it, so that there is something to guard.
    pub(super) fn plans(&self) -> bool {
        let subcommand = self.subcommand.as_deref().unwrap_or_default();
        matches!(subcommand, "plan" | "apply" | "destroy" | "refresh" | "import" | "test") && !self.asks_for_help()
    }

    /// Whether the program is Terragrunt, which starts Terraform itself.
    pub(super) fn is_terragrunt(&self) -> bool {
        Path::new(&self.program).file_stem().is_some_and(|name| name == "terragrunt")
    }

    fn asks_for_help(&self) -> bool {
        let help =
            |word: &OsString| ["-h", "-help", "--help", "-version", "--version", "-v"].iter().any(|it| word == it);
        self.global.iter().any(help) || self.arguments.iter().any(|word| help(word) && word != "-v")
    }

    /// The variables that hold arguments of the subcommand.
    pub(super) fn variables(&self) -> Vec<OsString> {
        let own = self.subcommand.iter().map(|name| format!("{ARGS}_{}", name.replace('-', "_")));
        // `plan`, `show` and `apply` stand in for others, whose variables say what is to be done.
        let others = ["plan", "apply", "show"].map(|name| format!("{ARGS}_{name}"));
        own.chain(others).chain([ARGS.to_owned()]).map(OsString::from).collect()
    }

    /// With the arguments that environment variables add, in the order in which Terraform puts them: those of the subcommand, those
    /// of every command, those written.
    pub(super) fn with_environment(mut self, variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let Some(subcommand) = &self.subcommand else { return Ok(self) };
        let mut arguments = Vec::new();
        for name in [format!("{ARGS}_{}", subcommand.replace('-', "_")), ARGS.to_owned()] {
            let Some(text) = variable(&name) else { continue };
            let words = shlex::split(&text)
                .with_context(|| format!("{name} holds {text:?}, in which a quote is not closed"))?;
            arguments.extend(words.into_iter().map(OsString::from));
        }
        arguments.append(&mut self.arguments);
        self.arguments = arguments;
        Ok(self)
    }

    fn flags(&self) -> (Vec<Flag<'_>>, &[OsString]) {
        let mut flags = Vec::new();
        let mut rest = self.arguments.as_slice();
        while let Some((first, after)) = rest.split_first() {
            if first == "--" {
                return (flags, after);
            }
            let text = first.to_string_lossy();
            let Some(body) = text.strip_prefix("--").or_else(|| text.strip_prefix('-')).filter(|body| !body.is_empty())
            else {
                break;
            };
            let (name, value) = match body.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (body.to_owned(), None),
            };
            let takes_next = value.is_none() && !SWITCHES.contains(&name.as_str()) && !after.is_empty();
            let length = if takes_next { 2 } else { 1 };
            let (words, others) = rest.split_at(length);
            let value = value.or_else(|| words.get(1).map(|word| word.to_string_lossy().into_owned()));
            flags.push(Flag { name, value, words });
            rest = others;
        }
        (flags, rest)
    }

    /// The value of a flag; the last one counts. An empty one is none, as of `-out=$UNSET`.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let last = self.flags().0.into_iter().rev().find(|flag| flag.name == name)?;
        last.value.filter(|value| !value.is_empty())
    }

    /// Whether a switch is on; the last one counts.
    pub(super) fn is_on(&self, name: &str, default: bool) -> bool {
        let flags = self.flags().0;
        let Some(flag) = flags.iter().rev().find(|flag| flag.name == name) else { return default };
        !matches!(flag.value.as_deref(), Some("false" | "0" | "f" | "F" | "FALSE" | "False"))
    }

    /// The plan that `apply` is given.
    pub(super) fn saved_plan(&self) -> Option<&OsStr> {
        self.flags().1.first().map(OsString::as_os_str)
    }

    /// The whole command line after the program.
    pub(super) fn line(&self) -> Vec<OsString> {
        self.line_of(self.subcommand.as_deref().unwrap_or_default(), self.arguments.iter().cloned())
    }

    /// The command line of another subcommand with the same options before it.
    pub(super) fn line_of(&self, subcommand: &str, arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
        self.global.iter().cloned().chain([subcommand.into()]).chain(arguments).collect()
    }

    /// `plan` with what this `apply` or `destroy` says of the plan, saved to a file.
    pub(super) fn as_plan(&self, out: &Path) -> Vec<OsString> {
        let (flags, positional) = self.flags();
        let mut arguments: Vec<OsString> = Vec::new();
        if self.subcommand.as_deref() == Some("destroy") {
            arguments.push("-destroy".into());
        }
        let of_plan = flags.iter().filter(|flag| !OF_APPLY_ALONE.contains(&flag.name.as_str()));
        arguments.extend(of_plan.flat_map(|flag| flag.words.iter().cloned()));
        arguments.push("-detailed-exitcode".into());
        arguments.push(out_flag(out));
        arguments.extend(positional.iter().cloned());
        self.line_of("plan", arguments)
    }

    /// `apply` of a saved plan, with what this `apply` or `destroy` says of applying.
    pub(super) fn as_apply(&self, plan: &Path) -> Vec<OsString> {
        let flags = self.flags().0;
        let kept = flags.iter().filter(|flag| OF_SAVED_APPLY.contains(&flag.name.as_str()));
        let arguments: Vec<OsString> = kept.flat_map(|flag| flag.words.iter().cloned()).chain([plan.into()]).collect();
        self.line_of("apply", arguments)
    }

    /// This `plan`, saved to a file.
    pub(super) fn saved_to(&self, out: &Path) -> Vec<OsString> {
        let (flags, positional) = self.flags();
        let own = flags.iter().filter(|flag| flag.name != "out").flat_map(|flag| flag.words.iter().cloned());
        self.line_of("plan", [out_flag(out)].into_iter().chain(own).chain(positional.iter().cloned()))
    }
}

fn out_flag(out: &Path) -> OsString {
    let mut flag = OsString::from("-out=");
    flag.push(out);
    flag
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(line: &str) -> Wrapped {
        Wrapped::parse(&line.split(' ').map(OsString::from).collect::<Vec<_>>()).unwrap()
    }

    fn text(line: &[OsString]) -> String {
        line.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_command_is_taken_apart_and_stays_what_it_is() {
        let it = wrapped("terraform -chdir=a plan -var x=1 -out p -input=false");
        assert_eq!((it.subcommand.as_deref(), it.plans()), (Some("plan"), true));
        assert_eq!(text(&it.line()), "-chdir=a plan -var x=1 -out p -input=false");
        assert_eq!(it.value("out").as_deref(), Some("p"));
        assert!(!it.is_on("input", true) && it.is_on("refresh", true) && !it.is_on("json", false));
        assert!(wrapped("terraform plan -json -no-color").is_on("json", false));
        for unguarded in
            ["terraform init", "terraform -help", "terraform plan -help", "terraform -version plan", "tofu"]
        {
            assert!(!wrapped(unguarded).plans(), "{unguarded}");
        }
        assert!(wrapped("/opt/terragrunt run-all plan").is_terragrunt());
        assert!(Wrapped::parse(&[]).is_err());
    }

    #[test]
    fn what_would_run_unguarded_is_refused() {
        for line in [
            "env terraform plan",
            "sh -c terraform-plan",
            "aws-vault exec prod -- terraform apply",
            "make deploy",
            "./deploy.sh",
            "terraform-deploy prod",
        ] {
            let error = wrapped(line).check().unwrap_err().to_string();
            assert!(error.contains("would not be guarded: nothing was run"), "{line}: {error}");
        }
        for line in [
            "terraform plan",
            "/opt/terraform-1.5.7 fmt",
            "./terraform.exe something-new",
            "tofu -version",
            "terragrunt run-all plan",
            "./tf plan -out=p",
            "tf -chdir=a init",
        ] {
            assert!(wrapped(line).check().is_ok(), "{line}");
        }
    }

    #[test]
    fn an_empty_file_for_the_plan_is_none_and_dashes_end_the_flags() {
        let it = wrapped("terraform plan -no-color -out= -var a=b");
        assert_eq!(it.value("out"), None);
        assert_eq!(text(&it.saved_to(Path::new("/p"))), "plan -out=/p -no-color -var a=b");
        assert_eq!(wrapped("terraform apply -no-color -- saved").saved_plan(), Some(OsStr::new("saved")));
    }

    #[test]
    fn the_arguments_of_apply_are_shared_out() {
        let it = wrapped(
            "terraform apply -auto-approve -var a=b -target t.n -parallelism=3 -no-color -lock-timeout 5s -destroy",
        );
        assert_eq!(it.saved_plan(), None);
        let plan = it.as_plan(Path::new("/p"));
        assert_eq!(
            text(&plan),
            "plan -var a=b -target t.n -parallelism=3 -no-color -lock-timeout 5s -destroy -detailed-exitcode -out=/p"
        );
        assert_eq!(
            text(&it.as_apply(Path::new("/p"))),
            "apply -auto-approve -parallelism=3 -no-color -lock-timeout 5s /p"
        );
        let destroy = wrapped("tofu destroy -target=t.n");
        assert_eq!(text(&destroy.as_plan(Path::new("/p"))), "plan -destroy -target=t.n -detailed-exitcode -out=/p");
        assert_eq!(wrapped("terraform apply -input=false saved").saved_plan(), Some(OsStr::new("saved")));
    }

    #[test]
    fn variables_add_arguments_where_terraform_puts_them() {
        let variable = |name: &str| match name {
            "TF_CLI_ARGS" => Some("-no-color".to_owned()),
            "TF_CLI_ARGS_plan" => Some(r#"-var 'a=b c' -out=env"#.to_owned()),
            _ => None,
        };
        let it = wrapped("terraform plan -out=written").with_environment(variable).unwrap();
        assert_eq!(text(&it.line()), "plan -var a=b c -out=env -no-color -out=written");
        assert_eq!(it.value("out").as_deref(), Some("written"));
        assert!(it.variables().contains(&OsString::from("TF_CLI_ARGS_plan")));
        let error = wrapped("terraform plan").with_environment(|_| Some("'".to_owned())).unwrap_err().to_string();
        assert!(error.contains("TF_CLI_ARGS_plan"), "{error}");
    }
}
