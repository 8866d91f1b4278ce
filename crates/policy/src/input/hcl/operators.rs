//! Operators.

use bigdecimal::{BigDecimal, RoundingMode, Zero};
use hcl_edit::expr::{BinaryOperator, UnaryOperator};

use super::eval::Answer;
use super::value::Val;

/// Decimal digits of a quotient: Terraform computes with 512 bits, which is about as many.
const DIGITS: u64 = 154;

pub(super) fn unary(operator: UnaryOperator, value: &Val) -> Answer {
    match (operator, value) {
        (_, Val::Unknown(cause)) => Ok(Val::Unknown(cause.clone())),
        (UnaryOperator::Neg, value) => Ok(Val::Number(-value.to_number()?)),
        (UnaryOperator::Not, value) => Ok(Val::Bool(!value.to_bool()?)),
    }
}

pub(super) fn binary(operator: BinaryOperator, left: &Val, right: impl FnOnce() -> Answer) -> Answer {
    use BinaryOperator as Op;
    if let Op::And | Op::Or = operator {
        let decides = operator == Op::Or;
        if !matches!(left, Val::Unknown(_)) && left.to_bool()? == decides {
            return Ok(Val::Bool(decides));
        }
        let right = right()?;
        if !matches!(right, Val::Unknown(_)) && right.to_bool()? == decides {
            return Ok(Val::Bool(decides));
        }
        return match (left, right) {
            (Val::Unknown(cause), _) => Ok(Val::Unknown(cause.clone())),
            (_, Val::Unknown(cause)) => Ok(Val::Unknown(cause)),
            _ => Ok(Val::Bool(!decides)),
        };
    }
    let right = right()?;
    if let Op::Eq | Op::NotEq = operator {
        // What is not known in full is still not null.
        let is_there = |value: &Val| !matches!(value, Val::Null | Val::Unknown(_));
        if (*left == Val::Null && is_there(&right)) || (is_there(left) && right == Val::Null) {
            return Ok(Val::Bool(operator == Op::NotEq));
        }
        if let Some(cause) = left.cause().or_else(|| right.cause()) {
            return Ok(Val::Unknown(cause));
        }
        return Ok(Val::Bool(equal(left, &right) == (operator == Op::Eq)));
    }
    if let Some(cause) = left.wholly_unknown().or_else(|| right.wholly_unknown()) {
        return Ok(Val::Unknown(cause));
    }
    let (a, b) = (left.to_number()?, right.to_number()?);
    Ok(match operator {
        Op::Plus => Val::Number(a + b),
        Op::Minus => Val::Number(a - b),
        Op::Mul => Val::Number(a * b),
        Op::Div if b.is_zero() => return Err("a division by zero".to_owned()),
        Op::Mod if b.is_zero() => return Err("a division by zero".to_owned()),
        Op::Div => Val::Number(divide(&a, &b)),
        Op::Mod => Val::Number(a % b),
        Op::Less => Val::Bool(a < b),
        Op::LessEq => Val::Bool(a <= b),
        Op::Greater => Val::Bool(a > b),
        Op::GreaterEq => Val::Bool(a >= b),
        Op::Eq | Op::NotEq | Op::And | Op::Or => return Err("an operator is out of place".to_owned()),
    })
}

/// A quotient as exact as Terraform's.
fn divide(a: &BigDecimal, b: &BigDecimal) -> BigDecimal {
    (a / b).with_precision_round(
        std::num::NonZeroU64::new(DIGITS).unwrap_or(std::num::NonZeroU64::MIN),
        RoundingMode::HalfEven,
    )
}

/// Equality of Terraform: of the same type, and a list is no set.
pub(super) fn equal(a: &Val, b: &Val) -> bool {
    match (a, b) {
        (Val::Number(a), Val::Number(b)) => a == b,
        (Val::List(a), Val::List(b)) | (Val::Set(a), Val::Set(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b))
        }
        (Val::Map(a), Val::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|((k, a), (l, b))| k == l && equal(a, b))
        }
        (a, b) => a == b,
    }
}
