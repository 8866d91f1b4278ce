//! Release packages: the provider as the Terraform Registry wants it, and the command as a tarball.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{build, checkout};

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Files of the checkout that every package holds.
const ENCLOSED: [&str; 3] = ["LICENSE", "README.md", "CHANGELOG.md"];
/// What the Terraform Registry wants to know of a release.
const MANIFEST: &str = "{\n  \"version\": 1,\n  \"metadata\": {\n    \"protocol_versions\": [\"6.0\"]\n  }\n}\n";

/// Builds in release mode and writes the packages of this machine's platform to `target/package`. Answers what was written.
///
/// # Errors
/// A build fails, or a file cannot be written.
pub fn run() -> Result<Vec<PathBuf>> {
    let provider = build::binary("terraform-provider-parapet", "terraform-provider-parapet", "release")?;
    let parapet = build::binary("parapet-cli", "parapet", "release")?;
    let directory = checkout::root().join("target/package");
    if directory.exists() {
        // What an earlier version left would be published with this one.
        fs::remove_dir_all(&directory).with_context(|| format!("cannot empty {}", directory.display()))?;
    }
    lay_out(&provider, &parapet, &directory)
}

/// Writes packages and checksums. The same binaries give the same bytes.
fn lay_out(provider: &Path, parapet: &Path, directory: &Path) -> Result<Vec<PathBuf>> {
    let platform = platform();
    let release = format!("terraform-provider-parapet_{VERSION}");
    let zip = zipped(&contents(provider, &format!("terraform-provider-parapet_v{VERSION}"))?)?;
    let provider_files =
        [(format!("{release}_{platform}.zip"), zip), (format!("{release}_manifest.json"), MANIFEST.into())];
    let name = format!("parapet_{VERSION}_{platform}");
    let command_files = [(format!("{name}.tar.gz"), tarred(&name, &contents(parapet, "parapet")?)?)];

    let mut written = Vec::new();
    for (files, sums) in [
        (provider_files.as_slice(), format!("{release}_SHA256SUMS")),
        (command_files.as_slice(), format!("parapet_{VERSION}_SHA256SUMS")),
    ] {
        let lines = files.iter().map(|(name, bytes)| format!("{}  {name}\n", hex(&Sha256::digest(bytes))));
        let lines: String = lines.collect();
        for (name, bytes) in files {
            written.push(directory.join(name));
            checkout::write(&directory.join(name), bytes)?;
        }
        written.push(directory.join(&sums));
        checkout::write(&directory.join(&sums), lines)?;
    }
    Ok(written)
}

/// Name, bytes and mode of what a package holds; the binary first.
fn contents(binary: &Path, name: &str) -> Result<Vec<(String, Vec<u8>, u32)>> {
    let bytes = |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let mut contents = vec![(name.to_owned(), bytes(binary)?, 0o755)];
    for file in ENCLOSED {
        contents.push((file.to_owned(), bytes(&checkout::root().join(file))?, 0o644));
    }
    Ok(contents)
}

fn zipped(contents: &[(String, Vec<u8>, u32)]) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes, mode) in contents {
        // Without a time of its own: the format's first day.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(*mode);
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn tarred(directory: &str, contents: &[(String, Vec<u8>, u32)]) -> Result<Vec<u8>> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (name, bytes, mode) in contents {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(*mode);
        header.set_mtime(0);
        tar.append_data(&mut header, format!("{directory}/{name}"), bytes.as_slice())?;
    }
    Ok(tar.into_inner()?.finish()?)
}

/// The machine's platform as Terraform names it, for example `linux_amd64`.
fn platform() -> String {
    let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{os}_{arch}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Read;

    use super::*;

    #[test]
    fn packages_hold_what_the_registry_and_people_expect() {
        let dir = tempfile::tempdir().unwrap();
        let (provider, parapet) = (dir.path().join("provider"), dir.path().join("command"));
        fs::write(&provider, "provider binary").unwrap();
        fs::write(&parapet, "command binary").unwrap();
        let written = lay_out(&provider, &parapet, &dir.path().join("out")).unwrap();
        let names: Vec<String> =
            written.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
        let platform = platform();
        assert_eq!(
            names,
            [
                format!("terraform-provider-parapet_{VERSION}_{platform}.zip"),
                format!("terraform-provider-parapet_{VERSION}_manifest.json"),
                format!("terraform-provider-parapet_{VERSION}_SHA256SUMS"),
                format!("parapet_{VERSION}_{platform}.tar.gz"),
                format!("parapet_{VERSION}_SHA256SUMS"),
            ]
        );

        let mut zip = zip::ZipArchive::new(File::open(&written[0]).unwrap()).unwrap();
        let mut binary = zip.by_name(&format!("terraform-provider-parapet_v{VERSION}")).unwrap();
        assert_eq!(binary.unix_mode().unwrap() & 0o777, 0o755);
        let mut text = String::new();
        binary.read_to_string(&mut text).unwrap();
        assert_eq!(text, "provider binary");
        drop(binary);
        assert!(zip.by_name("LICENSE").is_ok());

        let sums = fs::read_to_string(&written[2]).unwrap();
        let expected = hex(&Sha256::digest(fs::read(&written[0]).unwrap()));
        assert_eq!(sums.lines().next().unwrap(), format!("{expected}  {}", names[0]));
        assert_eq!(sums.lines().count(), 2);

        let tar = flate2::read::GzDecoder::new(File::open(&written[3]).unwrap());
        let mut tar = tar::Archive::new(tar);
        let entries = tar.entries().unwrap().map(|entry| {
            let entry = entry.unwrap();
            (entry.path().unwrap().display().to_string(), entry.header().mode().unwrap())
        });
        assert!(entries.collect::<Vec<_>>().contains(&(format!("parapet_{VERSION}_{platform}/parapet"), 0o755)));
    }
}
