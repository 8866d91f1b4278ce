//! A resource that does what its configuration tells it to, failures included.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tfplugin::path::Path;
use tfplugin::prelude::*;
use tfplugin::wire;

use crate::cloud::Cloud;

/// A machine.
#[derive(Clone, Debug, Model)]
#[model(name = "machine", version = 2)]
pub(crate) struct Machine {
    #[attr(key)]
    name: String,
    #[attr(default = 10, validate = range(3..=20))]
    size: i64,
    ratio: Option<f64>,
    #[attr(replace)]
    zone: Option<String>,
    tags: Option<BTreeMap<String, String>>,
    ports: Option<Set<i64>>,
    anything: Option<Dynamic>,
    #[attr(write_only, validate = length(4..=20))]
    password: Option<String>,
    #[attr(sensitive, validate = one_of(&["red", "blue"]))]
    code: Option<String>,
    disk: Option<Disk>,
    disks: Option<Vec<Disk>>,
    disk_set: Option<Set<Disk>>,
    disk_map: Option<BTreeMap<String, Disk>>,
    #[attr(sensitive)]
    hidden_disk: Option<Disk>,
    /// What the plan hook does.
    hook: Option<String>,
    /// How create and update fail.
    fail: Option<String>,
    #[attr(optional, keep)]
    region: Computed<String>,
    #[attr(keep)]
    id: Computed<String>,
    revision: Computed<i64>,
    #[attr(replace)]
    image: Computed<String>,
    #[attr(block)]
    limits: Option<Limits>,
    #[attr(block, max_items = 3)]
    rule: Vec<Rule>,
    #[attr(block)]
    label: Set<Label>,
}

#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Disk {
    label: String,
    #[attr(default = 1, validate = range(0..=9))]
    count: i64,
    #[attr(keep)]
    serial: Computed<String>,
}

#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Limits {
    min: Option<i64>,
    max: i64,
}

#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Rule {
    #[attr(validate = one_of(&["allow", "deny"]))]
    action: String,
    #[attr(replace)]
    kind: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Label {
    #[attr(replace)]
    key: String,
    #[attr(default = "none")]
    value: String,
}

impl Disk {
    fn attach(mut self) -> Self {
        if self.serial == Computed::Unknown {
            self.serial = Computed::Known(self.label.to_uppercase());
        }
        self
    }
}

impl Machine {
    fn run(mut self, cx: &Cloud, revision: i64) -> Self {
        cx.send_secret(self.password.clone());
        self.disk = self.disk.map(Disk::attach);
        self.hidden_disk = self.hidden_disk.map(Disk::attach);
        self.disks = self.disks.map(|disks| disks.into_iter().map(Disk::attach).collect());
        self.disk_set = self.disk_set.map(|disks| disks.iter().cloned().map(Disk::attach).collect());
        self.disk_map = self.disk_map.map(|disks| disks.into_iter().map(|(key, disk)| (key, disk.attach())).collect());
        if self.region == Computed::Unknown {
            self.region = Computed::Known("eu-1".to_owned());
        }
        self.id = Computed::Known(format!("id-{}", self.name));
        if self.image == Computed::Unknown {
            self.image = Computed::Known("image-1".to_owned());
        }
        self.revision = Computed::Known(revision);
        self.store(cx);
        self
    }

    fn store(&self, cx: &Cloud) {
        // The password does not come back from the cloud.
        let public = Self { password: None, ..self.clone() };
        cx.put(&self.name, json!(wire::encode(&public.to_value(), &Self::block().implied_type())));
    }
}

