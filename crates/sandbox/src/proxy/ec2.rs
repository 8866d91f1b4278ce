//! What others have to know of EC2.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::{Proxy, ProxyError, parse};
use crate::services::Call;
use crate::services::ec2::{Catalogue, Facts, Region, Wants};

/// What moto said that never changes: it takes moto a second to describe its instance types.
#[derive(Debug, Default)]
pub(super) struct Known {
    catalogue: OnceCell<Arc<Catalogue>>,
    regions: Mutex<BTreeMap<String, Arc<Region>>>,
    filtered: Mutex<BTreeMap<String, Arc<Vec<String>>>>,
}

fn kept<T: Clone>(of: &Mutex<BTreeMap<String, T>>, key: &str) -> Option<T> {
    of.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
}

fn keep<T: Clone>(of: &Mutex<BTreeMap<String, T>>, key: &str, value: T) -> T {
    of.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), value.clone());
    value
}

impl Proxy {
    /// What EC2 wants to know; `None` when moto refuses the filters.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn ec2_facts(&self, call: &Call, wants: &Wants) -> Result<Option<Facts>, ProxyError> {
        if !self.has_moto() {
            return Ok(Some(Facts::assumed(wants)));
        }
        let read = || async {
            let text = self.ec2(call, "DescribeInstanceTypes", &[]).await?;
            Ok::<_, ProxyError>(Arc::new(Catalogue::read(&parse(&text, "DescribeInstanceTypes")?)))
        };
        let catalogue = Arc::clone(self.known.catalogue.get_or_try_init(read).await?);
        let mut regions = BTreeMap::new();
        for name in &wants.regions {
            let region = match kept(&self.known.regions, name) {
                Some(region) => region,
                None => keep(&self.known.regions, name, Arc::new(self.region(call, name).await?)),
            };
            regions.insert(name.clone(), region);
        }
        let mut filtered = None;
        if let Some(form) = &wants.filtered {
            filtered = Some(match kept(&self.known.filtered, form) {
                Some(names) => names,
                None => {
                    let Some(text) = self.ec2_form(call, form.clone()).await? else { return Ok(None) };
                    let found = Catalogue::read(&parse(&text, "DescribeInstanceTypes")?);
                    keep(&self.known.filtered, form, Arc::new(found.types.into_keys().collect()))
                }
            });
        }
        Ok(Some(Facts { catalogue, regions, filtered }))
    }

    async fn region(&self, call: &Call, name: &str) -> Result<Region, ProxyError> {
        let there = Call { region: name.to_owned(), ..call.clone() };
        let form = "Action=DescribeInstanceTypeOfferings&Version=2016-11-15&LocationType=availability-zone";
        let mut region = Region::default();
        // A region that moto does not know has nothing to offer.
        let text = self.ec2_form(&there, form.to_owned()).await?.unwrap_or_default();
        if !text.is_empty() {
            for (kind, zone) in pairs(&parse(&text, "DescribeInstanceTypeOfferings")?, ("instanceType", "location")) {
                region.zones.entry(zone).or_default().insert(kind);
            }
        }
        let text = self.ec2_form(&there, "Action=DescribeAvailabilityZones&Version=2016-11-15".to_owned()).await?;
        if let Some(text) = text {
            region.ids =
                pairs(&parse(&text, "DescribeAvailabilityZones")?, ("zoneName", "zoneId")).into_iter().collect();
        }
        Ok(region)
    }

    /// A describe call of EC2.
    pub(super) async fn ec2(
        &self,
        call: &Call,
        operation: &str,
        filters: &[(&str, &str)],
    ) -> Result<String, ProxyError> {
        self.ec2_form(call, filtered(operation, filters)).await?.ok_or_else(|| ProxyError::Answer(operation.to_owned()))
    }

    /// A call of EC2 in its own form; `None` when it is refused.
    pub(super) async fn ec2_form(&self, call: &Call, form: String) -> Result<Option<String>, ProxyError> {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = self.call(call, "ec2", &headers, "/", form.into_bytes()).await?;
        Ok(answer.status().is_success().then(|| String::from_utf8_lossy(answer.body()).into_owned()))
    }
}

/// The form of a describe call; filters of one name have to follow each other.
fn filtered(operation: &str, filters: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", operation).append_pair("Version", "2016-11-15");
    let (mut filter, mut value, mut last) = (0, 0, "");
    for (name, text) in filters {
        if *name != last {
            (filter, value, last) = (filter + 1, 0, name);
            form.append_pair(&format!("Filter.{filter}.Name"), name);
        }
        value += 1;
        form.append_pair(&format!("Filter.{filter}.Value.{value}"), text);
    }
    form.finish()
}

/// Two texts of every item that has both.
fn pairs(document: &roxmltree::Document<'_>, (one, other): (&str, &str)) -> Vec<(String, String)> {
    let text = |item: roxmltree::Node<'_, '_>, name: &str| {
        item.children().find(|child| child.has_tag_name(name)).and_then(|child| child.text()).map(str::to_owned)
    };
    let items = document.descendants().filter(|node| node.has_tag_name("item"));
    items.filter_map(|item| text(item, one).zip(text(item, other))).collect()
}
