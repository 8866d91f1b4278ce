//! The smallest resource, with a key of two fields and one made by the cloud.

use serde_json::{Value as Json, json};
use tfplugin::prelude::*;

use crate::cloud::Cloud;

/// A volume.
#[derive(Clone, Debug, Model)]
#[model(name = "volume", version = 1)]
pub(crate) struct Volume {
    #[attr(key)]
    pub(crate) zone: String,
    #[attr(key)]
    pub(crate) number: i64,
    pub(crate) text: Option<String>,
    #[attr(block)]
    pub(crate) part: Vec<Part>,
}

#[derive(Clone, Debug, Model)]
pub(crate) struct Part {
    name: String,
}

impl Volume {
    fn at(zone: &str, number: i64) -> String {
        format!("{zone}:{number}")
    }
}

impl Resource for Volume {
    type Clients = Cloud;
    const IDENTITY_VERSION: i64 = 2;

    async fn create(cx: &Context<Cloud>, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        cx.put(&Self::at(&plan.zone, plan.number), json!(plan.text));
        Ok(plan)
    }

    async fn read(cx: &Context<Cloud>, key: &Key<Self>, prior: Option<&Self>) -> Result<Option<Self>> {
        let stored = cx.get(&Self::at(&key.zone, key.number));
        Ok(stored.map(|text| Self {
            zone: key.zone.clone(),
            number: key.number,
            text: text.as_str().map(str::to_owned),
            part: prior.map(|prior| prior.part.clone()).unwrap_or_default(),
        }))
    }

    async fn update(cx: &Context<Cloud>, _prior: Self, plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        Self::create(cx, plan, saved).await
    }

    async fn delete(cx: &Context<Cloud>, prior: Self) -> Result<()> {
        cx.delete(&Self::at(&prior.zone, prior.number));
        Ok(())
    }

    fn upgrade_identity(version: i64, identity: Json) -> Result<Json> {
        match version {
            // The number was a text.
            1 => {
                let number = identity.get("number").and_then(Json::as_str).and_then(|it| it.parse::<i64>().ok());
                Ok(json!({ "zone": identity.get("zone"), "number": number }))
            }
            0 => panic!("no such version"),
            _ => Err(Error::new(format!("version {version}?"))),
        }
    }

    fn move_from(source: &MoveSource) -> Result<Option<Self>> {
        if source.type_name != "other_volume" || source.schema_version != 4 {
            return Ok(None);
        }
        if let Some(number) = source.identity.get("number").and_then(Json::as_i64) {
            let zone = format!("identity {}", source.identity_version);
            return Ok(Some(Self { zone, number, text: None, part: Vec::new() }));
        }
        let id = source.state.get("id").and_then(|id| id.as_i64());
        let number = id.ok_or_else(|| Error::new("The other volume has no number"))?;
        Ok(Some(Self { zone: source.provider.clone(), number, text: None, part: Vec::new() }))
    }
}
