//! The `cost` block.

use std::path::{Path, PathBuf};

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block};
use parapet_pricing::Decimal;
use parapet_pricing::money;

use super::{Reader, span};
use crate::cost::Budget;
use crate::settings::{CostSettings, SettingsError, Written};

const OF_COST: [&str; 4] = ["monthly_budget_usd", "max_increase_percent", "usage_file", "price_book"];

/// Far above any bill.
const LARGEST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

pub(super) fn read(reader: &Reader<'_>, path: &Path, block: &Block) -> Result<CostSettings, SettingsError> {
    if let Some(label) = block.labels.first() {
        let message = "`cost` has no label: write cost { monthly_budget_usd = 5000 }".to_owned();
        return Err(reader.source.fault(&span(label), message));
    }
    let arguments = reader.arguments(block, &OF_COST)?;
    let of = |name: &str| arguments.iter().find(|attribute| attribute.key.as_str() == name).copied();
    let file = |name: &str| {
        let directory = path.parent().map(Path::to_owned).unwrap_or_default();
        let written = |attribute: &Attribute| -> Result<Written<PathBuf>, SettingsError> {
            let text = reader.text(attribute)?;
            Ok(Written { value: directory.join(text), span: span(&attribute.value) })
        };
        of(name).map(written).transpose()
    };
    let monthly_usd = of("monthly_budget_usd").map(|attribute| {
        let amount = number(reader, attribute, "5000")?;
        if amount.is_zero() {
            let message =
                "a budget of 0 allows nothing: write what the infrastructure may cost in a month, in US dollars";
            return Err(reader.source.fault(&span(&attribute.value), message));
        }
        Ok(amount)
    });
    let max_increase_percent = of("max_increase_percent").map(|attribute| number(reader, attribute, "20"));
    Ok(CostSettings {
        budget: Budget {
            monthly_usd: monthly_usd.transpose()?,
            max_increase_percent: max_increase_percent.transpose()?,
        },
        usage_file: file("usage_file")?,
        price_book: file("price_book")?,
    })
}

/// A number by its digits, never through a binary float.
fn number(reader: &Reader<'_>, attribute: &Attribute, example: &str) -> Result<Decimal, SettingsError> {
    let name = attribute.key.as_str();
    let at = span(&attribute.value);
    let fault = |message: String| reader.source.fault(&at, message);
    if !matches!(&attribute.value, Expression::Number(_) | Expression::UnaryOp(_)) {
        let text = "without quotation marks, currency or percent sign";
        return Err(fault(format!("`{name}` takes a number {text}: {name} = {example}")));
    }
    let written = reader.source.text.get(at.clone()).unwrap_or_default().trim();
    let amount = money::decimal(written).map_err(|error| fault(format!("`{name}`: {error}")))?;
    if amount.is_sign_negative() {
        return Err(fault(format!("`{name}` is below zero: write {name} = {example}")));
    }
    if amount > LARGEST {
        return Err(fault(format!("`{name}` is more than anybody pays; write {name} = {example}")));
    }
    Ok(amount)
}
