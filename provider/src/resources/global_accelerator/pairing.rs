//! Which listener is which: by protocol and ports, never by position.

use std::collections::BTreeSet;

use super::model::{Listener, PortRange};

/// What a listener is told apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    protocol: String,
    ranges: BTreeSet<PortRange>,
}

impl Identity {
    pub(super) fn new(protocol: &str, ranges: impl IntoIterator<Item = PortRange>) -> Self {
        Self { protocol: protocol.to_owned(), ranges: ranges.into_iter().collect() }
    }

    pub(super) fn of(listener: &Listener) -> Self {
        Self::new(&listener.protocol, listener.port_range.iter().copied())
    }

    /// How many ports both take.
    pub(super) fn shared_ports(&self, other: &Self) -> i64 {
        if self.protocol != other.protocol {
            return 0;
        }
        let shared = |a: &PortRange| other.ranges.iter().map(|b| a.shared_ports(b)).sum::<i64>();
        self.ranges.iter().map(shared).sum()
    }
}

impl PortRange {
    /// How many ports are in both ranges.
    pub(super) fn shared_ports(&self, other: &Self) -> i64 {
        (self.to_port.min(other.to_port) - self.from_port.max(other.from_port) + 1).max(0)
    }
}

/// For each wanted listener, the position of the one among `before` that it is or becomes. `None` in `wanted` is one whose ports are not
/// known yet.
///
/// A listener keeps its endpoint groups, and so their traffic dials, through a change of ports: first comes the one with the same
/// ports, then the one that shares most of them, then the only one left.
pub(super) fn pair(before: &[Identity], wanted: &[Option<Identity>]) -> Vec<Option<usize>> {
    let mut free: Vec<usize> = (0..before.len()).collect();
    let mut pairs: Vec<Option<usize>> = vec![None; wanted.len()];
    let mut claim = |pair: &mut Option<usize>, choose: &dyn Fn(&[usize]) -> Option<usize>| {
        if pair.is_none()
            && let Some(chosen) = choose(&free)
        {
            free.retain(|position| *position != chosen);
            *pair = Some(chosen);
        }
    };
    let shared = |position: usize, identity: &Identity| before.get(position).map_or(0, |it| it.shared_ports(identity));
    for (pair, identity) in pairs.iter_mut().zip(wanted) {
        let Some(identity) = identity else { continue };
        claim(pair, &|free| free.iter().copied().find(|position| before.get(*position) == Some(identity)));
    }
    for (pair, identity) in pairs.iter_mut().zip(wanted) {
        let Some(identity) = identity else { continue };
        let overlapping = |free: &[usize]| {
            let most = free.iter().copied().max_by_key(|position| shared(*position, identity));
            most.filter(|position| shared(*position, identity) > 0)
        };
        claim(pair, &overlapping);
    }
    if pairs.iter().filter(|pair| pair.is_none()).count() == 1 {
        for (pair, identity) in pairs.iter_mut().zip(wanted) {
            if identity.is_some() {
                claim(pair, &|free| if let [only] = free { Some(*only) } else { None });
            }
        }
    }
    pairs
}

/// The order in which listeners change from one identity to another so that no two take the same port on the way, as far as there
/// is one.
pub(super) fn order(mut current: Vec<Identity>, wanted: &[Identity]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..wanted.len()).collect();
    let mut order = Vec::with_capacity(wanted.len());
    while !left.is_empty() {
        let is_free = |position: &usize| {
            wanted.get(*position).is_some_and(|wanted| {
                let others = current.iter().enumerate().filter(|(other, _)| other != position);
                others.map(|(_, identity)| identity.shared_ports(wanted)).sum::<i64>() == 0
            })
        };
        let at = left.iter().position(is_free).unwrap_or_default();
        let position = left.remove(at);
        if let (Some(here), Some(wanted)) = (current.get_mut(position), wanted.get(position)) {
            *here = wanted.clone();
        }
        order.push(position);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(ranges: &[(i64, i64)]) -> Identity {
        Identity::new("TCP", ranges.iter().map(|&(from_port, to_port)| PortRange { from_port, to_port }))
    }

    fn udp(port: i64) -> Identity {
        Identity::new("UDP", [PortRange { from_port: port, to_port: port }])
    }

    #[test]
    fn listeners_are_paired_by_what_they_take() {
        let (a, b, c) = (tcp(&[(80, 80)]), tcp(&[(443, 443), (8443, 8443)]), udp(80));
        let before = [a.clone(), b.clone(), c.clone()];
        for (wanted, expected) in [
            (vec![c.clone(), a.clone(), b.clone()], vec![Some(2), Some(0), Some(1)]),
            (vec![tcp(&[(8443, 8443), (443, 443)])], vec![Some(1)]),
            (vec![b.clone(), a.clone()], vec![Some(1), Some(0)]),
            (vec![tcp(&[(443, 443)]), a.clone(), c.clone()], vec![Some(1), Some(0), Some(2)]),
            (vec![tcp(&[(22, 22)]), b.clone(), c.clone()], vec![Some(0), Some(1), Some(2)]),
            (vec![tcp(&[(22, 22)]), c.clone()], vec![None, Some(2)]),
            (vec![tcp(&[(22, 22)]), tcp(&[(23, 23)]), a.clone(), b.clone()], vec![None, None, Some(0), Some(1)]),
            (vec![a.clone(), b.clone(), c.clone(), udp(53)], vec![Some(0), Some(1), Some(2), None]),
            (vec![], vec![]),
        ] {
            let wanted: Vec<_> = wanted.into_iter().map(Some).collect();
            assert_eq!(pair(&before, &wanted), expected, "{wanted:?}");
        }
        assert_eq!(
            pair(&before, &[None, Some(b), Some(c)]),
            [None, Some(1), Some(2)],
            "unknown ports pair with nothing"
        );
        assert_eq!(pair(&[], &[Some(a)]), [None]);
    }

    #[test]
    fn the_same_ports_win_over_shared_ones() {
        let before = [tcp(&[(80, 90)]), tcp(&[(80, 80)])];
        assert_eq!(pair(&before, &[Some(tcp(&[(80, 80)])), Some(tcp(&[(81, 90)]))]), [Some(1), Some(0)]);
    }

    #[test]
    fn ports_are_given_up_before_another_takes_them() {
        let current = || vec![tcp(&[(80, 90)]), tcp(&[(91, 99)])];
        assert_eq!(order(current(), &[tcp(&[(80, 95)]), tcp(&[(96, 99)])]), [1, 0]);
        assert_eq!(order(current(), &[tcp(&[(80, 85)]), tcp(&[(86, 99)])]), [0, 1]);
        assert_eq!(order(current(), &[tcp(&[(91, 99)]), tcp(&[(80, 90)])]), [0, 1], "no order does");
        assert_eq!(order(Vec::new(), &[]), Vec::<usize>::new());
    }
}
