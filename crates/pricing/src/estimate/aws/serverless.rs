//! Lambda and DynamoDB.

use rust_decimal::Decimal;

use crate::estimate::input::{Read, View};
use crate::estimate::sheet::{Sheet, hours, unpriced};

/// Memory of a function when nobody says it, in MB.
const DEFAULT_MEMORY: u32 = 128;
const MB_PER_GB: u32 = 1024;
const MS_PER_SECOND: u32 = 1000;
/// Temporary storage of a function that is in its price, in MB.
const INCLUDED_STORAGE: u32 = 512;

/// `aws_lambda_function`: requests, and memory for as long as they take.
pub(in crate::estimate) fn function(sheet: &mut Sheet<'_>) {
    let price = sheet.unit("lambda", "requests");
    sheet.used("Requests", "requests_millions", 1, price);
    let view = sheet.view.clone();
    let memory = view.number("memory_size").or(DEFAULT_MEMORY.into());
    let Some(memory) = sheet.need("Duration", "memory_size", memory) else { return };
    let architecture = view.texts("architectures").or(vec!["x86_64"]).known().and_then(|names| names.first().copied());
    let line = format!("Duration, {} MB, {}", memory.normalize(), architecture.unwrap_or("x86_64"));
    let stated = |key: &str| view.stated().number(key);
    match (stated("requests_millions"), stated("average_duration_ms")) {
        (Some(requests), Some(duration)) => {
            let gigabytes = memory / Decimal::from(MB_PER_GB);
            let seconds = duration / Decimal::from(MS_PER_SECOND);
            let each = Decimal::from(1_000_000) * seconds * gigabytes;
            let Some(gigabyte_seconds) = requests.checked_mul(each) else {
                return sheet.gap(line, unpriced("it is too much to be exact"));
            };
            let price = sheet.unit("lambda", &format!("duration-{}", architecture.unwrap_or("x86_64")));
            sheet.add(line, gigabyte_seconds, price);
        }
        (None, _) => sheet.unstated(line, "requests_millions"),
        (Some(_), None) => sheet.unstated(line, "average_duration_ms"),
    }
    temporary_storage(sheet, &view);
}

/// Temporary storage above what is included, for as long as requests take.
fn temporary_storage(sheet: &mut Sheet<'_>, view: &View<'_>) {
    let Some(size) = view.block("ephemeral_storage").and_then(|block| block.number("size").known()) else { return };
    let above = size - Decimal::from(INCLUDED_STORAGE);
    if above <= Decimal::ZERO {
        return;
    }
    let line = format!("Temporary storage above {INCLUDED_STORAGE} MB");
    let stated = |key: &str| view.stated().number(key);
    match (stated("requests_millions"), stated("average_duration_ms")) {
        (Some(requests), Some(duration)) => {
            let seconds = duration / Decimal::from(MS_PER_SECOND);
            let each = Decimal::from(1_000_000) * seconds * (above / Decimal::from(MB_PER_GB));
            let Some(gigabyte_seconds) = requests.checked_mul(each) else {
                return sheet.gap(line, unpriced("it is too much to be exact"));
            };
            let price = sheet.unit("lambda", "ephemeral-storage");
            sheet.add(line, gigabyte_seconds, price);
        }
        (None, _) => sheet.unstated(line, "requests_millions"),
        (Some(_), None) => sheet.unstated(line, "average_duration_ms"),
    }
}

/// `aws_dynamodb_table`
pub(in crate::estimate) fn table(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let Some(mode) = sheet.need("Capacity", "billing_mode", view.text("billing_mode").or("PROVISIONED")) else {
        return;
    };
    let other_class = match view.text("table_class").or("STANDARD") {
        Read::Known("STANDARD") => None,
        _ => Some("no price book has tables of other classes than STANDARD"),
    };
    let price = |sheet: &Sheet<'_>, sku: &str| match other_class {
        None => sheet.unit("dynamodb", sku),
        Some(why) => Err(unpriced(why)),
    };
    if mode == "PAY_PER_REQUEST" {
        let writes = price(sheet, "write-requests");
        sheet.used("Write requests", "write_millions", 1, writes);
        let reads = price(sheet, "read-requests");
        sheet.used("Read requests", "read_millions", 1, reads);
    } else {
        for (line, attribute, sku) in
            [("Write capacity", "write_capacity", "wcu"), ("Read capacity", "read_capacity", "rcu")]
        {
            match units(&view, attribute) {
                Some(units) => {
                    let found = price(sheet, sku);
                    sheet.add(line, hours(units), found);
                }
                None => sheet.not_known(line, attribute),
            }
        }
    }
    let storage = price(sheet, "storage");
    sheet.used("Storage", "storage_gb", 1, storage);
    if view.block("point_in_time_recovery").is_some_and(|block| block.flag("enabled").known() == Some(true)) {
        let recovery = price(sheet, "pitr");
        sheet.used("Point-in-time recovery", "storage_gb", 1, recovery);
    }
    for replica in view.blocks("replica") {
        let place = replica.text("region_name").known().unwrap_or("another region");
        sheet.gap(format!("Replica in {place}"), unpriced("no price book has replicated writes"));
    }
}

/// Capacity of the table and its global indexes; an index without its own has none to bill.
fn units(view: &View<'_>, attribute: &str) -> Option<Decimal> {
    let own = view.number(attribute).known()?;
    let indexes = view.blocks("global_secondary_index");
    indexes.iter().try_fold(own, |sum, index| match index.number(attribute) {
        Read::Known(units) => sum.checked_add(units),
        Read::Absent => Some(sum),
        Read::Unknown => None,
    })
}
