//! Functions of numbers.

use bigdecimal::{BigDecimal, RoundingMode, Signed, ToPrimitive, Zero};

use super::Depth::Deep;
use super::{Answer, Depth, Function, argument, text, whole};
use crate::input::hcl::value::{Val, parse_number};

pub(super) const FUNCTIONS: &[(&str, Depth, Function)] = &[
    ("abs", Deep, |a| Ok(Val::Number(number(a, 0)?.abs()))),
    ("ceil", Deep, |a| Ok(Val::Number(number(a, 0)?.with_scale_round(0, RoundingMode::Ceiling)))),
    ("floor", Deep, |a| Ok(Val::Number(number(a, 0)?.with_scale_round(0, RoundingMode::Floor)))),
    ("max", Deep, |a| best(a, |a, b| a > b)),
    ("min", Deep, |a| best(a, |a, b| a < b)),
    ("sum", Deep, |a| {
        let items = argument(a, 0)?.items()?;
        if items.is_empty() {
            return Err("the list is empty".to_owned());
        }
        items.iter().map(Val::to_number).sum::<Result<BigDecimal, _>>().map(Val::Number)
    }),
    ("signum", Deep, |a| {
        let number = number(a, 0)?;
        Ok(Val::number(if number.is_zero() {
            0
        } else if number.is_positive() {
            1
        } else {
            -1
        }))
    }),
    ("pow", Deep, pow),
    ("log", Deep, |a| {
        let of = |n: BigDecimal| n.to_f64().ok_or_else(|| "the number is too large".to_owned());
        let answer = of(number(a, 0)?)?.ln() / of(number(a, 1)?)?.ln();
        from_float(answer)
    }),
    ("parseint", Deep, |a| {
        let base = u32::try_from(whole(a, 1)?).ok().filter(|base| (2..=36).contains(base));
        let base = base.ok_or("only bases from 2 to 36 are evaluated")?;
        let parsed = i128::from_str_radix(&text(a, 0)?, base).map_err(|error| error.to_string())?;
        Ok(Val::Number(BigDecimal::from(parsed)))
    }),
];

fn number(a: &[Val], position: usize) -> Result<BigDecimal, String> {
    argument(a, position)?.to_number()
}

fn best(a: &[Val], better: impl Fn(&BigDecimal, &BigDecimal) -> bool) -> Answer {
    let numbers = a.iter().map(Val::to_number).collect::<Result<Vec<_>, _>>()?;
    let best = numbers.into_iter().reduce(|best, next| if better(&next, &best) { next } else { best });
    best.map(Val::Number).ok_or_else(|| "a number is needed".to_owned())
}

/// As far as a float goes, as in Terraform.
fn pow(a: &[Val]) -> Answer {
    let of = |n: BigDecimal| n.to_f64().ok_or_else(|| "the number is too large".to_owned());
    from_float(of(number(a, 0)?)?.powf(of(number(a, 1)?)?))
}

fn from_float(value: f64) -> Answer {
    parse_number(&format!("{value:e}")).map(Val::Number).ok_or_else(|| format!("{value} is no number"))
}
