//! The price of a pool over time.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::candidate::SpotPoint;

/// The time prices are averaged over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end, which no longer belongs to it.
    pub until: Timestamp,
}

/// The mean price of a pool, each price weighted with the seconds it held within the window.
///
/// The price in force when the window begins is the last one set before it; where there is none, the mean is over the time
/// from the first point on. Without any point before the window's end, or with an empty window, there is no mean.
///
/// Points may come in any order; of several for one moment the lowest counts, so that the order does not matter.
#[must_use]
pub fn time_weighted(points: &[SpotPoint], window: Window) -> Option<Decimal> {
    let key = |point: &SpotPoint| (point.at, point.price);
    let sorted: Vec<SpotPoint>;
    let points = if points.is_sorted_by_key(key) {
        points
    } else {
        let mut copy = points.to_vec();
        copy.sort_unstable_by_key(key);
        sorted = copy;
        &sorted
    };
    let until = window.until.as_second();
    // The price that holds and since when, from within the window on.
    let mut holds: Option<(i64, Decimal)> = None;
    let (mut sum, mut seconds) = (Decimal::ZERO, 0_i64);
    let mut add = |since: i64, to: i64, price: Decimal| -> Option<()> {
        sum = sum.checked_add(price.checked_mul(Decimal::from(to - since))?)?;
        seconds += to - since;
        Some(())
    };
    let mut last = None;
    for point in points.iter().filter(|point| point.at < window.until) {
        if last == Some(point.at) {
            continue;
        }
        last = Some(point.at);
        let at = point.at.as_second().max(window.from.as_second());
        if let Some((since, price)) = holds {
            add(since, at, price)?;
        }
        holds = Some((at, point.price));
    }
    let (since, price) = holds?;
    add(since, until.max(since), price)?;
    sum.checked_div(Decimal::from(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn point(second: i64, cents: i64) -> SpotPoint {
        SpotPoint { at: at(second), price: Decimal::new(cents, 2) }
    }

    fn mean(points: &[SpotPoint], from: i64, until: i64) -> Option<String> {
        time_weighted(points, Window { from: at(from), until: at(until) }).map(|mean| mean.normalize().to_string())
    }

    #[test]
    fn each_price_counts_as_long_as_it_held() {
        let points = [point(0, 10), point(100, 20), point(150, 40)];
        // 100 s at 0.10, 50 s at 0.20, 50 s at 0.40.
        assert_eq!(mean(&points, 0, 200).as_deref(), Some("0.2"));
        // The price of second 0 is still in force at 50.
        assert_eq!(mean(&points, 50, 100).as_deref(), Some("0.1"));
        assert_eq!(mean(&points, 50, 150).as_deref(), Some("0.15"));
        assert_eq!(mean(&points, 160, 170).as_deref(), Some("0.4"));
    }

    #[test]
    fn time_before_the_first_point_does_not_count() {
        assert_eq!(mean(&[point(100, 20)], 0, 200).as_deref(), Some("0.2"));
        assert_eq!(mean(&[point(100, 20)], 0, 100), None);
        assert_eq!(mean(&[], 0, 100), None);
        assert_eq!(mean(&[point(0, 20)], 100, 100), None);
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        let points = [point(150, 40), point(0, 10), point(100, 20), point(0, 10), point(0, 90)];
        assert_eq!(mean(&points, 0, 200).as_deref(), Some("0.2"));
    }
}
