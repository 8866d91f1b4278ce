//! `TF_REATTACH_PROVIDERS`: how Terraform learns of providers that run already.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::GuardError;
use crate::launch::Address;

/// The variable, read by Terraform and OpenTofu.
pub(crate) const VARIABLE: &str = "TF_REATTACH_PROVIDERS";

/// Providers by source address.
pub(crate) type Reattach = BTreeMap<String, Entry>;

/// A provider that runs already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry {
    protocol: String,
    /// Plugin protocol: 5 or 6.
    #[serde(default)]
    pub(crate) protocol_version: u8,
    pid: u32,
    #[serde(default)]
    test: bool,
    addr: Addr,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Addr {
    network: String,
    string: String,
}

impl Entry {
    /// One behind a socket of the guard.
    pub(crate) fn guarded(protocol: u8, socket: &Path) -> Self {
        let addr = Addr { network: "unix".to_owned(), string: socket.display().to_string() };
        // Test: without it Terraform would end the process with this number when it is done, and that is the guard.
        Self { protocol: "grpc".to_owned(), protocol_version: protocol, pid: std::process::id(), test: true, addr }
    }

    /// Where it listens, if that is a place the guard can reach.
    pub(crate) fn address(&self) -> Option<Address> {
        Address::new(&self.addr.network, &self.addr.string).filter(|_| self.protocol == "grpc")
    }
}

/// Reads the value of the variable.
///
/// # Errors
/// It is not what Terraform reads.
pub(crate) fn parse(value: &str) -> Result<Reattach, GuardError> {
    if value.trim().is_empty() {
        return Ok(Reattach::new());
    }
    let mut entries: Reattach = serde_json::from_str(value).map_err(|error| GuardError::Reattach(error.to_string()))?;
    for entry in entries.values_mut().filter(|entry| entry.protocol_version == 0) {
        // As Terraform has it.
        entry.protocol_version = 5;
    }
    Ok(entries.into_iter().map(|(source, entry)| (qualified(&source), entry)).collect())
}

/// A source address with the registry that Terraform adds when none is named.
fn qualified(source: &str) -> String {
    match source.split('/').count() {
        1 => format!("registry.terraform.io/hashicorp/{source}"),
        2 => format!("registry.terraform.io/{source}"),
        _ => source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_terraform_reads_is_read_and_written() {
        let text = r#"{"registry.terraform.io/a/b":{"Protocol":"grpc","ProtocolVersion":6,"Pid":123,"Test":true,"Addr":{"Network":"unix","String":"/x.sock"}}}"#;
        let entries = parse(text).unwrap();
        assert_eq!(serde_json::to_string(&entries).unwrap(), text);
        let entry = &entries["registry.terraform.io/a/b"];
        assert_eq!((entry.protocol_version, entry.address()), (6, Some(Address::Unix("/x.sock".into()))));
        let old =
            parse(r#"{"a/b":{"Protocol":"netrpc","Pid":1,"Addr":{"Network":"tcp","String":"127.0.0.1:1"}}}"#).unwrap();
        let old = &old["registry.terraform.io/a/b"];
        assert_eq!((old.protocol_version, old.address()), (5, None));
    }

    #[test]
    fn anything_else_is_an_error() {
        assert_eq!(parse(" ").unwrap(), Reattach::new());
        for text in ["x", "[]", r#"{"a/b":{}}"#] {
            assert!(parse(text).unwrap_err().to_string().contains(VARIABLE), "{text}");
        }
    }
}
