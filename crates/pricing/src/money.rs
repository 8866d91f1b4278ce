//! Money is decimal: a binary float cannot hold 0.1, and a bill adds many of them.

use std::fmt;
use std::str::FromStr;

pub use rust_decimal::Decimal;
use rust_decimal::RoundingStrategy;

/// Hours in a month as AWS's own calculators count them.
pub const HOURS_PER_MONTH: u32 = 730;

/// The largest amount a price may have: far above any, and small enough that sums over it stay exact.
const LARGEST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// Amounts that cannot be read or do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Text that is no decimal number.
    #[error("`{0}` is not an amount; write a decimal number such as 0.0416")]
    NotANumber(String),
    /// An amount that no price has: zero, less, or more than a billion.
    #[error("{0} is not a price; leave a price that is not known out, and write what is free as no entry")]
    NotAPrice(Decimal),
    /// Text that is no currency.
    #[error("`{0}` is not a currency; write its three letters, such as USD")]
    NotACurrency(String),
    /// Two currencies in one sum.
    #[error("{0} and {1} cannot be added; use prices of one currency")]
    Mixed(Currency, Currency),
    /// Beyond 28 digits.
    #[error("an amount has become too large to be exact")]
    Overflow,
}

/// A currency by its ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// United States dollars, in which AWS lists its prices outside China.
    pub const USD: Self = Self(*b"USD");
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match text.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|letter| letter.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(MoneyError::NotACurrency(text.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

/// An amount in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// The amount.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
}

impl Money {
    /// An amount in US dollars.
    #[must_use]
    pub fn usd(amount: Decimal) -> Self {
        Self { amount, currency: Currency::USD }
    }

    /// The sum.
    ///
    /// # Errors
    /// Two currencies, or a sum beyond 28 digits.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let amount = self.amount.checked_add(other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, currency: self.currency })
    }

    /// So many times the amount.
    ///
    /// # Errors
    /// A product beyond 28 digits.
    pub fn times(self, count: Decimal) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(count).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, currency: self.currency })
    }

    /// What a price per hour comes to in a month of [`HOURS_PER_MONTH`] hours.
    ///
    /// # Errors
    /// As [`Money::times`].
    pub fn per_month(self) -> Result<Self, MoneyError> {
        self.times(Decimal::from(HOURS_PER_MONTH))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Reads a decimal number exactly: `0.0416`, `1.2E-7`.
///
/// # Errors
/// Text that is no number, or has more than 28 digits.
pub fn decimal(text: &str) -> Result<Decimal, MoneyError> {
    let not = |_| MoneyError::NotANumber(text.to_owned());
    if text.contains(['e', 'E']) {
        Decimal::from_scientific(text).map_err(not)
    } else {
        Decimal::from_str_exact(text).map_err(not)
    }
}

/// The digits of an amount without trailing zeros: `0.1`, `730`.
#[must_use]
pub fn digits(amount: Decimal) -> String {
    amount.normalize().to_string()
}

/// An amount for people: to the cent, with thousands grouped, `$1,234.50` and `-$0.05`.
#[must_use]
pub fn dollars(amount: Decimal) -> String {
    let rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let text = format!("{:.2}", rounded.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "-" } else { "" };
    format!("{sign}${}.{cents}", grouped(whole))
}

/// Digits in groups of three: `1,234,567`.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A quantity for people: `1,460`, `0.5`, at most four decimals.
#[must_use]
pub fn quantity(amount: Decimal) -> String {
    let text = amount.round_dp(4).normalize().to_string();
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{}.{fraction}", grouped(whole)),
        None => grouped(&text),
    }
}

/// Reads a price: a decimal number above zero.
///
/// # Errors
/// As [`decimal`], and [`MoneyError::NotAPrice`] for zero and less: an AWS price list writes 0 where it has no price.
pub fn price(text: &str) -> Result<Decimal, MoneyError> {
    let amount = decimal(text)?;
    if amount > Decimal::ZERO && amount <= LARGEST { Ok(amount) } else { Err(MoneyError::NotAPrice(amount)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact() {
        let tenth = Money::usd(decimal("0.1").unwrap());
        let sum = (0..9).try_fold(tenth, |sum, _| sum.plus(tenth)).unwrap();
        assert_eq!(sum, Money::usd(Decimal::ONE));
        assert_eq!(Money::usd(decimal("0.0416").unwrap()).per_month().unwrap().to_string(), "30.3680 USD");
    }

    #[test]
    fn currencies_are_not_mixed() {
        let yuan = Money { amount: Decimal::ONE, currency: "CNY".parse().unwrap() };
        assert_eq!(yuan.plus(Money::usd(Decimal::ONE)), Err(MoneyError::Mixed("CNY".parse().unwrap(), Currency::USD)));
        assert!("usd".parse::<Currency>().is_err() && "EURO".parse::<Currency>().is_err());
    }

    #[test]
    fn amounts_are_shown_to_the_cent() {
        for (amount, shown) in [
            ("0", "$0.00"),
            ("1234.5", "$1,234.50"),
            ("-0.045", "-$0.05"),
            ("-0.001", "$0.00"),
            ("999999.999", "$1,000,000.00"),
        ] {
            assert_eq!(dollars(decimal(amount).unwrap()), shown);
        }
        assert_eq!(
            (quantity(decimal("1460.0").unwrap()), quantity(decimal("0.12345").unwrap())),
            ("1,460".to_owned(), "0.1234".to_owned())
        );
    }

    #[test]
    fn a_price_is_above_zero() {
        assert_eq!(price("1.2E-7").unwrap().to_string(), "0.00000012");
        assert_eq!(price("0.0000000000"), Err(MoneyError::NotAPrice(decimal("0.0000000000").unwrap())));
        for bad in ["", "-1", "0", "free", "1,5", "NaN", "1000000001", "1e28"] {
            assert!(price(bad).is_err(), "{bad}");
        }
    }
}
