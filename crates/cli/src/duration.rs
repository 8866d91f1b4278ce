//! Durations on the command line: `500ms`, `2s`, `1m`.

use std::time::Duration;

/// Reads a duration: a whole number with a unit, `ms`, `s` or `m`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let hint = || format!("`{text}` is not a duration; write a whole number and a unit: 500ms, 2s or 1m");
    let unit = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(hint)?;
    let (number, unit) = text.split_at(unit);
    let number: u64 = number.parse().map_err(|_| hint())?;
    let duration = match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.checked_mul(60).ok_or_else(hint)?),
        _ => return Err(hint()),
    };
    if duration.is_zero() { Err(format!("`{text}` leaves no time at all; allow at least 1ms")) } else { Ok(duration) }
}

/// Reads a duration that may also be in hours: `24h`.
pub(crate) fn long(text: &str) -> Result<Duration, String> {
    let Some(hours) = text.strip_suffix('h') else { return parse(text) };
    let seconds = hours.parse::<u64>().ok().and_then(|hours| hours.checked_mul(3600)).filter(|seconds| *seconds > 0);
    seconds.map(Duration::from_secs).ok_or_else(|| format!("`{text}` is not a duration: write 30s, 5m or 24h"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(parse("1m"), Ok(Duration::from_secs(60)));
        for bad in ["", "2", "s", "-1s", "1.5s", "2h", "0s", "99999999999999999999s", "18446744073709551615m"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn long_durations_may_be_hours() {
        assert_eq!(long("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(long("5m"), Ok(Duration::from_secs(300)));
        for bad in ["h", "0h", "1.5h", "99999999999999999999h", "5"] {
            assert!(long(bad).is_err(), "{bad}");
        }
    }
}
