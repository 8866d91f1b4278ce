//! `parapet evidence`: what failovers leave behind as proof.

use std::path::PathBuf;

use clap::Subcommand;
use parapet_evidence::{Summary, verify};

use crate::check::Format;
use crate::output;

/// Exit code of a journal that cannot be relied on.
const EXIT_FAULT: u8 = 1;

/// Check the evidence that failovers and drills write.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Verify(VerifyArgs),
}

/// Check every byte of an evidence file.
///
/// Each line holds the hash of the line before, so that a change, a removed or an added line is found and named. Whoever can write
/// the file can also write a new one: compare its digest with `evidence_sha256` in Terraform's state (--sha256).
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
struct VerifyArgs {
    /// Evidence file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Digest that the file must have
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  parapet evidence verify evidence/orders-epoch-2.jsonl
  parapet evidence verify --sha256 \"$(terraform output -raw evidence_sha256)\" evidence/orders-epoch-2.jsonl

Exit codes:
  0  the file is intact, and finished
  1  it has been changed, is not finished, or has another digest
  2  it cannot be read";

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let Command::Verify(args) = &args.command;
    let name = args.file.display();
    let bytes = std::fs::read(&args.file).map_err(|error| anyhow::anyhow!("{name}: cannot be read: {error}"))?;
    let verified = verify(&bytes).map_err(|fault| fault.to_string()).and_then(|summary| expected(args, summary));
    let intact = verified.is_ok();
    match args.format {
        Format::Json => {
            let result = match &verified {
                Ok(summary) => serde_json::json!({ "intact": true, "summary": summary }),
                Err(fault) => {
                    serde_json::json!({ "intact": false, "fault": fault, "sha256": parapet_evidence::digest(&bytes) })
                }
            };
            output::text(&format!("{result}\n"))?;
        }
        Format::Text => match &verified {
            Ok(Summary { entries, first_at, last_at, policies, sha256, .. }) => {
                let judges: String = policies.iter().map(|digest| format!("policies sha256 {digest}\n")).collect();
                output::text(&format!(
                    "{name}: intact, {entries} entries from {first_at} to {last_at}\nsha256 {sha256}\n{judges}"
                ))?;
            }
            Err(fault) => output::text(&format!("{name}: NOT INTACT: {fault}\n"))?,
        },
    }
    Ok(if intact { 0 } else { EXIT_FAULT })
}

fn expected(args: &VerifyArgs, summary: Summary) -> Result<Summary, String> {
    match &args.sha256 {
        Some(wanted) if !wanted.eq_ignore_ascii_case(&summary.sha256) => {
            Err(format!("its digest is {}, not {wanted}: it is another file, or was written anew", summary.sha256))
        }
        _ => Ok(summary),
    }
}
