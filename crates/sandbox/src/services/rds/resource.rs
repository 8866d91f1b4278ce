//! What DB instances and clusters have in common: how a call names one, how it is answered, how they are listed.

use std::collections::BTreeMap;

use super::model::{Cluster, Instance, Store, arn};
use super::{Result, invalid, listed, shapes};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;

/// A resource that calls name by `DB…Identifier`, and that lives in one region.
pub(super) trait Resource: Sized + 'static {
    /// The element around one: `DBInstance`.
    const ELEMENT: &'static str;
    /// Its kind in an ARN: `db`.
    const KIND: &'static str;
    /// The code of the error when there is none.
    const NOT_FOUND: &'static str;

    fn all(store: &Store) -> &BTreeMap<String, Self>;
    fn all_mut(store: &mut Store) -> &mut BTreeMap<String, Self>;
    /// Its ARN, account and region.
    fn place(&self) -> (&str, &str, &str);
    /// Whether a filter lets it through; `None` when there is no such filter.
    fn passes(&self, filter: &str, any: &dyn Fn(&str) -> bool) -> Option<bool>;
    fn write(&self, xml: &mut Xml, store: &Store);

    /// The ARN that an identifier or an ARN names.
    fn arn_of(call: &Call, named: &str) -> String {
        if named.starts_with("arn:") {
            named.to_owned()
        } else {
            arn(&call.region, &call.account, Self::KIND, &named.to_lowercase())
        }
    }

    fn not_found(named: &str) -> ApiError {
        ApiError::new(Self::NOT_FOUND, format!("{} {named} not found.", Self::ELEMENT)).with_status(404)
    }

    fn is_of(&self, call: &Call) -> bool {
        let (_, account, region) = self.place();
        account == call.account && region == call.region
    }

    /// The one a call names, in its own region.
    fn of<'a>(store: &'a mut Store, call: &Call, params: &Params) -> Result<&'a mut Self> {
        let named = params.required(&format!("{}Identifier", Self::ELEMENT))?;
        let found = Self::all_mut(store).get_mut(&Self::arn_of(call, &named));
        found.filter(|it| it.is_of(call)).ok_or_else(|| Self::not_found(&named))
    }

    /// The answer of most operations.
    fn answer(store: &Store, arn: &str) -> Result<Xml> {
        let found = Self::all(store).get(arn).ok_or_else(|| Self::not_found(arn))?;
        let mut xml = Xml::default();
        xml.element(Self::ELEMENT, |inside| found.write(inside, store));
        Ok(xml)
    }

    fn describe(store: &Store, call: &Call, params: &Params) -> Result<Xml> {
        let mut own: Vec<&Self> = Self::all(store).values().filter(|it| it.is_of(call)).collect();
        if let Some(named) = params.text(&format!("{}Identifier", Self::ELEMENT)) {
            let arn = Self::arn_of(call, &named);
            own.retain(|it| it.place().0 == arn);
            if own.is_empty() {
                return Err(Self::not_found(&named.to_lowercase()));
            }
        }
        for filter in params.structures("Filters") {
            let values = filter.texts("Values");
            let any = |text: &str| values.iter().any(|value| value == text);
            let name = filter.get("Name").unwrap_or_default();
            let mut unknown = false;
            own.retain(|it| it.passes(name, &any).unwrap_or_else(|| !std::mem::replace(&mut unknown, true)));
            if unknown {
                return Err(invalid(format!("Unrecognized filter name: {name}")));
            }
        }
        listed(params, &format!("{}s", Self::ELEMENT), Self::ELEMENT, own, |xml, it| it.write(xml, store))
    }
}

impl Resource for Instance {
    const ELEMENT: &'static str = "DBInstance";
    const KIND: &'static str = "db";
    const NOT_FOUND: &'static str = "DBInstanceNotFound";

    fn all(store: &Store) -> &BTreeMap<String, Self> {
        &store.instances
    }

    fn all_mut(store: &mut Store) -> &mut BTreeMap<String, Self> {
        &mut store.instances
    }

    fn place(&self) -> (&str, &str, &str) {
        (&self.arn, &self.account, &self.region)
    }

    fn passes(&self, filter: &str, any: &dyn Fn(&str) -> bool) -> Option<bool> {
        Some(match filter {
            "db-instance-id" => any(&self.id) || any(&self.arn),
            "db-cluster-id" => {
                let arn = |id: &str| arn(&self.region, &self.account, Cluster::KIND, id);
                self.cluster.as_deref().is_some_and(|id| any(id) || any(&arn(id)))
            }
            "engine" => any(&self.settings.engine),
            "dbi-resource-id" => any(&shapes::resource_id(&self.arn)),
            _ => return None,
        })
    }

    fn write(&self, xml: &mut Xml, store: &Store) {
        shapes::instance(xml, store, self);
    }
}

impl Resource for Cluster {
    const ELEMENT: &'static str = "DBCluster";
    const KIND: &'static str = "cluster";
    const NOT_FOUND: &'static str = "DBClusterNotFoundFault";

    fn all(store: &Store) -> &BTreeMap<String, Self> {
        &store.clusters
    }

    fn all_mut(store: &mut Store) -> &mut BTreeMap<String, Self> {
        &mut store.clusters
    }

    fn place(&self) -> (&str, &str, &str) {
        (&self.arn, &self.account, &self.region)
    }

    fn passes(&self, filter: &str, any: &dyn Fn(&str) -> bool) -> Option<bool> {
        Some(match filter {
            "db-cluster-id" => any(&self.id) || any(&self.arn),
            "engine" => any(&self.settings.engine),
            _ => return None,
        })
    }

    fn write(&self, xml: &mut Xml, store: &Store) {
        shapes::cluster(xml, store, self);
    }
}
