//! The configuration of a stack, in the directory that an argument names.

use parapet_policy::InputError;
use parapet_policy::input::hcl::{self, Configured, Variables};
use tfplugin::path::Path;
use tfplugin::prelude::*;

/// The arguments `configuration_dir` and `variables`, which all data sources and resources name alike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConfigurationDir<'a> {
    pub(crate) directory: &'a str,
    pub(crate) variables: Option<&'a Dynamic>,
}

impl ConfigurationDir<'_> {
    /// Where the directory is named.
    pub(crate) fn at() -> Path {
        Path::root().attribute("configuration_dir")
    }

    fn variables_at() -> Path {
        Path::root().attribute("variables")
    }

    /// Evaluates the configuration as far as it is known without a plan. What was left out is a warning.
    ///
    /// # Errors
    /// No configuration, or a part of it that cannot be read: half a stack would pass for the whole.
    pub(crate) fn read<C>(&self, cx: &Context<C>) -> Result<Configured> {
        let at = Self::at();
        let root = std::path::Path::new(self.directory);
        if !hcl::is_module(root) {
            let detail =
                format!("{} holds no .tf file. `path.root` is the directory of the stack itself.", self.directory);
            return Err(Error::new("No Terraform configuration").detail(detail).at(at));
        }
        let mut configured = hcl::read(root, &self.variables()?).map_err(|error| unreadable(&error, &at))?;
        if !configured.problems.is_empty() {
            return Err(Error::all(configured.problems.iter().map(|problem| {
                Diagnostic::error("Configuration that cannot be read").detail(problem.to_string()).at(&at)
            })));
        }
        for note in std::mem::take(&mut configured.notes) {
            cx.warn(Diagnostic::warning("A part of the configuration was not read").detail(note).at(&at));
        }
        Ok(configured)
    }

    /// What sets the variables of the root module.
    ///
    /// # Errors
    /// `variables` is no object.
    pub(crate) fn variables(&self) -> Result<Variables> {
        let values = match self.variables {
            None => Vec::new(),
            Some(given) => match serde_json::Value::try_from(given.value())? {
                serde_json::Value::Object(values) => values.into_iter().collect(),
                _ => {
                    return Err(Error::new("No values of variables")
                        .detail("Write an object: `variables = { environment = var.environment }`.")
                        .at(Self::variables_at()));
                }
            },
        };
        Ok(Variables { values, ..Variables::of_environment() })
    }
}

/// The error of an input that cannot be read, at the argument that names it.
pub(crate) fn unreadable(error: &InputError, at: &Path) -> Error {
    Error::new("Nothing that can be judged").detail(error.to_string()).at(at)
}
