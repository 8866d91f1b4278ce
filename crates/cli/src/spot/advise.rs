//! `parapet spot advise`: instance types that fit, their prices, and who says so.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::ensure;
use jiff::civil::Date;
use parapet_pricing::spot::{Bounds, Generation, GpuNeed, Inclusion, Requirements, select};
use parapet_pricing::{Architecture, Decimal, Glob, money};

use super::{amounts, json, market, table};
use crate::check::Format;
use crate::output;

/// Exit code when no instance types fit.
const EXIT_INFEASIBLE: u8 = 1;

/// Percent that Spot has to save when prices to tell by are given; the default of `parapet_spot_node_group`.
const MIN_SAVINGS: u32 = 30;

/// Choose the instance types of a Spot node group, and say why.
///
/// Nothing is asked of AWS: on-demand prices and shapes come from the price book, the rest from files that you give. What is
/// not known is shown as unknown, and every figure names its source with its date. All chosen types have equal vCPU, memory,
/// architecture and number of GPUs, as Cluster Autoscaler needs it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// vCPU of a node: 4, a range such as 4-8, or 4- for more
    #[arg(long, value_name = "COUNT", value_parser = amounts::count)]
    pub(super) vcpu: Bounds<u32>,

    /// Memory of a node: 16GiB, a range such as 16GiB-32GiB, or 16GiB- for more
    #[arg(long, value_name = "AMOUNT", value_parser = amounts::memory)]
    pub(super) memory: Bounds<u64>,

    /// AWS region
    #[arg(long, value_name = "REGION", env = "AWS_REGION")]
    pub(super) region: String,

    /// Architecture, x86_64 or arm64 [default: whichever is better]
    #[arg(long, value_name = "NAME")]
    architecture: Vec<Architecture>,

    /// Only types that match a pattern such as m7*.*
    #[arg(long, value_name = "PATTERN")]
    allow: Vec<Glob>,

    /// No types that match a pattern such as *.metal*
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<Glob>,

    /// Only a generation: current, previous, or the number in the family's name
    #[arg(long, value_name = "GENERATION")]
    generation: Vec<Generation>,

    /// Burstable types: included, excluded or required
    #[arg(long, value_name = "WHETHER", default_value = "excluded")]
    burstable: Inclusion,

    /// Bare metal: included, excluded or required
    #[arg(long, value_name = "WHETHER", default_value = "excluded")]
    bare_metal: Inclusion,

    /// GPUs of a node: 1, a range such as 1-4, or 1- for more [default: none]
    #[arg(long, value_name = "COUNT", value_parser = amounts::count)]
    gpus: Option<Bounds<u32>>,

    /// Fewest types
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    min_types: usize,

    /// Most types; EKS takes 20
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    max_types: usize,

    /// Fewest families among them
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    min_families: usize,

    /// Zones of the group's subnets; all when left out
    #[arg(long, value_name = "ZONE", value_delimiter = ',')]
    zones: Vec<String>,

    /// Of these zones, how many have to offer a type
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    min_zones: usize,

    /// Percent that Spot has to be below on-demand [default: 30 when Spot prices or savings are given]
    #[arg(long, value_name = "PERCENT", value_parser = decimal)]
    min_savings: Option<Decimal>,

    /// Highest interruption rate in percent; needs --interruption-data
    #[arg(long, value_name = "PERCENT")]
    max_interruption: Option<u8>,

    /// Output of `aws ec2 describe-spot-price-history`
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    pub(super) spot_history: Option<PathBuf>,

    /// Days before the last change in the history that count
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=90),
        help_heading = "Data")]
    pub(super) days: u16,

    /// The Spot Instance Advisor's data, https://spot-bid-advisor.s3.amazonaws.com/spot-advisor-data.json
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    pub(super) interruption_data: Option<PathBuf>,

    /// Day that data was fetched; it says none itself
    #[arg(long, value_name = "DATE", requires = "interruption_data", help_heading = "Data")]
    pub(super) interruption_date: Option<Date>,

    /// Price book; what it does not know is taken from the reference book
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    pub(super) price_book: Option<PathBuf>,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  parapet spot advise --vcpu 4 --memory 16GiB --region us-west-2
  aws ec2 describe-spot-price-history --region us-west-2 --product-descriptions Linux/UNIX > history.json
  curl -sO https://spot-bid-advisor.s3.amazonaws.com/spot-advisor-data.json
  parapet spot advise --vcpu 4 --memory 16GiB --region us-west-2 --spot-history history.json \\
    --interruption-data spot-advisor-data.json --max-interruption 10

Exit codes:
  0  types were chosen
  1  no types fulfil the requirements; what to relax is said
  2  a file or the command line is bad";

fn decimal(text: &str) -> Result<Decimal, String> {
    money::decimal(text).map_err(|error| error.to_string())
}

impl Args {
    fn requirements(&self) -> anyhow::Result<Requirements> {
        let priced = self.spot_history.is_some() || self.interruption_data.is_some();
        ensure!(
            priced || self.min_savings.is_none(),
            "--min-savings needs Spot prices, which the price book has not: give --spot-history or --interruption-data"
        );
        ensure!(
            self.interruption_data.is_some() || self.max_interruption.is_none(),
            "--max-interruption needs interruption rates, which the price book has not: give --interruption-data \
             (https://spot-bid-advisor.s3.amazonaws.com/spot-advisor-data.json)"
        );
        let requirements = Requirements {
            vcpu_count: self.vcpu,
            memory_mib: self.memory,
            architectures: self.architecture.iter().copied().collect(),
            allowed_instance_types: self.allow.clone(),
            excluded_instance_types: self.exclude.clone(),
            burstable: self.burstable,
            bare_metal: self.bare_metal,
            generations: self.generation.iter().copied().collect(),
            gpu: match self.gpus {
                None => GpuNeed::Without,
                Some(count) => GpuNeed::With { count, names: BTreeSet::new(), manufacturers: BTreeSet::new() },
            },
            min_instance_types: self.min_types,
            max_instance_types: self.max_types,
            min_families: self.min_families,
            zones: self.zones.iter().cloned().collect(),
            min_availability_zones: self.min_zones,
            min_savings_percent: self.min_savings.or(priced.then_some(MIN_SAVINGS.into())),
            max_interruption_rate_percent: self.max_interruption,
            min_placement_score: None,
        };
        requirements.check()?;
        Ok(requirements)
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let requirements = args.requirements()?;
    let market = market::read(args)?;
    let today = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date();
    match select(&requirements, &market.candidates, market.window) {
        Ok(selection) => {
            match args.format {
                Format::Text => output::text(&table::table(&args.region, &selection, today))?,
                Format::Json => output::text(&format!("{:#}\n", json::selection(&args.region, &selection)))?,
            }
            Ok(0)
        }
        Err(infeasible) => {
            match args.format {
                Format::Text => output::error(&infeasible.to_string()),
                Format::Json => output::text(&format!("{:#}\n", json::infeasible(&args.region, &infeasible)))?,
            }
            Ok(EXIT_INFEASIBLE)
        }
    }
}
