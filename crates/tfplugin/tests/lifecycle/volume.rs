//! The smallest resource, with a key of two fields and one made by the cloud.

use serde_json::json;
use tfplugin::prelude::*;

use crate::cloud::Cloud;

/// A volume.
#[derive(Clone, Debug, Model)]
#[model(name = "volume", version = 1)]
pub(crate) struct Volume {
    #[attr(key)]
    zone: String,
    #[attr(key)]
    number: i64,
    text: Option<String>,
    #[attr(block)]
    part: Vec<Part>,
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

    fn move_from(source: &MoveSource) -> Result<Option<Self>> {
        if source.type_name != "other_volume" || source.schema_version != 4 {
            return Ok(None);
        }
        let id = source.state.get("id").and_then(|id| id.as_i64());
        let number = id.ok_or_else(|| Error::new("The other volume has no number"))?;
        Ok(Some(Self { zone: source.provider.clone(), number, text: None, part: Vec::new() }))
    }
}
