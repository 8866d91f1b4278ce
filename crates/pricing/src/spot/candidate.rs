//! What is known of an instance type when a choice is made.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::instance::{InstanceType, Shape};
use crate::source::{Price, Source};

/// An instance type that may be chosen. Give each type once; of several with one name the first counts.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its name.
    pub instance_type: InstanceType,
    /// Processors, memory and the like: `DescribeInstanceTypes`, or [`crate::Book::candidates`].
    pub shape: Shape,
    /// Availability zones that offer it (`DescribeInstanceTypeOfferings`); none when that is not known.
    pub zones: Option<BTreeSet<String>>,
    /// On-demand USD per hour.
    pub on_demand: Price,
    /// Spot USD per hour.
    pub spot: SpotPrice,
    /// How often it is taken back; none when that is not known.
    pub interruption: Option<Interruption>,
    /// `GetSpotPlacementScores`, 1 to 10; none when that is not known.
    pub placement_score: Option<u8>,
}

/// Spot prices of one type.
#[derive(Debug, Clone)]
pub enum SpotPrice {
    /// Changes of the price by availability zone, in any order, in USD per hour. A change from before the window counts from the
    /// window's beginning: ask AWS for it, `DescribeSpotPriceHistory` includes the price in force when the time range begins.
    History {
        /// Points of each zone.
        zones: BTreeMap<String, Vec<SpotPoint>>,
        /// Where they come from.
        source: Arc<Source>,
    },
    /// A price as it is, or unknown.
    Quoted(Price),
}

/// From when on a price holds, until the next point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpotPoint {
    /// Since when.
    pub at: Timestamp,
    /// USD per hour.
    pub price: Decimal,
}

/// How often a type was taken back, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interruption {
    /// The range the rate lies in.
    pub bucket: InterruptionBucket,
    /// Where it comes from.
    pub source: Arc<Source>,
}

/// The Spot Instance Advisor's ranges of the share of instances that were interrupted in the last month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InterruptionBucket {
    /// Below 5%.
    Under5,
    /// 5 to 10%.
    From5To10,
    /// 10 to 15%.
    From10To15,
    /// 15 to 20%.
    From15To20,
    /// Above 20%.
    Over20,
}

impl InterruptionBucket {
    /// All, the calmest first; the index is the advisor's `r`.
    pub const ALL: [Self; 5] = [Self::Under5, Self::From5To10, Self::From10To15, Self::From15To20, Self::Over20];

    /// Highest rate of the range, in percent.
    #[must_use]
    pub fn at_most(self) -> u8 {
        match self {
            Self::Under5 => 5,
            Self::From5To10 => 10,
            Self::From10To15 => 15,
            Self::From15To20 => 20,
            Self::Over20 => 100,
        }
    }

    /// As the advisor writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Under5 => "<5%",
            Self::From5To10 => "5-10%",
            Self::From10To15 => "10-15%",
            Self::From15To20 => "15-20%",
            Self::Over20 => ">20%",
        }
    }
}

impl fmt::Display for InterruptionBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for InterruptionBucket {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
            format!("`{text}` is not a range of interruption rates; write <5%, 5-10%, 10-15%, 15-20% or >20%")
        })
    }
}
