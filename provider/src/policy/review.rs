//! Judging the provider's own planned resources while Terraform plans, guard or no guard.

use std::sync::OnceLock;

use parapet_policy::planned::{Field, PathStep, PlannedChange, PlannedValue, Shape, Told};
use parapet_policy::settings::WaiverSetting;
use parapet_policy::{
    Engine, EngineOptions, Finding, PolicyError, Settings, Severity, Value as PolicyValue, Verdict, waiver,
};
use parapet_pricing::Book;
use tfplugin::path::{Path, Step};
use tfplugin::prelude::*;
use tfplugin::review::{Change, ChangeKind};
use tfplugin::schema::{self, Block, Nesting};
use tfplugin::value::Value;

use super::judge::Selection;
use super::result::Enforcement;
use super::values::to_policy;

/// How planned `parapet_*` resources are judged. What is left out here is taken from the nearest `parapet.hcl` in the working directory or one
/// above it.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub struct ReviewSettings {
    /// Packs to judge with; all of them when left out, none with `[]`.
    pub(crate) packs: Option<Vec<String>>,
    /// Rules to judge with: ids, or patterns such as `resilience-*`. All rules of the packs when left out.
    pub(crate) rules: Option<Vec<String>>,
    /// Directories with Rego policies, or OPA bundles (`.tar.gz`).
    pub(crate) policy_dirs: Option<Vec<String>>,
    /// Lowest severity that stops a plan: `info`, `low`, `medium`, `high` or `critical`. `medium` when left out.
    #[attr(validate = one_of(super::SEVERITIES))]
    pub(crate) fail_on: Option<String>,
    /// `mandatory` or `advisory`: whether a violation stops the plan or is shown as a warning. `mandatory` when left out.
    #[attr(validate = one_of(Enforcement::NAMES))]
    pub(crate) enforcement: Option<String>,
}

/// Policies that judge, for evidence of what they have let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judges {
    /// Digest of the policies, lower-case hex.
    pub(crate) sha256: String,
    /// Number of rules.
    pub(crate) rules: usize,
    /// Lowest severity that stops a plan.
    pub(crate) fail_on: Severity,
    /// What a violation does.
    pub(crate) enforcement: Enforcement,
}

/// Judges planned resources. The policies are loaded when the first one is planned.
#[derive(Debug)]
pub(crate) struct Review {
    selection: Selection,
    /// As the provider block says.
    fail_on: Option<Severity>,
    enforcement: Enforcement,
    engine: OnceLock<Result<Engine, String>>,
}

impl Review {
    /// With the prices of the provider block, where it names some.
    pub(crate) fn new(settings: ReviewSettings, price_book: Option<Book>) -> Self {
        Self {
            fail_on: settings.fail_on.as_deref().and_then(|name| name.parse().ok()),
            enforcement: Enforcement::named(settings.enforcement.as_deref().unwrap_or_default()),
            selection: Selection::configured(settings.packs, settings.rules, None, settings.policy_dirs)
                .priced(price_book),
            engine: OnceLock::new(),
        }
    }

    fn engine(&self) -> Result<&Engine> {
        let engine = self.engine.get_or_init(|| {
            let settings = Settings::find(std::path::Path::new("."));
            let policies = settings.map_err(PolicyError::from).and_then(|settings| self.selection.load_with(settings));
            let policies = policies.map_err(|error| error.to_string())?;
            Engine::new(&policies, EngineOptions::default()).map_err(|error| error.to_string())
        });
        engine.as_ref().map_err(|message| Error::new("Unusable policies").detail(message))
    }

    /// The provider block goes before the settings file.
    fn fail_on(&self, engine: &Engine) -> Severity {
        let of_file = || engine.policies().settings().and_then(|settings| settings.fail_on);
        self.fail_on.or_else(of_file).unwrap_or(Severity::Medium)
    }

    /// By what changes are judged.
    ///
    /// # Errors
    /// The policies cannot be used.
    pub(crate) fn judges(&self) -> Result<Judges> {
        let engine = self.engine()?;
        let policies = engine.policies();
        Ok(Judges {
            sha256: policies.digest().to_owned(),
            rules: policies.rules().len(),
            fail_on: self.fail_on(engine),
            enforcement: self.enforcement,
        })
    }

    /// What is wrong with a planned change. Open questions are left to apply, when Terraform asks again.
    pub(crate) fn judge(&self, change: Change<'_>) -> Vec<Diagnostic> {
        let engine = match self.engine() {
            Ok(engine) => engine,
            Err(error) => return error.into_diagnostics(),
        };
        let shape = of_block(&change.schema.block);
        let [prior, planned, config] = [change.prior, change.planned, change.config].map(of_value);
        let planned = PlannedChange {
            kind: change.type_name,
            provider: "registry.terraform.io/parapet-io/parapet",
            actions: actions(change.kind),
            prior: &prior,
            planned: &planned,
            config: &config,
            shape: &shape,
        };
        let findings = engine.evaluate_resource(&planned.resource());
        let shown = findings.iter().filter(|finding| finding.verdict != Verdict::Undetermined);
        let waivers = engine.policies().settings().map(|settings| settings.waivers.as_slice()).unwrap_or_default();
        let today = waiver::today();
        shown
            .map(|finding| {
                let waiver = waivers.iter().find(|waiver| waiver.may_cover(&finding.rule, change.type_name, today));
                self.diagnostic(finding, &shape, self.fail_on(engine), waiver)
            })
            .collect()
    }

