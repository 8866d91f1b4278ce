//! What a saved plan names, so that Terraform gets no more of a schema than it needs to show the plan.
//!
//! `hashicorp/aws` describes some 1,500 types, in 10 MiB; to decode them takes longer than to show a plan of a few hundred
//! resources of ten types. Whatever type a plan is about stands in it by name: in the configuration it holds, in its changes
//! and in its state.

use std::collections::HashSet;
use std::io::{Cursor, Read as _};
use std::sync::Arc;

use bytes::Bytes;
use zip::ZipArchive;

use crate::inspect::{Inspector, Provider};

/// A larger plan is shown with whole schemas. Its size is limited against archives that unpack to anything.
const MAX_BYTES: u64 = 1 << 30;
/// Longer words are no names of types.
const MAX_NAME: usize = 128;

/// All words in a saved plan.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Names(HashSet<Box<[u8]>>);

impl Names {
    /// Reads the words of a saved plan; `None` for what is no archive.
    pub(crate) fn of_plan(plan: &[u8]) -> Option<Self> {
        let mut archive = ZipArchive::new(Cursor::new(plan)).ok()?;
        let mut names = Self::default();
        let mut left = MAX_BYTES;
        for index in 0..archive.len() {
            let mut text = Vec::new();
            let file = archive.by_index(index).ok()?;
            file.take(left).read_to_end(&mut text).ok()?;
            left = left.checked_sub(u64::try_from(text.len()).ok()?).filter(|left| *left > 0)?;
            names.add(&text);
        }
        Some(names)
    }

    pub(crate) fn add(&mut self, text: &[u8]) {
        let words = text.split(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')));
        for word in words.filter(|word| !word.is_empty() && word.len() <= MAX_NAME) {
            if !self.0.contains(word) {
                self.0.insert(word.into());
            }
        }
    }

    /// Whether the plan names it.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains(name.as_bytes())
    }
}

/// Answers with schemas of what a plan names; in everything else the inspector it stands before.
pub(crate) struct Sparing {
    pub(crate) inspector: Arc<dyn Inspector>,
    pub(crate) names: Names,
}

impl Inspector for Sparing {
    fn reads(&self, method: &str) -> bool {
        self.inspector.reads(method)
    }

    fn known(&self, provider: &Provider, method: &str) -> Option<Bytes> {
        self.inspector.known_of(provider, method, &self.names)
    }

    fn request(&self, provider: &Provider, method: &str, request: &Bytes) -> Option<Bytes> {
        self.inspector.request(provider, method, request)
    }

    fn response(&self, provider: &Provider, method: &str, request: &Bytes, response: Bytes) -> Bytes {
        self.inspector.response(provider, method, request, response)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    #[test]
    fn the_words_of_all_files_of_a_plan_are_its_names() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [
            ("tfplan", &b"\x0baws_kms_key\x12\x00\xff"[..]),
            ("tfstate", br#"{"type": "aws_iam_role"}"#),
            ("tfconfig/m-/main.tf", b"data \"aws_region\" \"here\" {}"),
        ] {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text).unwrap();
        }
        let names = Names::of_plan(&writer.finish().unwrap().into_inner()).unwrap();
        for name in ["aws_kms_key", "aws_iam_role", "aws_region", "here"] {
            assert!(names.contains(name), "{name}");
        }
        assert!(!names.contains("aws_kms") && !names.contains("aws_vpc"));
        assert_eq!(Names::of_plan(b"encrypted"), None);
    }
}
