//! Money as Terraform has it: numbers of any precision, never a binary float on the way.

use parapet_pricing::Decimal;
use parapet_pricing::money::{self, MoneyError};
use tfplugin::number::{InvalidNumber, Number};
use tfplugin::validate::Validator;
use tfplugin::value::Value;

/// An amount for Terraform, digit by digit.
pub(crate) fn number(amount: Decimal) -> Result<Number, InvalidNumber> {
    money::digits(amount).parse()
}

/// An amount of Terraform, digit by digit.
///
/// # Errors
/// More than 28 digits.
pub(crate) fn decimal(number: &Number) -> Result<Decimal, MoneyError> {
    money::decimal(&number.to_string())
}

/// A rule for an amount: above zero, at most a billion, and not finer than a cent, which is as fine as AWS Budgets has it.
pub(crate) fn above_zero() -> Validator {
    Validator::new("an amount in USD above 0 and at most 1000000000, with at most two decimals", |value| {
        let Value::Number(amount) = value else { return true };
        decimal(amount).is_ok_and(|amount| {
            amount > Decimal::ZERO && amount <= Decimal::from(1_000_000_000) && amount.normalize().scale() <= 2
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_is_lost_either_way() {
        for text in ["0.1", "1234.56", "0", "-0.05", "79228162514264337593.543950335"] {
            let amount = money::decimal(text).unwrap();
            assert_eq!(decimal(&number(amount).unwrap()).unwrap(), amount, "{text}");
        }
    }

    #[test]
    fn a_budget_is_above_zero_and_whole_cents() {
        let accepts = |text: &str| above_zero().accepts(&Value::Number(text.parse().unwrap()));
        assert!(accepts("0.01") && accepts("12000") && accepts("99.90") && accepts("1000000000"));
        for bad in ["0", "-5", "0.001", "1000000000.01", "333.3333333333333333333333333333333333333"] {
            assert!(!accepts(bad), "{bad}");
        }
    }
}
