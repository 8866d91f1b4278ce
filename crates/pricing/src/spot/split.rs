//! One number of nodes over two groups: EKS has no group that is part Spot and part on-demand.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// How many nodes a group may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaling {
    /// Fewest.
    pub min: u32,
    /// When it is created.
    pub desired: u32,
    /// Most.
    pub max: u32,
}

/// What is bought on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnDemandShare {
    /// The first nodes.
    pub base_capacity: u32,
    /// Percent of the nodes above these, 0 to 100.
    pub percentage_above_base: u8,
}

/// The two groups; one that would never have a node does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// `capacity_type = SPOT`.
    pub spot: Option<Scaling>,
    /// `capacity_type = ON_DEMAND`.
    pub on_demand: Option<Scaling>,
}

/// Numbers that exclude each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{attribute}: {message}")]
pub struct SplitError {
    /// The attribute to blame.
    pub attribute: &'static str,
    /// What is wrong with it.
    pub message: String,
}

/// Splits minimum, desired and maximum, each as an Auto Scaling group splits its capacity: the base first, then the percentage of
/// the rest, rounded up in favour of on-demand. The parts add up to the whole, and stay in order.
///
/// # Errors
/// Numbers out of order, or a percentage above 100.
pub fn split(whole: Scaling, share: OnDemandShare) -> Result<Split, SplitError> {
    let fail = |attribute, message: String| Err(SplitError { attribute, message });
    let Scaling { min, desired, max } = whole;
    if min > max || max == 0 {
        return fail("scaling.max", format!("{max} is below the minimum, which is {}", min.max(1)));
    }
    if !(min..=max).contains(&desired) {
        return fail("scaling.desired_initial", format!("{desired} is not between {min} and {max}"));
    }
    if share.percentage_above_base > 100 {
        let percent = share.percentage_above_base;
        return fail("on_demand_percentage_above_base", format!("{percent} is above 100"));
    }
    let on_demand = |nodes: u32| {
        let base = nodes.min(share.base_capacity);
        let above = u64::from(nodes - base) * u64::from(share.percentage_above_base);
        base + u32::try_from(above.div_ceil(100)).unwrap_or(nodes - base)
    };
    let bought = Scaling { min: on_demand(min), desired: on_demand(desired), max: on_demand(max) };
    let rest = Scaling { min: min - bought.min, desired: desired - bought.desired, max: max - bought.max };
    let exists = |it: Scaling| (it.max > 0).then_some(it);
    Ok(Split { spot: exists(rest), on_demand: exists(bought) })
}

impl OnDemandShare {
    /// Everything on the Spot market.
    pub const NONE: Self = Self { base_capacity: 0, percentage_above_base: 0 };

    /// The share in percent of so many nodes, for a person; none for no nodes.
    #[must_use]
    pub fn percent_of(self, nodes: u32) -> Option<u8> {
        let whole = Scaling { min: nodes, desired: nodes, max: nodes };
        let bought = split(whole, self).ok()?.on_demand.map_or(0, |it| it.max);
        (Decimal::from(bought) * Decimal::ONE_HUNDRED).checked_div(nodes.into())?.round().to_u8()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaling(min: u32, desired: u32, max: u32) -> Scaling {
        Scaling { min, desired, max }
    }

    #[test]
    fn base_first_then_the_percentage() {
        let share = OnDemandShare { base_capacity: 2, percentage_above_base: 25 };
        let Split { spot, on_demand } = split(scaling(1, 7, 20), share).unwrap();
        // 7: 2 + ceil(5 x 25%) = 4; 20: 2 + ceil(18 x 25%) = 7.
        assert_eq!((on_demand, spot), (Some(scaling(1, 4, 7)), Some(scaling(0, 3, 13))));
        assert_eq!(share.percent_of(7), Some(57));
    }

    #[test]
    fn a_group_without_nodes_does_not_exist() {
        let all = scaling(1, 2, 3);
        assert_eq!(split(all, OnDemandShare::NONE).unwrap(), Split { spot: Some(all), on_demand: None });
        let none = OnDemandShare { base_capacity: 0, percentage_above_base: 100 };
        assert_eq!(split(all, none).unwrap(), Split { spot: None, on_demand: Some(all) });
    }

    #[test]
    fn parts_add_up_and_stay_in_order() {
        for base in 0..6 {
            for percentage in (0..=100).step_by(7) {
                let share = OnDemandShare { base_capacity: base, percentage_above_base: percentage };
                for (min, desired, max) in [(0, 0, 1), (1, 3, 9), (3, 3, 3), (0, 40, 101)] {
                    let it = split(scaling(min, desired, max), share).unwrap();
                    let none = scaling(0, 0, 0);
                    let (spot, on_demand) = (it.spot.unwrap_or(none), it.on_demand.unwrap_or(none));
                    assert_eq!(spot.min + on_demand.min, min);
                    assert_eq!(spot.desired + on_demand.desired, desired);
                    assert_eq!(spot.max + on_demand.max, max);
                    for part in [spot, on_demand] {
                        assert!(part.min <= part.desired && part.desired <= part.max, "{part:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn numbers_out_of_order_name_the_attribute() {
        let bad = |scaling, share| split(scaling, share).unwrap_err().attribute;
        let none = OnDemandShare::NONE;
        assert_eq!(bad(scaling(3, 3, 2), none), "scaling.max");
        assert_eq!(bad(scaling(0, 0, 0), none), "scaling.max");
        assert_eq!(bad(scaling(1, 5, 2), none), "scaling.desired_initial");
        let share = OnDemandShare { base_capacity: 0, percentage_above_base: 101 };
        assert_eq!(bad(scaling(1, 1, 2), share), "on_demand_percentage_above_base");
    }
}
