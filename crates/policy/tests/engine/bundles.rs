//! OPA bundles: what they hold, what they are about, and who signed them.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use parapet_policy::Verification;
use rcgen::PublicKeyData as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::plain::{messages, own, run};
use crate::plan_file::plan;

fn bundle(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

#[test]
fn opa_bundles() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bundle.tar.gz");
    let main = "package main\nimport rego.v1\ndeny contains data.texts.deny if input.format_version in data.versions";
    let files = [
        (".manifest", "{\"roots\": [\"\"]}"),
        ("main/main.rego", main),
        ("main/main_test.rego", "package main_test\nthis is not read"),
        ("data.json", r#"{"versions": ["1.2"]}"#),
        ("texts/data.yaml", "deny: from the bundle\n"),
    ];
    fs::write(&path, bundle(&files)).unwrap();
    let report = run(own().directory(&path), &plan(vec![]).to_string());
    assert_eq!(messages(&report), ["fail main: from the bundle"]);
}

#[test]
fn hostile_bundles_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.tar.gz");
    let refuse = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        own().directory(&path).build().unwrap_err().to_string()
    };
    assert!(refuse(b"not gzip").contains("not a gzipped tar archive"));
    assert!(refuse(b"").contains("b.tar.gz: "));
    let whole = bundle(&[("a.rego", "package a\ndeny := false")]);
    let error = refuse(&whole[..whole.len() / 2]);
    assert!(error.contains("b.tar.gz"), "{error}");
    assert!(refuse(&bundle(&[("a.rego", "package a"), ("data.json", "[1]")])).contains("data files hold an object"));
    // 80 MiB of zeros are small when compressed.
    let zeros = "\0".repeat(1 << 20);
    let names: Vec<String> = (0..80).map(|index| format!("{index}.bin")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), zeros.as_str())).collect();
    assert!(refuse(&bundle(&files)).contains("more than 64 MiB"));
}

#[test]
fn a_bundle_stays_below_its_roots() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.tar.gz");
    let read = |roots: &str, file: (&str, &str)| {
        fs::write(&path, bundle(&[(".manifest", roots), file, ("acme/main.rego", "package acme.main\ndeny := set()")]))
            .unwrap();
        own().directory(&path).build().map(|_| ()).map_err(|error| error.to_string())
    };
    let roots = r#"{"revision": "7", "roots": ["acme", "main"]}"#;
    assert_eq!(read(roots, ("x.rego", "package main\ndeny := set()")), Ok(()));
    let error = read(roots, ("x.rego", "package other.x\ndeny := set()")).unwrap_err();
    assert!(error.contains("x.rego is about `other/x`, which is not below the roots"), "{error}");
    let error = read(roots, ("other/data.json", "{}")).unwrap_err();
    assert!(error.contains("other/data.json is about `other`"), "{error}");
    assert!(read("{", ("main/data.json", "{}")).unwrap_err().contains(".manifest"));
}

const RULE: &str = "package main\nimport rego.v1\ndeny contains data.text if true\n";

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What `opa sign` says of [`signed`]: files of data by what they say, others as they are.
fn payload() -> Value {
    json!({
        "files": [
            {"name": "data.json", "hash": sha256(r#"{"list":[1,{"a":null}],"text":"signed"}"#), "algorithm": "SHA-256"},
            {"name": "main.rego", "hash": sha256(RULE), "algorithm": "SHA-256"},
        ],
        "scope": "write",
    })
}

/// A bundle whose data is `text`, with the token as its signature.
fn signed(token: &str, text: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let data = format!("{{ \"text\" : \"{text}\",\n  \"list\": [1, {{\"a\": null}}] }}");
    let signatures = json!({"signatures": [token]}).to_string();
    let mut files = vec![("main.rego", RULE), ("data.json", data.as_str()), (".signatures.json", signatures.as_str())];
    files.extend(more);
    bundle(&files)
}

struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, contents: &[u8]) -> std::path::PathBuf {
        let path = self.directory.path().join(name);
        fs::write(&path, contents).unwrap();
        path
    }

    fn verification(&self, key: &[u8], algorithm: &str) -> Verification {
        let key = self.write("key", key);
        Verification { key, algorithm: algorithm.to_owned(), key_id: None, scope: None }
    }
}

