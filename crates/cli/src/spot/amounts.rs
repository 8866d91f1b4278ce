//! Amounts on the command line: `4`, `4-8`, `16GiB`, `16GiB-32GiB`.

use parapet_pricing::spot::Bounds;

/// Reads a whole number, or two with `-` between them; `4-` is 4 and more.
pub(super) fn count(text: &str) -> Result<Bounds<u32>, String> {
    let hint = || format!("`{text}` is not a number; write 4, a range such as 4-8, or 4- for 4 and more");
    bounds(text, |part| part.parse().map_err(|_| hint()))
}

/// Reads an amount of memory, or two with `-` between them.
pub(super) fn memory(text: &str) -> Result<Bounds<u64>, String> {
    let hint = || {
        format!(
            "`{text}` is not an amount of memory; write 16GiB, 512MiB, a range such as 16GiB-32GiB, or 16GiB- for more"
        )
    };
    let mib = |part: &str| {
        let (number, unit) = match (part.strip_suffix("GiB"), part.strip_suffix("MiB")) {
            (Some(number), _) => (number, 1024),
            (_, Some(number)) => (number, 1),
            _ => return Err(hint()),
        };
        number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(hint)
    };
    bounds(text, mib)
}

fn bounds<T: Copy + PartialOrd>(text: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Bounds<T>, String> {
    match text.split_once('-') {
        None => Ok(Bounds::exactly(read(text)?)),
        Some((min, "")) => Ok(Bounds::at_least(read(min)?)),
        Some((min, max)) => Ok(Bounds { min: Some(read(min)?), max: Some(read(max)?) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_a_range_and_no_end() {
        assert_eq!(count("4"), Ok(Bounds::exactly(4)));
        assert_eq!(count("4-8"), Ok(Bounds { min: Some(4), max: Some(8) }));
        assert_eq!(memory("16GiB-"), Ok(Bounds::at_least(16 * 1024)));
        assert_eq!(memory("512MiB-1GiB"), Ok(Bounds { min: Some(512), max: Some(1024) }));
        for bad in ["", "16", "16GB", "GiB", "-4GiB", "99999999999999999999GiB", "18446744073709551615GiB"] {
            assert!(memory(bad).is_err(), "{bad}");
        }
        for bad in ["", "x", "-4", "4.5", "4--8", "99999999999"] {
            assert!(count(bad).is_err(), "{bad}");
        }
    }
}
