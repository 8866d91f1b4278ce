//! `parapet gate evidence`: is there proof of what was built, by whom, and that it was looked at?

use std::path::PathBuf;

use anyhow::{bail, ensure};

use super::outcome::{self, Format};

mod provenance;
mod sbom;
mod scan;

/// Check SBOM, provenance and scan results of a build.
///
/// An SBOM (CycloneDX or SPDX, JSON) is complete when it says who made it and when, and each component has a name, a version, an
/// identifier and a relation to others. Provenance (SLSA, as in-toto statement, DSSE envelope or Sigstore bundle) has to name the builder
/// and the source that are expected. Scan results (Trivy, Grype, npm audit, SARIF) have to be without findings of --fail-on or worse.
/// Signatures are not verified: do that first, with cosign or slsa-verifier.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// SBOM
    #[arg(long, value_name = "FILE")]
    sbom: Option<PathBuf>,

    /// List of packages, each of which has to be in the SBOM: `cargo metadata`, another SBOM, or what `gate licenses` reads; can be
    /// given again
    #[arg(long, value_name = "FILE", requires = "sbom")]
    covers: Vec<PathBuf>,

    /// Provenance
    #[arg(long, value_name = "FILE")]
    provenance: Option<PathBuf>,

    /// Builder that is expected; without a version (`@...`) any is accepted
    #[arg(long, value_name = "ID", requires = "provenance")]
    builder: Option<String>,

    /// Repository that is expected, as in github.com/example/shop
    #[arg(long, value_name = "URI", requires = "provenance")]
    source: Option<String>,

    /// File that has to be among what the provenance says was built; can be given again
    #[arg(long = "artifact", value_name = "FILE", requires = "provenance")]
    artifacts: Vec<PathBuf>,

    /// Scan results; can be given again
    #[arg(long = "scan", value_name = "FILE")]
    scans: Vec<PathBuf>,

    /// Lowest severity that fails
    #[arg(long, value_enum, default_value_t = scan::Level::Critical)]
    fail_on: scan::Level,

    /// Finding that is accepted, as in CVE-2024-1234; can be given again
    #[arg(long, value_name = "ID", requires = "scans")]
    accept: Vec<String>,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  parapet gate evidence --sbom sbom.cdx.json --scan trivy.json --fail-on high
  parapet gate evidence --provenance app.intoto.jsonl --artifact app \\
    --builder https://github.com/slsa-framework/slsa-github-generator/.github/workflows/builder_go_slsa3.yml \\
    --source github.com/example/shop

Exit codes:
  0  everything that was asked for is there and as expected
  1  something is not
  2  a file cannot be read, or is none of the formats";

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    if args.sbom.is_none() && args.provenance.is_none() && args.scans.is_empty() {
        bail!("there is nothing to check: give --sbom, --provenance, --scan or several of them");
    }
    let mut cases = Vec::new();
    if let Some(path) = &args.sbom {
        cases.extend(sbom::check(path, &args.covers)?);
    }
    if let Some(path) = &args.provenance {
        let expected = provenance::Expected {
            builder: args.builder.as_deref(),
            source: args.source.as_deref(),
            artifacts: &args.artifacts,
        };
        ensure!(
            expected.builder.is_some() || expected.source.is_some() || !expected.artifacts.is_empty(),
            "nothing is expected of the provenance: give --builder, --source or --artifact"
        );
        cases.extend(provenance::check(path, &expected)?);
    }
    for path in &args.scans {
        cases.extend(scan::check(path, args.fail_on, &args.accept)?);
    }
    outcome::write("evidence", &cases, args.format)
}
