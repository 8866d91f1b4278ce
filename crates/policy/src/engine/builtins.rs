//! Builtins that rules use and the engine lacks: some of OPA, and one that OPA has not.

use std::net::IpAddr;

use crate::Value;
use crate::error::PolicyError;

/// Names of the builtins added here.
pub(crate) const NAMES: &[&str] = &["net.cidr_intersects", "net.cidr_merge", "promql.fault"];

/// Adds the builtins to an engine.
pub(crate) fn register(engine: &mut regorus::Engine) -> Result<(), PolicyError> {
    // An argument that is not a network makes the call undefined, as every builtin error does.
    let added = engine
        .add_extension(
            "net.cidr_intersects".to_owned(),
            2,
            Box::new(|args: Vec<Value>| Ok(intersects(&args).map_or(Value::Undefined, Value::from))),
        )
        .and_then(|()| {
            engine.add_extension(
                "net.cidr_merge".to_owned(),
                1,
                Box::new(|args: Vec<Value>| Ok(merge(&args).unwrap_or(Value::Undefined))),
            )
        })
        .and_then(|()| {
            // What is wrong with a query; undefined for one that parses.
            let fault = |args: &[Value]| super::promql::fault(args.first()?.as_string().ok()?);
            engine.add_extension(
                "promql.fault".to_owned(),
                1,
                Box::new(move |args: Vec<Value>| Ok(fault(&args).map_or(Value::Undefined, Value::from))),
            )
        });
    added.map_err(|error| PolicyError::Syntax {
        file: "builtins".to_owned(),
        line: 1,
        column: 1,
        message: error.to_string(),
        excerpt: String::new(),
    })
}

/// A range of addresses of one family, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    /// Address bits of the family: 32 or 128.
    bits: u32,
    first: u128,
    last: u128,
}

fn parse(text: &str) -> Option<Range> {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let (bits, number) = match address.parse().ok()? {
        IpAddr::V4(v4) => (32, u128::from(u32::from(v4))),
        IpAddr::V6(v6) => (128, u128::from(v6)),
    };
    let prefix = prefix.map_or(Some(bits), |p| p.parse().ok()).filter(|p| *p <= bits)?;
    let hosts = u128::MAX.checked_shr(128 - (bits - prefix)).unwrap_or(0);
    Some(Range { bits, first: number & !hosts, last: number | hosts })
}

fn range_of(value: Option<&Value>) -> Option<Range> {
    parse(value?.as_string().ok()?)
}

fn intersects(args: &[Value]) -> Option<bool> {
    let (a, b) = (range_of(args.first())?, range_of(args.get(1))?);
    Some(a.bits == b.bits && a.first <= b.last && b.first <= a.last)
}

/// The fewest networks that cover exactly the same addresses.
fn merge(args: &[Value]) -> Option<Value> {
    let mut ranges: Vec<Range> = match args.first()? {
        Value::Array(items) => items.iter().map(|item| range_of(Some(item))).collect::<Option<_>>()?,
        Value::Set(items) => items.iter().map(|item| range_of(Some(item))).collect::<Option<_>>()?,
        _ => return None,
    };
    ranges.sort_unstable();
    let mut joined: Vec<Range> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.bits == range.bits && range.first <= last.last.saturating_add(1) => {
                last.last = last.last.max(range.last);
            }
            _ => joined.push(range),
        }
    }
    let networks = joined.into_iter().flat_map(networks).map(Value::from);
    Some(Value::from(networks.collect::<std::collections::BTreeSet<_>>()))
}

/// Splits a range into networks, largest first that fits.
fn networks(range: Range) -> Vec<String> {
    let mut out = Vec::new();
    let mut first = range.first;
    loop {
        let aligned = first.trailing_zeros().min(range.bits);
        let size = (0..=aligned).rev().find(|size| {
            let hosts = u128::MAX.checked_shr(128 - size).unwrap_or(0);
            first.checked_add(hosts).is_some_and(|last| last <= range.last)
        });
        let size = size.unwrap_or(0);
        out.push(format!("{}/{}", address(first, range.bits), range.bits - size));
        let hosts = u128::MAX.checked_shr(128 - size).unwrap_or(0);
        match first.checked_add(hosts).and_then(|last| last.checked_add(1)).filter(|next| *next <= range.last) {
            Some(next) => first = next,
            None => return out,
        }
    }
}

fn address(number: u128, bits: u32) -> IpAddr {
    match u32::try_from(number) {
        Ok(v4) if bits == 32 => IpAddr::V4(v4.into()),
        _ => IpAddr::V6(number.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(json: &str) -> Option<String> {
        merge(&[Value::from_json_str(json).unwrap()]).map(|v| serde_json::to_string(&v).unwrap())
    }

    #[test]
    fn intersections() {
        for (a, b, expected) in [
            ("10.0.0.0/8", "10.1.0.0/16", Some(true)),
            ("10.0.0.0/16", "10.1.0.0/16", Some(false)),
            ("0.0.0.0/0", "203.0.113.7", Some(true)),
            ("0.0.0.0/0", "::/0", Some(false)),
            ("::/0", "2001:db8::/32", Some(true)),
            ("10.0.0.0/33", "10.0.0.0/8", None),
            ("ten", "10.0.0.0/8", None),
        ] {
            assert_eq!(intersects(&[Value::from(a), Value::from(b)]), expected, "{a} {b}");
        }
    }

    #[test]
    fn merges() {
        assert_eq!(merged(r#"["10.0.0.0/25", "10.0.0.128/25"]"#).unwrap(), r#"["10.0.0.0/24"]"#);
        assert_eq!(merged(r#"["10.0.1.0/24", "10.0.2.0/24"]"#).unwrap(), r#"["10.0.1.0/24","10.0.2.0/24"]"#);
        assert_eq!(merged(r#"["0.0.0.0/1", "128.0.0.0/1", "::/0"]"#).unwrap(), r#"["0.0.0.0/0","::/0"]"#);
        assert_eq!(merged(r#"["x"]"#), None);
        assert_eq!(merged("[]").unwrap(), "[]");
    }
}
