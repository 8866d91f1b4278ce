//! Times of what is recorded, and how long it took: neither goes backwards, whatever the machine's clock does meanwhile.

use std::time::{Duration, Instant};

use jiff::{Timestamp, Unit};

/// A clock that is set once, and then runs by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    base: Timestamp,
    since: Instant,
}

impl Clock {
    /// Begins now; after an earlier record (RFC 3339) from what seems to be the future, with that.
    pub(crate) fn after(last: Option<&str>) -> Self {
        Self::set(Timestamp::now(), last)
    }

    fn set(now: Timestamp, last: Option<&str>) -> Self {
        let last: Option<Timestamp> = last.and_then(|last| last.parse().ok());
        Self { base: last.map_or(now, |last| now.max(last)), since: Instant::now() }
    }

    /// The time, as evidence and records hold it.
    pub(crate) fn now(&self) -> String {
        self.at(self.since.elapsed())
    }

    fn at(&self, elapsed: Duration) -> String {
        // Past the end of the calendar there is no later time.
        let now = self.base.checked_add(elapsed).unwrap_or(self.base);
        now.round(Unit::Millisecond).unwrap_or(now).to_string()
    }
}

/// The time, as evidence and records hold it.
pub(crate) fn now() -> String {
    Clock::after(None).now()
}

/// Seconds between the beginning of a failover (RFC 3339) and this run of it. `measured` is what earlier runs have measured of
/// themselves: the clock on the wall, which alone knows how long nothing ran, never makes it less.
pub(crate) fn before_this_run(began: &str, measured: f64) -> f64 {
    between(began, Timestamp::now(), measured)
}

fn between(began: &str, now: Timestamp, measured: f64) -> f64 {
    let began: Option<Timestamp> = began.parse().ok();
    began.map_or(0.0, |began| now.duration_since(began).as_secs_f64()).max(measured)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn records_stay_in_order_when_the_clock_goes_backwards() {
        let (noon, earlier) = ("2027-01-31T12:00:00.25Z", time("2027-01-31T11:00:00Z"));
        let clock = Clock::set(earlier, Some(noon));
        assert_eq!(clock.at(Duration::ZERO), noon);
        assert_eq!(clock.at(Duration::from_millis(1_500)), "2027-01-31T12:00:01.75Z");
        assert!(time(&clock.now()) >= time(noon));
        let clock = Clock::set(time("2027-01-31T13:00:00Z"), Some(noon));
        assert_eq!(clock.at(Duration::ZERO), "2027-01-31T13:00:00Z", "time that nothing was written in counts");
        for last in [None, Some("yesterday")] {
            assert_eq!(Clock::set(earlier, last).at(Duration::ZERO), "2027-01-31T11:00:00Z");
        }
        assert_eq!(Clock::set(Timestamp::MAX, None).at(Duration::from_secs(60)), Timestamp::MAX.to_string());
    }

    #[test]
    fn a_duration_is_never_less_than_what_was_measured() {
        let began = "2027-01-31T12:00:00Z";
        for (now, measured, expected) in [
            ("2027-01-31T12:01:00Z", 20.0, 60.0),
            ("2027-01-31T11:00:00Z", 20.0, 20.0),
            ("2027-01-31T12:00:00Z", 0.0, 0.0),
        ] {
            assert!((between(began, time(now), measured) - expected).abs() < 1e-9, "{now}");
        }
        assert!((between("yesterday", time(began), 3.0) - 3.0).abs() < 1e-9);
    }
}
