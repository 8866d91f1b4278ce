//! Database instances and cache nodes: the sizes of a class follow from its `xlarge`.

use rust_decimal::Decimal;

use super::family::{factor, rounded};
use super::format::{Class, File};

/// Region, service and SKU.
type Key = (String, String, String);

/// The hourly prices of all classes; an error is a place in the file and what is wrong there.
pub(super) fn hourly(file: &File, home: &str) -> Result<Vec<(Key, Decimal)>, (String, String)> {
    let mut all = Vec::new();
    for (region, services) in &file.classes {
        for (service, by_edition) in services {
            for (editions, classes) in by_edition {
                for (name, class) in classes {
                    let place = || format!("classes.{region}.{service}.{editions}.{name}");
                    let sizes = sizes(class).map_err(|message| (place(), message))?;
                    for edition in editions.split_whitespace() {
                        let key = |size| (region.clone(), service.clone(), format!("{edition}:{name}.{size}"));
                        all.extend(sizes.iter().map(|(size, usd)| (key(size), *usd)));
                    }
                }
            }
        }
    }
    for (region, services) in &file.elsewhere {
        for (service, by_edition) in services {
            for (editions, classes) in by_edition {
                for (name, usd) in classes {
                    for edition in editions.split_whitespace() {
                        let place = || format!("elsewhere.{region}.{service}.{edition}.{name}");
                        let class = in_region(file, home, service, edition, name).ok_or_else(|| {
                            (place(), format!("classes has no {name} of {edition} in {home} to follow"))
                        })?;
                        for size in class.sizes.split_whitespace().filter(|it| !class.exceptions.contains_key(*it)) {
                            let usd = follows(class, size, usd.0).map_err(|message| (place(), message))?;
                            all.push(((region.clone(), service.clone(), format!("{edition}:{name}.{size}")), usd));
                        }
                    }
                }
            }
        }
    }
    Ok(all)
}

/// The class of an edition in a region.
fn in_region<'a>(file: &'a File, region: &str, service: &str, edition: &str, name: &str) -> Option<&'a Class> {
    let by_edition = file.classes.get(region)?.get(service)?;
    by_edition
        .iter()
        .filter(|(editions, _)| editions.split_whitespace().any(|it| it == edition))
        .find_map(|(_, classes)| classes.get(name))
}

/// The sizes with their prices; the text of an error names the size.
fn sizes(class: &Class) -> Result<Vec<(&str, Decimal)>, String> {
    let names: Vec<&str> = class.sizes.split_whitespace().collect();
    if let Some(stray) = class.exceptions.keys().find(|size| !names.contains(&size.as_str())) {
        return Err(format!("exceptions name `{stray}`, which is not among the sizes"));
    }
    let price = |size: &str| match class.exceptions.get(size) {
        Some(usd) => Ok(usd.0),
        None => follows(class, size, class.usd.0),
    };
    names.into_iter().map(|size| Ok((size, price(size)?))).collect()
}

/// The price of a size where an `xlarge` costs so much.
fn follows(class: &Class, size: &str, usd: Decimal) -> Result<Decimal, String> {
    let factor = factor(size).ok_or_else(|| format!("how large is `{size}`? write large, 4xlarge"))?;
    rounded(usd, factor, class.decimals).ok_or_else(|| "usd is too large".to_owned())
}