    fn diagnostic(
        &self,
        finding: &Finding,
        shape: &Shape,
        fail_on: Severity,
        waiver: Option<&WaiverSetting>,
    ) -> Diagnostic {
        let mut told = Told::of(finding, shape, fail_on, self.enforcement == Enforcement::Mandatory);
        if let Some(waiver) = waiver.filter(|_| finding.verdict != Verdict::Error) {
            // Terraform tells a provider no address: whether this is the one that is waived is for `parapet guard` and
            // `parapet check` to decide, which know it. A waiver that did not hold here would be none.
            told.stops = false;
            told.detail.push_str(&format!("\nWaived for {}: {} ({})", waiver.address, waiver.reason, waiver.place));
        }
        // What could not be evaluated has judged nothing: that is no advice.
        let stops = told.stops || finding.verdict == Verdict::Error;
        let kind: fn(String) -> Diagnostic = if stops { Diagnostic::error } else { Diagnostic::warning };
        let path: Path = told.path.into_iter().map(step).collect();
        kind(told.summary).detail(told.detail).at(path)
    }
}

fn actions(kind: ChangeKind) -> &'static [&'static str] {
    match kind {
        ChangeKind::NoOp => &["no-op"],
        ChangeKind::Create => &["create"],
        ChangeKind::Update => &["update"],
        ChangeKind::Replace => &["delete", "create"],
        ChangeKind::Destroy => &["delete"],
    }
}

fn step(step: PathStep) -> Step {
    match step {
        PathStep::Attribute(name) => Step::Attribute(name),
        PathStep::Key(key) => Step::Key(key),
        PathStep::Index(index) => Step::Index(index),
    }
}

fn of_value(value: &Value) -> PlannedValue {
    match value {
        Value::Unknown(_) => PlannedValue::Unknown,
        Value::List(items) => PlannedValue::list(items.iter().map(of_value).collect()),
        Value::Map(entries) => {
            PlannedValue::object(entries.iter().map(|(name, value)| (name.clone(), of_value(value))))
        }
        Value::Dynamic(typed) => of_value(&typed.value),
        known => PlannedValue::Known(to_policy(known).unwrap_or(PolicyValue::Null)),
    }
}

fn of_block(block: &Block) -> Shape {
    let attributes = block.attributes.iter().map(|attribute| {
        let shape = match &attribute.shape {
            schema::Shape::Type(ty) => Shape::of_type(&ty.to_json()),
            schema::Shape::Nested { nesting, object } => grouped(*nesting, of_block(object)),
        };
        let sensitive = attribute.sensitive || attribute.write_only;
        (attribute.name.clone(), Field { shape, sensitive, block: false })
    });
    let blocks = block.blocks.iter().map(|nested| {
        let shape = grouped(nested.nesting, of_block(&nested.block));
        (nested.name.clone(), Field { shape, sensitive: false, block: true })
    });
    Shape::Object(attributes.chain(blocks).collect())
}

fn grouped(nesting: Nesting, inner: Shape) -> Shape {
    match nesting {
        Nesting::Single => inner,
        Nesting::List => Shape::List(Box::new(inner)),
        Nesting::Set => Shape::Set(Box::new(inner)),
        Nesting::Map => Shape::Map(Box::new(inner)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_gives_values_their_shape() {
        let mut secret = schema::Attribute::of::<String>("token");
        secret.sensitive = true;
        let inner = Block::new("").attribute(secret);
        let rule = schema::NestedBlock {
            name: "rule".to_owned(),
            nesting: Nesting::List,
            block: inner,
            min_items: 0,
            max_items: 0,
        };
        let block = Block::new("").attribute(schema::Attribute::of::<i64>("size")).block(rule);
        let field = |shape, sensitive, block| Field { shape, sensitive, block };
        let token = Shape::Object([("token".to_owned(), field(Shape::Plain, true, false))].into());
        let expected = [
            ("rule".to_owned(), field(Shape::List(Box::new(token)), false, true)),
            ("size".to_owned(), field(Shape::Number, false, false)),
        ];
        assert_eq!(of_block(&block), Shape::Object(expected.into()));
    }

    #[test]
    fn what_is_unknown_stays_unknown() {
        let value = Value::Map([("a".to_owned(), Value::List(vec![Value::unknown(), Value::from(2)]))].into());
        let (known, unknown) = of_value(&value).known_part();
        assert_eq!(known, PolicyValue::from_json_str(r#"{"a": [null, 2]}"#).unwrap());
        assert_eq!(unknown.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a[0]"]);
    }
}
