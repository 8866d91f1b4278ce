//! Prices, interruption rates and placement scores.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::primitives::DateTime;
use aws_sdk_ec2::types::Filter;
use aws_sdk_pricing::types::{Filter as ProductFilter, FilterType};
use jiff::Timestamp;
use jiff::tz::Offset;
use parapet_pricing::aws::{InterruptionData, SpotHistory, on_demand_linux};
use parapet_pricing::spot::Window;
use parapet_pricing::{InstanceType, Price, money};
use tfplugin::prelude::*;

use crate::aws::AwsResult;

/// Region of the Price List API for all regions of the partition.
pub(super) const REGION: &str = "us-east-1";
/// Name of the Spot price history as a source.
pub(crate) const HISTORY: &str = "EC2 Spot price history";
/// Types named in one call for prices: a filter's value has at most 1,024 characters, and an answer 100 products.
const NAMED: usize = 50;
/// Types named in one call for the price history.
const NAMED_IN_HISTORY: usize = 100;
/// Region of the bucket in which AWS publishes the Spot Instance Advisor's data.
pub(crate) const ADVISOR_REGION: &str = "us-east-1";
/// That bucket, and the object.
const ADVISOR: (&str, &str) = ("spot-bid-advisor", "spot-advisor-data.json");

/// On-demand prices per hour, by type.
pub(super) async fn on_demand(
    pricing: &aws_sdk_pricing::Client,
    region: &str,
    types: &BTreeSet<InstanceType>,
) -> Result<BTreeMap<String, Price>> {
    const PLAIN: [(&str, &str); 4] =
        [("operatingSystem", "Linux"), ("tenancy", "Shared"), ("preInstalledSw", "NA"), ("capacitystatus", "Used")];
    let names: Vec<&str> = types.iter().map(InstanceType::as_str).collect();
    let mut found = BTreeMap::new();
    for names in names.chunks(NAMED) {
        let filter = |kind: FilterType, field: &str, value: &str| {
            ProductFilter::builder().r#type(kind).field(field).value(value).build()
        };
        let mut filters = vec![
            filter(FilterType::AnyOf, "instanceType", &names.join(",")).doing_filter()?,
            filter(FilterType::TermMatch, "regionCode", region).doing_filter()?,
        ];
        for (field, value) in PLAIN {
            filters.push(filter(FilterType::TermMatch, field, value).doing_filter()?);
        }
        let request = pricing.get_products().service_code("AmazonEC2").set_filters(Some(filters));
        let mut products = request.into_paginator().items().send();
        while let Some(product) = products.next().await {
            let product = product.doing("asking for on-demand prices (pricing:GetProducts)")?;
            if let Some(listed) = on_demand_linux(product.as_bytes())? {
                found.insert(listed.instance_type.as_str().to_owned(), listed.price);
            }
        }
    }
    Ok(found)
}

/// A filter that was built.
trait Built {
    fn doing_filter(self) -> Result<ProductFilter>;
}

impl Built for std::result::Result<ProductFilter, aws_sdk_pricing::error::BuildError> {
    fn doing_filter(self) -> Result<ProductFilter> {
        self.during("asking for on-demand prices")
    }
}

/// Changes of Spot prices within a time, and the prices in force when it begins.
pub(crate) async fn history(
    ec2: &aws_sdk_ec2::Client,
    types: &BTreeSet<InstanceType>,
    zones: &BTreeSet<String>,
    window: Window,
) -> Result<SpotHistory> {
    let names: Vec<String> = types.iter().map(|it| it.as_str().to_owned()).collect();
    let mut history = SpotHistory::default();
    for names in names.chunks(NAMED_IN_HISTORY) {
        let mut filters = vec![Filter::builder().name("instance-type").set_values(Some(names.to_vec())).build()];
        if !zones.is_empty() {
            let zones = zones.iter().cloned().collect();
            filters.push(Filter::builder().name("availability-zone").set_values(Some(zones)).build());
        }
        let request = ec2
            .describe_spot_price_history()
            .product_descriptions("Linux/UNIX")
            .start_time(DateTime::from_secs(window.from.as_second()))
            .end_time(DateTime::from_secs(window.until.as_second()))
            .set_filters(Some(filters));
        let mut points = request.into_paginator().items().send();
        while let Some(point) = points.next().await {
            let point = point.doing("reading Spot prices (ec2:DescribeSpotPriceHistory)")?;
            let (Some(kind), Some(zone), Some(price), Some(at)) =
                (point.instance_type(), point.availability_zone(), point.spot_price(), point.timestamp())
            else {
                continue;
            };
            // A price that is none is unknown.
            if let (Ok(price), Ok(at)) = (money::price(price), Timestamp::from_second(at.secs())) {
                history.add(kind.as_str(), zone, at, price);
            }
        }
    }
    Ok(history)
}

/// How likely it is to get so many nodes of these types; none when EC2 does not say.
pub(super) async fn placement(
    ec2: &aws_sdk_ec2::Client,
    region: &str,
    types: &[String],
    capacity: u32,
) -> Result<Option<u8>> {
    let request = ec2
        .get_spot_placement_scores()
        .set_instance_types(Some(types.to_vec()))
        .target_capacity(i32::try_from(capacity.max(1)).unwrap_or(i32::MAX))
        .region_names(region)
        .single_availability_zone(false);
    let answer = request.send().await.doing("asking for the placement score (ec2:GetSpotPlacementScores)")?;
    let mut scores = answer.spot_placement_scores().iter().filter(|it| it.region() == Some(region));
    Ok(scores.find_map(|it| it.score()).and_then(|score| u8::try_from(score).ok()))
}

/// The Spot Instance Advisor's data, which AWS publishes for everybody.
pub(crate) async fn interruptions(s3: &aws_sdk_s3::Client) -> Result<InterruptionData> {
    let (bucket, key) = ADVISOR;
    let doing = "reading the Spot Instance Advisor's data (s3:GetObject)";
    let object = s3.get_object().bucket(bucket).key(key).send().await.doing(doing)?;
    let today = Offset::UTC.to_datetime(Timestamp::now()).date();
    let published = object.last_modified().and_then(|at| Timestamp::from_second(at.secs()).ok());
    let date = published.map_or(today, |at| Offset::UTC.to_datetime(at).date());
    let bytes = object.body.collect().await.during(doing)?.into_bytes();
    Ok(InterruptionData::parse("Spot Instance Advisor", &bytes, Some(date))?)
}
