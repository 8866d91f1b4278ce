//! The services the sandbox implements itself. Each is a directory: its state, which is part of [`crate::state::State`],
//! and a pure function from a call and that state to an answer. What a call needs to know from other services is
//! gathered before it runs.

pub mod budgets;
pub mod cloudwatch;
pub mod compute_optimizer;
pub mod cost_explorer;
pub mod ec2;
pub mod eks;
pub mod estate;
pub mod global_accelerator;
pub mod load_balancing;
pub mod pricing;
pub mod rds;
pub mod sts;
pub mod timeline;

use crate::clock::Moment;
use crate::protocol::Protocol;

/// One call of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Twelve digits.
    pub account: String,
    /// For example `eu-west-1`.
    pub region: String,
    /// The name the service is signed with.
    pub service: String,
    /// For example `PromoteReadReplica`.
    pub operation: String,
    /// How it is written.
    pub protocol: Protocol,
    /// The id its answer carries.
    pub request_id: String,
    /// When, in simulated time.
    pub now: Moment,
    /// When, on the clock on the wall, in milliseconds since 1970: times in answers are of this clock, because callers compare
    /// them with their own.
    pub wall: i64,
}

/// Part of a list, from an opaque marker on.
///
/// Returns the items of the page and the marker of the next one; `None` when `marker` is none this list gave.
pub fn page<T>(items: Vec<T>, marker: Option<&str>, most: usize) -> Option<(Vec<T>, Option<String>)> {
    let from = match marker {
        None => 0,
        Some(marker) => marker.strip_prefix("page-")?.parse::<usize>().ok().filter(|from| *from <= items.len())?,
    };
    let next = from.saturating_add(most);
    let marker = (next < items.len()).then(|| format!("page-{next}"));
    Some((items.into_iter().skip(from).take(most).collect(), marker))
}

/// Lower-case letters and digits that look random and depend on `seed` alone, so that names are the same in every run.
#[must_use]
pub fn digest(seed: &str, length: usize) -> String {
    // FNV-1a, stretched: no secret depends on it.
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in seed.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let mut out = String::with_capacity(length);
    while out.len() < length {
        state ^= state >> 29;
        state = state.wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let digit = u32::try_from((state >> 33) % 36).unwrap_or(0);
        out.push(char::from_digit(digit, 36).unwrap_or('0'));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let (first, marker) = page(vec![1, 2, 3, 4, 5], None, 2).unwrap();
        let (second, marker) = page(vec![1, 2, 3, 4, 5], marker.as_deref(), 2).unwrap();
        let (third, end) = page(vec![1, 2, 3, 4, 5], marker.as_deref(), 2).unwrap();
        assert_eq!((first, second, third, end), (vec![1, 2], vec![3, 4], vec![5], None));
        assert_eq!(page(vec![1], Some("elsewhere"), 2), None);
        assert_eq!(page(vec![1], Some("page-9"), 2), None);
    }

    #[test]
    fn digests_depend_on_the_seed_alone() {
        assert_eq!(digest("a", 12), digest("a", 12));
        assert_ne!(digest("a", 12), digest("b", 12));
        assert_eq!(digest("a", 12).len(), 12);
    }
}
