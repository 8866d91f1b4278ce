//! Functions that encode, decode and hash.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha512};

use super::Depth::Deep;
use super::{Answer, Depth, Function, argument, text};
use crate::input::hcl::value::{Val, number_text};

pub(super) const FUNCTIONS: &[(&str, Depth, Function)] = &[
    ("jsonencode", Deep, |a| Ok(Val::from(json_text(argument(a, 0)?)))),
    ("jsondecode", Deep, |a| {
        let json = serde_json::from_str(&text(a, 0)?).map_err(|error| error.to_string())?;
        Ok(Val::from_json(&json))
    }),
    ("yamldecode", Deep, yaml),
    ("base64encode", Deep, |a| Ok(Val::from(STANDARD.encode(text(a, 0)?.as_bytes())))),
    ("base64decode", Deep, |a| {
        let bytes = STANDARD.decode(text(a, 0)?.as_bytes()).map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map(Val::from).map_err(|_| "the decoded bytes are no text".to_owned())
    }),
    ("urlencode", Deep, |a| Ok(Val::from(url(&text(a, 0)?)))),
    ("csvdecode", Deep, csv),
    ("sha256", Deep, |a| Ok(Val::from(hex(&Sha256::digest(text(a, 0)?.as_bytes()))))),
    ("sha512", Deep, |a| Ok(Val::from(hex(&Sha512::digest(text(a, 0)?.as_bytes()))))),
    ("base64sha256", Deep, |a| Ok(Val::from(STANDARD.encode(Sha256::digest(text(a, 0)?.as_bytes()))))),
    ("base64sha512", Deep, |a| Ok(Val::from(STANDARD.encode(Sha512::digest(text(a, 0)?.as_bytes()))))),
];

/// JSON as Terraform writes it: without spaces, keys in order, `<`, `>` and `&` escaped, numbers in full.
pub(in crate::input::hcl) fn json_text(value: &Val) -> String {
    let mut out = String::new();
    write_json(value, &mut out);
    out
}

fn write_json(value: &Val, out: &mut String) {
    match value {
        Val::Null | Val::Unknown(_) => out.push_str("null"),
        Val::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Val::Number(number) => out.push_str(&number_text(number)),
        Val::String(text) => write_text(text, out),
        Val::List(items) | Val::Set(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Val::Map(fields) | Val::Open(fields, _) => {
            out.push('{');
            for (at, (key, item)) in fields.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_json(item, out);
            }
            out.push('}');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    let quoted = serde_json::Value::from(text).to_string();
    for c in quoted.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing into a string cannot fail.
        let _infallible = write!(out, "{byte:02x}");
        out
    })
}

fn yaml(a: &[Val]) -> Answer {
    let json: serde_json::Value = serde_saphyr::from_str(&text(a, 0)?).map_err(|error| error.to_string())?;
    Ok(Val::from_json(&json))
}

/// As Go's `url.QueryEscape`.
fn url(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b' ' => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            byte => {
                let _infallible = write!(out, "%{byte:02X}");
            }
        }
        out
    })
}

/// The first row names the columns.
fn csv(a: &[Val]) -> Answer {
    let rows = csv_rows(&text(a, 0)?)?;
    let Some((names, rows)) = rows.split_first() else { return Err("the header is missing".to_owned()) };
    let record = |row: &Vec<String>| {
        if row.len() != names.len() {
            return Err(format!("a row has {} fields, the header has {}", row.len(), names.len()));
        }
        Ok(Val::map(names.iter().cloned().zip(row.iter().map(|field| Val::from(field.as_str()))).collect()))
    };
    Ok(Val::list(rows.iter().map(record).collect::<Result<_, _>>()?))
}

fn csv_rows(text: &str) -> Result<Vec<Vec<String>>, String> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                if !(row.is_empty() && field.is_empty()) {
                    row.push(std::mem::take(&mut field));
                    rows.push(std::mem::take(&mut row));
                }
            }
            c => field.push(c),
        }
    }
    if quoted {
        return Err("a quotation mark is not closed".to_owned());
    }
    if !(row.is_empty() && field.is_empty()) {
        row.push(field);
        rows.push(row);
    }
    Ok(rows)
}
