//! What an estimate rests on, and what it is measured against.

use std::path::Path;

use parapet_pricing::estimate::Usage;
use parapet_pricing::{Book, Decimal};

use crate::settings::{Settings, SettingsError, Written};

/// What a plan may cost. Rules see it as `input.cost.budget`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Budget {
    /// US dollars a month.
    pub monthly_usd: Option<Decimal>,
    /// By how many percent of what was there before a plan may raise the bill.
    pub max_increase_percent: Option<Decimal>,
}

impl Budget {
    /// Whether nothing is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.monthly_usd.is_none() && self.max_increase_percent.is_none()
    }
}

/// What the cost of a plan is computed with. By default: the prices of the reference book, no usage, no budget.
#[derive(Debug, Clone)]
pub struct Basis {
    /// Prices.
    pub book: Book,
    /// What configuration cannot tell.
    pub usage: Usage,
    /// Region of resources that do not say theirs.
    pub region: Option<String>,
    /// What a plan may cost.
    pub budget: Budget,
}

impl Default for Basis {
    fn default() -> Self {
        Self { book: Book::reference().clone(), usage: Usage::default(), region: None, budget: Budget::default() }
    }
}

impl Basis {
    /// What the `cost` block of a settings file says; the default where it says nothing. The price book and the usage file that it
    /// names are read; what the price book does not know, the reference book does.
    ///
    /// # Errors
    /// [`SettingsError`] at the name of a file that cannot be read, or is not what it should be.
    pub fn of(settings: &Settings) -> Result<Self, SettingsError> {
        let Some(cost) = &settings.cost else { return Ok(Self::default()) };
        let mut basis = Self { budget: cost.budget, ..Self::default() };
        if let Some(file) = &cost.price_book {
            let bytes = read(settings, file, "price book")?;
            let own = Book::parse(&file.value.display().to_string(), &bytes);
            basis.book = own.map_err(|error| settings.fault(file, error.to_string()))?.over(Book::reference());
        }
        if let Some(file) = &cost.usage_file {
            let text = String::from_utf8(read(settings, file, "usage file")?);
            let text = text.map_err(|_| settings.fault(file, "the usage file is not text in UTF-8"))?;
            let usage = Usage::parse(&file.value.display().to_string(), &text);
            basis.usage = usage.map_err(|error| settings.fault(file, error.to_string()))?;
        }
        Ok(basis)
    }
}

fn read(settings: &Settings, file: &Written<std::path::PathBuf>, what: &str) -> Result<Vec<u8>, SettingsError> {
    let path: &Path = &file.value;
    std::fs::read(path).map_err(|error| {
        let message =
            format!("the {what} {} cannot be read: {error}\nit is looked for beside this file", path.display());
        settings.fault(file, message)
    })
}
