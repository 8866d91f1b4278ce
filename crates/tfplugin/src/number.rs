//! Numbers as Terraform has them: arbitrary precision, compared by value.

use std::fmt;
use std::str::FromStr;

use bigdecimal::{BigDecimal, ToPrimitive};

/// Longest number text accepted, and the largest exponent. Terraform itself keeps 512 bits (about 155 digits).
const MAX_DIGITS: usize = 4096;

/// A number. There is exactly one representation for each value, so that equality is plain equality.
#[derive(Clone, Debug)]
pub struct Number(Repr);

#[derive(Clone, Debug)]
enum Repr {
    Int(i64),
    /// Exactly this binary fraction, or an infinity; never integral within `i64`, never NaN.
    Float(f64),
    /// Everything else, without trailing zeros.
    Decimal(BigDecimal),
}

/// How go-cty writes a number in MessagePack.
#[derive(Debug)]
pub(crate) enum Encoding {
    Int(i64),
    Float(f64),
    Text(String),
}

/// The text is not a number, or one too long to be a real one.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a number of at most {MAX_DIGITS} digits")]
pub struct InvalidNumber;

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Int(a), Repr::Int(b)) => a == b,
            (Repr::Float(a), Repr::Float(b)) => a.to_bits() == b.to_bits(),
            (Repr::Decimal(a), Repr::Decimal(b)) => a == b,
            _ => false,
        }
    }
}

impl Number {
    /// The number with exactly the value of these bits; `None` for NaN. Values computed by people (0.1) come from
    /// [`From<f64>`] instead.
    pub fn from_exact_f64(value: f64) -> Option<Self> {
        if value.is_nan() {
            return None;
        }
        Some(Self(match integral(value) {
            Some(int) => Repr::Int(int),
            None => Repr::Float(value),
        }))
    }

    /// Where the number is integral and fits.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int(int) => Some(*int),
            _ => None,
        }
    }

    /// The nearest `f64`.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            #[expect(clippy::cast_precision_loss, reason = "the nearest f64 is what is asked for")]
            Repr::Int(int) => *int as f64,
            Repr::Float(float) => *float,
            // Parsing the text rounds correctly, which summing digits does not.
            Repr::Decimal(decimal) => decimal.to_scientific_notation().parse().unwrap_or(f64::NAN),
        }
    }

    pub(crate) fn encoding(&self) -> Encoding {
        match &self.0 {
            Repr::Int(int) => Encoding::Int(*int),
            // Integers are written as integers or as text, also where a float would hold them.
            Repr::Float(float) if float.fract() == 0.0 => match BigDecimal::try_from(*float) {
                Ok(decimal) => Encoding::Text(decimal.to_plain_string()),
                Err(_) => Encoding::Float(*float),
            },
            Repr::Float(float) => Encoding::Float(*float),
            Repr::Decimal(decimal) => Encoding::Text(decimal.to_plain_string()),
        }
    }

    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.0 {
            Repr::Int(int) => (*int).into(),
            Repr::Float(float) => (*float).into(),
            Repr::Decimal(decimal) => {
                decimal.to_u64().filter(|_| decimal.is_integer()).map_or_else(|| self.to_f64().into(), Into::into)
            }
        }
    }

    pub(crate) fn from_json(number: &serde_json::Number) -> Self {
        match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(int), _, _) => Self::from(int),
            (None, Some(int), _) => Self::from(int),
            (None, None, float) => Self::from(float.unwrap_or_default()),
        }
    }

    fn from_decimal(decimal: &BigDecimal) -> Self {
        if decimal.is_integer()
            && let Some(int) = decimal.to_i64()
        {
            return Self(Repr::Int(int));
        }
        let number = Self(Repr::Decimal(decimal.normalized()));
        let float = number.to_f64();
        if float.is_finite() && BigDecimal::try_from(float).is_ok_and(|exact| exact == *decimal) {
            return Self(Repr::Float(float));
        }
        number
    }
}

/// The `i64` of an integral float, where it is one.
fn integral(value: f64) -> Option<i64> {
    // 2^63: the first value that no longer fits.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if value.fract() == 0.0 && (-END..END).contains(&value) {
        #[expect(clippy::cast_possible_truncation, reason = "integral and in range, checked above")]
        return Some(value as i64);
    }
    None
}

