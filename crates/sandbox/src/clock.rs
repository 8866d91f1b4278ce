//! Simulated time: it runs faster than the clock on the wall, and can be advanced.

use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A point in simulated time: milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment `seconds` later.
    #[must_use]
    pub fn after(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(i64::from(seconds) * 1000))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&timestamp(self.0))
    }
}

/// Milliseconds since 1970 as AWS writes them: `2026-01-31T12:00:00.25Z`.
#[must_use]
pub fn timestamp(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).map_or_else(|_| milliseconds.to_string(), |at| at.to_string())
}

/// Milliseconds since 1970 on the clock on the wall.
#[must_use]
pub fn wall() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The source of simulated time.
#[derive(Debug)]
pub struct Clock {
    started: Instant,
    base: Moment,
    speed: f64,
}

impl Clock {
    /// A clock that shows `base` now and runs `speed` times as fast as the one on the wall.
    #[must_use]
    pub fn new(base: Moment, speed: f64) -> Self {
        Self { started: Instant::now(), base, speed }
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> Moment {
        let elapsed = self.started.elapsed().as_secs_f64() * 1000.0 * self.speed;
        // A saturating cast: a fraction of a millisecond is nothing, and overflow is millions of years away.
        Moment(self.base.0.saturating_add(elapsed as i64))
    }

    /// How many times as fast as the clock on the wall it runs.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Moves it forward.
    pub fn advance(&mut self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.base = Moment(self.base.0.saturating_add(by));
    }

    /// Changes its speed from now on.
    pub fn set_speed(&mut self, speed: f64) {
        *self = Self::new(self.now(), speed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_fast_and_never_backwards() {
        let mut clock = Clock::new(Moment(1_000_000), 1000.0);
        let first = clock.now();
        std::thread::sleep(Duration::from_millis(5));
        let second = clock.now();
        assert!(second.0 - first.0 >= 5000, "{first:?} {second:?}");
        clock.advance(Duration::from_secs(3600));
        let third = clock.now();
        assert!(third.0 - second.0 >= 3_600_000);
        clock.set_speed(0.0);
        let stopped = clock.now();
        assert!(stopped >= third);
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(clock.now(), stopped);
    }

    #[test]
    fn is_written_as_aws_writes_it() {
        assert_eq!(Moment(1_769_860_800_250).to_string(), "2026-01-31T12:00:00.25Z");
        assert_eq!(timestamp(0), "1970-01-01T00:00:00Z");
    }
}
