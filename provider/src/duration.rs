//! Durations as Terraform writes them: `90s`, `30m`, `1h30m`.

use std::time::Duration;

use tfplugin::prelude::*;

/// Parses a duration made of numbers with the units `h`, `m` and `s`.
pub(crate) fn parse(text: &str) -> Result<Duration> {
    let invalid = || Error::new(format!("{text:?} is not a duration; write it as in \"90s\", \"30m\" or \"1h30m\""));
    let mut total = 0_u64;
    let mut digits = String::new();
    for character in text.chars() {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        let seconds = match character {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return Err(invalid()),
        };
        let amount: u64 = digits.parse().map_err(|_| invalid())?;
        total = amount.checked_mul(seconds).and_then(|part| total.checked_add(part)).ok_or_else(invalid)?;
        digits.clear();
    }
    if text.is_empty() || !digits.is_empty() {
        return Err(invalid());
    }
    Ok(Duration::from_secs(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [("90s", 90), ("30m", 1800), ("1h30m", 5400), ("0s", 0), ("1h1m1s", 3661)] {
            assert_eq!(parse(text).unwrap(), Duration::from_secs(seconds), "{text}");
        }
        for text in ["", "5", "m", "1d", "1h30", "-5s", "99999999999999999999h", "18446744073709551615h"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