impl From<i64> for Number {
    fn from(int: i64) -> Self {
        Self(Repr::Int(int))
    }
}

impl From<u64> for Number {
    fn from(int: u64) -> Self {
        i64::try_from(int).map_or_else(|_| Self::from_decimal(&BigDecimal::from(int)), Self::from)
    }
}

impl From<f64> for Number {
    /// The number a person means by this float: its shortest decimal text, as HCL would read it. NaN, which Terraform does not have,
    /// becomes 0.
    fn from(float: f64) -> Self {
        if let Some(int) = integral(float) {
            return Self(Repr::Int(int));
        }
        if float.is_infinite() {
            return Self(Repr::Float(float));
        }
        format!("{float:e}").parse().unwrap_or(Self(Repr::Int(0)))
    }
}

impl FromStr for Number {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, InvalidNumber> {
        if text.len() > MAX_DIGITS {
            return Err(InvalidNumber);
        }
        // A huge exponent is a small text and a huge number: look at it before anything is computed.
        if let Some((_, exponent)) = text.split_once(['e', 'E']) {
            let exponent: i64 = exponent.parse().map_err(|_| InvalidNumber)?;
            if exponent.unsigned_abs() > MAX_DIGITS as u64 {
                return Err(InvalidNumber);
            }
        }
        let decimal = BigDecimal::from_str(text).map_err(|_| InvalidNumber)?;
        Ok(Self::from_decimal(&decimal))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Int(int) => write!(f, "{int}"),
            Repr::Float(float) => write!(f, "{float}"),
            Repr::Decimal(decimal) => f.write_str(&decimal.to_plain_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn one_representation_for_each_value() {
        assert_eq!(number("1.0"), Number::from(1_i64));
        assert_eq!(number("1e3"), Number::from(1000_i64));
        assert_eq!(number("0.50"), Number::from(0.5));
        assert_eq!(number("0.5"), Number::from_exact_f64(0.5).unwrap());
        assert_eq!(number("0.10"), Number::from(0.1));
        assert_eq!(number("-0"), Number::from(0_i64));
        assert_eq!(Number::from_exact_f64(-0.0).unwrap(), Number::from(0_i64));
        // The double nearest to 0.1 is not 0.1: Terraform holds 512 bits and tells them apart.
        assert_ne!(number("0.1"), Number::from_exact_f64(0.1).unwrap());
    }

    #[test]
    fn encodings_are_those_of_go_cty() {
        assert!(matches!(number("9223372036854775807").encoding(), Encoding::Int(i64::MAX)));
        assert!(matches!(number("9223372036854775808").encoding(), Encoding::Text(t) if t == "9223372036854775808"));
        assert!(matches!(Number::from(1e22).encoding(), Encoding::Text(t) if t == "10000000000000000000000"));
        assert!(matches!(Number::from(f64::INFINITY).encoding(), Encoding::Float(f) if f == f64::INFINITY));
        assert!(matches!(number("18446744073709551615").encoding(), Encoding::Text(t) if t == "18446744073709551615"));
        assert!(matches!(number("0.5").encoding(), Encoding::Float(f) if f == 0.5));
        assert!(matches!(number("0.1").encoding(), Encoding::Text(t) if t == "0.1"));
        assert!(matches!(number("1e-3").encoding(), Encoding::Text(t) if t == "0.001"));
    }

    #[test]
    fn nearest_float_and_text() {
        assert_eq!(number("0.1").to_f64(), 0.1);
        assert_eq!(number("18446744073709551615").to_json(), serde_json::json!(18_446_744_073_709_551_615_u64));
        assert_eq!(number("123456789012345678901234567890").to_string(), "123456789012345678901234567890");
    }

    #[test]
    fn absurd_texts_are_refused_at_once() {
        for text in ["", "x", "1e999999999", "1e-999999999", "1e99999999999999999999", &"9".repeat(5000), "NaN"] {
            assert_eq!(text.parse::<Number>(), Err(InvalidNumber), "{text:.20}");
        }
    }
}