impl Resource for Machine {
    type Clients = Cloud;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let limits = Self::paths().limits.fields();
        if let (Known::Value(min), Known::Value(max)) = (config.get(&limits.min), config.get(&limits.max))
            && min > max
        {
            problems.error(limits.min, "Limits the wrong way round", format!("min is {min}, max is {max}."));
        }
        if config.get(&Self::paths().name) == Known::Value("panic in validate".to_owned()) {
            panic!("validate broke");
        }
    }

    async fn plan(cx: &Context<Cloud>, plan: &mut Plan<'_, Self>) -> Result<()> {
        let paths = Self::paths();
        match plan.get(&paths.hook).value().as_deref() {
            Some("set") => plan.set(&paths.id, "id-of-hook".to_owned()),
            Some("image") => plan.set(&paths.image, "image-2".to_owned()),
            Some("unknown") => plan.set_unknown(&paths.id),
            Some("replace") if plan.is_changed(&paths.tags) || plan.is_changed(&paths.ports) => {
                plan.replace(&paths.tags);
                plan.replace(&paths.name);
                plan.replace(&paths.tags);
            }
            Some("warn") => cx.warn(Diagnostic::warning("Mind the step").at(paths.hook)),
            Some("fail") => return Err(Error::new("Cannot plan this").at(paths.hook)),
            Some("panic") => panic!("plan broke"),
            Some("overrule") => plan.set(&paths.zone, "elsewhere".to_owned()),
            _ => {}
        }
        Ok(())
    }

    async fn plan_destroy(cx: &Context<Cloud>, prior: View<'_, Self>) -> Result<()> {
        match prior.get(&Self::paths().zone).value().as_deref() {
            Some("protected") => Err(Error::new("The machine is protected").at(Self::paths().zone)),
            Some("watched") => {
                cx.warn(Diagnostic::warning("Somebody watches"));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn create(cx: &Context<Cloud>, plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        match plan.fail.as_deref() {
            Some("before") => return Err(Error::new("Failed early").at(Self::paths().fail)),
            Some("panic") => panic!("create broke"),
            _ => {}
        }
        plan.store(cx);
        saved.checkpoint(&plan);
        match plan.fail.as_deref() {
            Some("after") => return Err(Error::new("Failed late").at(Self::paths().fail)),
            Some("late panic") => panic!("create broke late"),
            Some("unknown") => return Ok(plan),
            Some("wait") => cx.sleep(Duration::from_secs(60)).await?,
            _ => {}
        }
        let created = plan.run(cx, 1);
        Ok(if created.fail.as_deref() == Some("lie") { Self { size: 11, ..created } } else { created })
    }

    async fn read(cx: &Context<Cloud>, key: &Key<Self>, _prior: Option<&Self>) -> Result<Option<Self>> {
        let Some(stored) = cx.get(&key.name) else { return Ok(None) };
        if stored == Json::Null {
            return Err(Error::new("The cloud is down"));
        }
        let bytes: Vec<u8> = serde_json::from_value(stored)?;
        let value = wire::decode(&bytes, &Self::block().implied_type())?;
        Self::from_value(&value, &Path::root()).map(Some)
    }

    async fn update(cx: &Context<Cloud>, prior: Self, plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        match plan.fail.as_deref() {
            Some("before") => return Err(Error::new("Failed early")),
            Some("after") => {
                saved.checkpoint(&Self { size: plan.size, ..prior });
                return Err(Error::new("Failed late"));
            }
            Some("panic") => panic!("update broke"),
            _ => {}
        }
        let revision = prior.revision.into_known().unwrap_or_default() + 1;
        Ok(plan.run(cx, revision))
    }

    async fn delete(cx: &Context<Cloud>, prior: Self) -> Result<()> {
        if prior.zone.as_deref() == Some("stuck") {
            return Err(Error::new("Cannot be deleted").at(Self::paths().zone));
        }
        cx.delete(&prior.name);
        Ok(())
    }

    fn upgrade(version: i64, mut state: Json) -> Result<Json> {
        let Some(attributes) = state.as_object_mut() else { return Err(Error::new("not an object")) };
        if version == 0 {
            let zone = attributes.remove("place").unwrap_or_default();
            attributes.insert("zone".to_owned(), zone);
        }
        if attributes.get("name") == Some(&json!("panic")) {
            panic!("upgrade broke");
        }
        attributes.insert("label".to_owned(), json!([]));
        attributes.insert("rule".to_owned(), json!([]));
        Ok(state)
    }
}
