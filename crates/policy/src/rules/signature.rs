//! Signatures of OPA bundles: `.signatures.json` holds a JSON Web Token that names every file with its digest.
//!
//! The format is that of `opa sign`: <https://www.openpolicyagent.org/docs/management-bundles#signing>. As OPA does, files of JSON
//! and YAML are digested by what they say, so that whitespace does not count, all others byte by byte.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value as Json;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Name of the file with the signatures.
pub(super) const FILE: &str = ".signatures.json";

/// What signs the bundles that may be used; `opa sign` made the signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// File with the public key in PEM, or with the secret for `HS256`, `HS384` and `HS512`.
    pub key: PathBuf,
    /// Algorithm of the signature, as in `RS256`.
    pub algorithm: String,
    /// Id of the key, when the signature has to name it.
    pub key_id: Option<String>,
    /// Scope that the signature has to name.
    pub scope: Option<String>,
}

/// What a bundle holds, and what its signature says.
pub(super) struct Signed<'a> {
    /// Path in the bundle to contents, without [`FILE`].
    pub(super) files: &'a BTreeMap<String, Vec<u8>>,
    /// Contents of [`FILE`].
    pub(super) signatures: &'a [u8],
}

#[derive(Deserialize)]
struct Signatures {
    signatures: Vec<String>,
}

#[derive(Deserialize)]
struct Payload {
    files: Vec<SignedFile>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default, rename = "keyid")]
    key_id: Option<String>,
}

#[derive(Deserialize)]
struct SignedFile {
    name: String,
    hash: String,
    #[serde(default = "sha256")]
    algorithm: String,
}

fn sha256() -> String {
    "SHA-256".to_owned()
}

impl Verification {
    /// The algorithm where none is named, as for `opa sign`.
    pub const DEFAULT_ALGORITHM: &'static str = "RS256";

    /// Whether the key signed exactly these files.
    ///
    /// # Errors
    /// What does not match, and what to do.
    pub(super) fn verify(&self, bundle: &Signed<'_>) -> Result<(), String> {
        let list: Signatures = serde_json::from_slice(bundle.signatures).map_err(|error| format!("{FILE}: {error}"))?;
        // OPA, too, takes one and no more.
        let [token] = list.signatures.as_slice() else {
            return Err(format!("{FILE} holds {} signatures; exactly one is expected", list.signatures.len()));
        };
        let payload = self.payload(token)?;
        if let Some(scope) = self.scope.as_ref().filter(|scope| payload.scope.as_ref() != Some(*scope)) {
            let named = payload.scope.as_deref().unwrap_or("none");
            return Err(format!("the signature has the scope `{named}`, and `{scope}` is expected"));
        }
        let mut signed: BTreeMap<&str, &SignedFile> =
            payload.files.iter().map(|file| (file.name.trim_start_matches('/'), file)).collect();
        for (name, bytes) in bundle.files {
            let file = signed
                .remove(name.as_str())
                .ok_or_else(|| format!("{name} is not signed: it was added after signing; get the bundle anew"))?;
            if digest(&file.algorithm, name, bytes)? != file.hash.to_lowercase() {
                return Err(format!("{name} is not what was signed; get the bundle anew"));
            }
        }
        match signed.keys().next() {
            Some(missing) => Err(format!("{missing} was signed and is not in the bundle; get the bundle anew")),
            None => Ok(()),
        }
    }

    fn payload(&self, token: &str) -> Result<Payload, String> {
        let algorithm: Algorithm = self.algorithm.parse().map_err(|_| {
            format!(
                "the algorithm `{}` is not known; there are HS256, RS256, PS256, ES256, ES384 and EdDSA",
                self.algorithm
            )
        })?;
        let key = self.decoding_key(algorithm)?;
        let broken = |error: jsonwebtoken::errors::Error| {
            format!("the signature was not made by the key {} ({error})", self.key.display())
        };
        let mut validation = Validation::new(algorithm);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let payload: Payload = decode(token, &key, &validation).map_err(broken)?.claims;
        if let Some(expected) = &self.key_id {
            let named = decode_header(token).map_err(broken)?.kid.or_else(|| payload.key_id.clone());
            if named.as_ref() != Some(expected) {
                let named = named.as_deref().unwrap_or("none");
                return Err(format!("the signature names the key `{named}`, and `{expected}` is expected"));
            }
        }
        Ok(payload)
    }

    fn decoding_key(&self, algorithm: Algorithm) -> Result<DecodingKey, String> {
        let bytes = std::fs::read(&self.key).map_err(|error| format!("the key {}: {error}", self.key.display()))?;
        let key = match algorithm {
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                return Ok(DecodingKey::from_secret(bytes.trim_ascii()));
            }
            Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_pem(&bytes),
            Algorithm::EdDSA => DecodingKey::from_ed_pem(&bytes),
            _ => DecodingKey::from_rsa_pem(&bytes),
        };
        key.map_err(|error| {
            format!("{} holds no public key for {} in PEM ({error})", self.key.display(), self.algorithm)
        })
    }
}

/// Digest of a file as OPA computes it, in lower-case hex.
fn digest(algorithm: &str, name: &str, bytes: &[u8]) -> Result<String, String> {
    let file_name = name.rsplit('/').next().unwrap_or(name);
    let said = match file_name {
        "data.json" | ".manifest" => Some(serde_json::from_slice(bytes).map_err(|error| format!("{name}: {error}"))?),
        "data.yaml" | "data.yml" => {
            let text = std::str::from_utf8(bytes).map_err(|error| format!("{name}: {error}"))?;
            Some(serde_saphyr::from_str::<Json>(text).map_err(|error| format!("{name}: {}", error.without_snippet()))?)
        }
        _ => None,
    };
    let canonical = said.map(|value| {
        let mut text = String::new();
        write_canonical(&value, &mut text);
        text.into_bytes()
    });
    let bytes = canonical.as_deref().unwrap_or(bytes);
    match algorithm {
        "SHA-256" => Ok(hex(&Sha256::digest(bytes))),
        "SHA-384" => Ok(hex(&Sha384::digest(bytes))),
        "SHA-512" => Ok(hex(&Sha512::digest(bytes))),
        other => Err(format!("{name}: the digest `{other}` is not accepted; sign with SHA-256, SHA-384 or SHA-512")),
    }
}

/// Without whitespace, the keys of objects in order.
fn write_canonical(value: &Json, out: &mut String) {
    match value {
        Json::Object(fields) => {
            out.push('{');
            let sorted: BTreeMap<&String, &Json> = fields.iter().collect();
            for (index, (key, value)) in sorted.into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(&Json::from(key.as_str()).to_string());
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write_canonical(item, out);
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing into a string cannot fail.
        let _infallible = write!(out, "{byte:02x}");
        out
    })
}
