//! `parapet check` with all packs on each kind of input: a plan, a directory of HCL, a directory of Kubernetes manifests.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::{check, plan, report};
use crate::{build, checkout};

const STACK: &str = include_str!("inputs/stack.tf");
const MANIFEST: &str = include_str!("inputs/manifest.yaml");

/// Files of one generated stack: a directory that people still find their way in.
const FILES_PER_STACK: usize = 25;

/// How to measure.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Cargo profile of the command
    #[arg(long, default_value = "release")]
    profile: String,

    /// Resources of the plan
    #[arg(long, default_value_t = 5_000)]
    resources: usize,

    /// Files of HCL
    #[arg(long, default_value_t = 500)]
    files: usize,

    /// Kubernetes manifests
    #[arg(long, default_value_t = 2_000)]
    manifests: usize,

    /// Times each input is checked
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
}

/// An input, and what is to be reached with it.
struct Input {
    what: String,
    path: PathBuf,
    seconds: f64,
    mib: Option<f64>,
}

/// Builds, generates, measures; answers the report as Markdown.
///
/// # Errors
/// A build fails, an input cannot be written, or the command fails on one.
pub fn run(args: &Args) -> Result<String> {
    let parapet = build::binary("parapet-cli", "parapet", &args.profile)?;
    let mut out = format!(
        "`parapet check` with all packs, median of {} runs, profile `{}`.\n\n\
         | input | evaluations | violations | time | to reach | | peak memory | to reach | |\n|---|--:|--:|--:|--:|---|--:|--:|---|\n",
        args.runs, args.profile
    );
    for input in inputs(args, &checkout::root().join("target/bench/inputs"))? {
        let measured = check(&parapet, &[], &input.path, 0, args.runs)?;
        let met = |met: bool| if met { "met" } else { "**missed**" };
        let peak = report::mib(measured.peak_bytes);
        let memory = input.mib.map_or_else(
            || format!("{peak:.0} MiB | | |"),
            |most| format!("{peak:.0} MiB | {most:.0} MiB | {} |", met(peak <= most)),
        );
        // Writing into a string cannot fail.
        let _infallible = writeln!(
            out,
            "| {} | {} | {} | {:.3} s | {} s | {} | {memory}",
            input.what,
            report::grouped(measured.evaluations),
            report::grouped(measured.failed),
            measured.wall_seconds,
            input.seconds,
            met(measured.wall_seconds <= input.seconds),
        );
    }
    Ok(out)
}

fn inputs(args: &Args, directory: &Path) -> Result<[Input; 3]> {
    if directory.exists() {
        fs::remove_dir_all(directory).with_context(|| format!("cannot remove {}", directory.display()))?;
    }
    let plan = directory.join("plan.json");
    plan::Template::recorded()?.write(args.resources, &plan)?;
    let (hcl, manifests) = (directory.join("hcl"), directory.join("manifests"));
    for index in 0..args.files {
        let name = format!("service{index}");
        let stack = hcl.join(format!("stack{}", index / FILES_PER_STACK));
        write(&stack, &format!("{name}.tf"), &STACK.replace("NAME", &name))?;
    }
    for index in 0..args.manifests {
        let name = format!("service-{index}");
        let version = if index.is_multiple_of(5) { "latest".to_owned() } else { format!("1.4@sha256:{index:064x}") };
        let image = format!("registry.example.com/{name}:{version}");
        write(&manifests, &format!("{name}.yaml"), &MANIFEST.replace("NAME", &name).replace("IMAGE", &image))?;
    }
    Ok([
        Input {
            what: format!("plan of {} resources", report::grouped(args.resources as u64)),
            path: plan,
            seconds: 0.5,
            mib: Some(150.0),
        },
        Input { what: format!("directory of {} HCL files", args.files), path: hcl, seconds: 1.0, mib: None },
        Input {
            what: format!("{} Kubernetes manifests", report::grouped(args.manifests as u64)),
            path: manifests,
            seconds: 1.0,
            mib: None,
        },
    ])
}

fn write(directory: &Path, name: &str, text: &str) -> Result<()> {
    fs::create_dir_all(directory)
        .and_then(|()| fs::write(directory.join(name), text))
        .with_context(|| format!("cannot write {}", directory.join(name).display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_files_as_asked_for_each_with_names_of_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let args = Args { profile: String::new(), resources: 3, files: 60, manifests: 6, runs: 1 };
        let [plan, hcl, manifests] = inputs(&args, directory.path()).unwrap();
        assert!(plan.path.is_file());
        let files = |path: &Path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        let stacks = files(&hcl.path);
        assert_eq!((stacks.len(), stacks.iter().map(|stack| files(stack).len()).sum::<usize>()), (3, 60));
        assert_eq!(files(&manifests.path).len(), 6);
        for path in stacks.iter().flat_map(|stack| files(stack)).chain(files(&manifests.path)) {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(name) && !text.contains("NAME\""), "{}", path.display());
        }
    }
}