fn public_pem(pair: &rcgen::KeyPair) -> String {
    let der = base64::engine::general_purpose::STANDARD.encode(pair.subject_public_key_info());
    format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n")
}

fn refused(path: &Path, verification: &Verification) -> String {
    own().directory(path).verification(Some(verification.clone())).build().unwrap_err().to_string()
}

#[test]
fn a_signed_bundle_is_used_with_its_key_only() {
    let place = Place::new();
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let private = EncodingKey::from_ec_der(&pair.serialize_der());
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some("release".to_owned());
    let token = encode(&header, &payload(), &private).unwrap();
    let path = place.write("b.tar.gz", &signed(&token, "signed", &[]));
    let key = place.verification(public_pem(&pair).as_bytes(), "ES256");

    let strict = Verification { key_id: Some("release".to_owned()), scope: Some("write".to_owned()), ..key.clone() };
    for verification in [key.clone(), strict] {
        let report = run(own().directory(&path).verification(Some(verification)), &plan(vec![]).to_string());
        assert_eq!(messages(&report), ["fail main: signed"]);
    }
    let error = refused(&path, &Verification { key_id: Some("other".to_owned()), ..key.clone() });
    assert!(error.contains("names the key `release`, and `other` is expected"), "{error}");
    let error = refused(&path, &Verification { scope: Some("read".to_owned()), ..key.clone() });
    assert!(error.contains("has the scope `write`, and `read` is expected"), "{error}");
    let stranger = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let error = refused(&path, &place.verification(public_pem(&stranger).as_bytes(), "ES256"));
    assert!(error.contains("was not made by the key"), "{error}");
    // The public key is no secret: a signature made with it proves nothing.
    let public = public_pem(&pair);
    let forged = encode(&Header::default(), &payload(), &EncodingKey::from_secret(public.trim().as_bytes())).unwrap();
    let path = place.write("forged.tar.gz", &signed(&forged, "signed", &[]));
    let error = refused(&path, &place.verification(public.as_bytes(), "ES256"));
    assert!(error.contains("was not made by the key"), "{error}");
}

#[test]
fn what_was_changed_after_signing_is_refused() {
    let place = Place::new();
    let token = encode(&Header::default(), &payload(), &EncodingKey::from_secret(b"secret")).unwrap();
    let key = place.verification(b"secret\n", "HS256");
    let refuse = |bundle: &[u8]| refused(&place.write("b.tar.gz", bundle), &key);
    assert!(refuse(&signed(&token, "forged", &[])).contains("data.json is not what was signed"));
    let added = refuse(&signed(&token, "signed", &[("more.rego", "package main")]));
    assert!(added.contains("more.rego is not signed"), "{added}");
    let taken = format!("{{\"signatures\": [\"{token}\"]}}");
    let missing = refuse(&bundle(&[("main.rego", RULE), (".signatures.json", &taken)]));
    assert!(missing.contains("data.json was signed and is not in the bundle"), "{missing}");
    assert!(refuse(&bundle(&[("main.rego", RULE)])).contains("the bundle is not signed"));
    let two = format!("{{\"signatures\": [\"{token}\", \"{token}\"]}}");
    assert!(refuse(&bundle(&[(".signatures.json", &two)])).contains("holds 2 signatures"));
    assert!(
        refused(
            &place.write("b.tar.gz", &signed(&token, "signed", &[])),
            &Verification { algorithm: "none".to_owned(), ..key.clone() }
        )
        .contains("the algorithm `none` is not known")
    );
    assert!(
        refused(
            Path::new(&place.write("b.tar.gz", &signed(&token, "signed", &[]))),
            &Verification { key: "no/such".into(), ..key.clone() }
        )
        .contains("the key no/such")
    );
}

#[test]
fn a_signature_without_a_key_is_no_trust() {
    let place = Place::new();
    let token = encode(&Header::default(), &payload(), &EncodingKey::from_secret(b"secret")).unwrap();
    let path = place.write("b.tar.gz", &signed(&token, "signed", &[]));
    let error = own().directory(&path).build().unwrap_err().to_string();
    assert!(error.contains("there is no key to verify it with"), "{error}");
    let report = run(own().directory(&path).unverified(true), &plan(vec![]).to_string());
    assert_eq!(messages(&report), ["fail main: signed"]);
}
