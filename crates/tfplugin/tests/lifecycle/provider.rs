//! The test provider: its block, a data source and functions.

use serde_json::json;
use tfplugin::prelude::*;
use tfplugin::value::Value;

use crate::action::Drill;
use crate::cloud::Cloud;
use crate::list::Volumes;
use crate::machine::Machine;
use crate::review;
use crate::schema::Every;
use crate::volume::Volume;

pub(crate) struct Test(pub(crate) Cloud);

/// The provider block.
#[derive(Debug, Model)]
pub(crate) struct Settings {
    account: Option<String>,
    #[attr(default = "eu", validate = one_of(&["eu", "us"]))]
    area: String,
}

impl Provider for Test {
    type Config = Settings;
    type Clients = Cloud;
    const NAME: &'static str = "test";

    fn register(registry: &mut Registry<Cloud>) {
        registry
            .resource::<Machine>()
            .listed::<Volume, Volumes>()
            .action::<Drill>()
            .resource::<Every>()
            .data_source::<Lookup>()
            .function(Function::new(
                "divide",
                "Divides.",
                &[("dividend", "What is divided."), ("divisor", "By what; null is 1.")],
                |dividend: i64, divisor: Option<i64>| -> Result<f64, FunctionError> {
                    match divisor.unwrap_or(1) {
                        0 => Err(FunctionError::new("nothing can be divided by zero").argument(1)),
                        13 => panic!("unlucky"),
                        #[expect(clippy::cast_precision_loss, reason = "the numbers of the tests are small")]
                        divisor => Ok(dividend as f64 / divisor as f64),
                    }
                },
            ))
            .function(Function::new(
                "pair",
                "Pairs any value with itself.",
                &[("value", "Any value.")],
                |value: Dynamic| -> Result<Dynamic, FunctionError> {
                    Ok(Dynamic::from(Value::List(vec![value.value().clone(), value.value().clone()])))
                },
            ));
    }

    fn validate(config: View<'_, Settings>, problems: &mut Problems) {
        let paths = Settings::paths();
        if config.get(&paths.account) == Known::Value(String::new()) {
            problems.error(paths.account, "No account", "The account is empty.");
        }
    }

    fn review(clients: &Cloud, change: Change<'_>) -> Vec<Diagnostic> {
        review::judge(clients, change)
    }

    async fn configure(&self, cx: &Context<()>, config: View<'_, Settings>) -> Result<Cloud> {
        let paths = Settings::paths();
        match config.get(&paths.account) {
            Known::Unknown => return Err(Error::new("The account must be known while planning").at(paths.account)),
            Known::Null => cx.warn(Diagnostic::warning("No account: the default one is used")),
            Known::Value(account) if account == "panic" => panic!("no such account"),
            Known::Value(_) => {}
        }
        self.0.put("configured", json!({ "area": config.get(&paths.area).value() }));
        Ok(self.0.clone())
    }
}

/// Looks an object up.
#[derive(Debug, Model)]
#[model(name = "lookup")]
pub(crate) struct Lookup {
    /// Its name.
    #[attr(validate = length(1..=10))]
    name: String,
    /// How often to look.
    #[attr(default = 3)]
    tries: i64,
    /// Any value.
    subject: Option<Dynamic>,
    /// What was found.
    found: Computed<String>,
}

impl DataSource for Lookup {
    type Clients = Cloud;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        if config.get(&paths.tries) == Known::Value(99) {
            problems.warn(paths.tries, "Many tries", "This may take long.");
        }
    }

    async fn read(cx: &Context<Cloud>, config: Self) -> Result<Self> {
        if config.name == "panic" {
            panic!("cannot look");
        }
        let found = cx.get(&config.name).ok_or_else(|| {
            Error::new("Nothing found").detail(format!("Looked {} times.", config.tries)).at(Self::paths().name)
        })?;
        cx.warn(Diagnostic::warning("Looked"));
        Ok(Self { found: Computed::Known(found.to_string()), ..config })
    }
}
