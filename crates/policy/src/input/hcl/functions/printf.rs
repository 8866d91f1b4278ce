//! `format` and `formatlist`.

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive};

use super::Depth::Deep;
use super::{Answer, Depth, Function, text};
use crate::input::hcl::value::Val;

pub(super) const FUNCTIONS: &[(&str, Depth, Function)] = &[
    ("format", Deep, |a| Ok(Val::from(format(&text(a, 0)?, a.get(1..).unwrap_or_default())?))),
    ("formatlist", Deep, formatlist),
];

/// Lists go side by side; anything else is the same every time.
fn formatlist(a: &[Val]) -> Answer {
    let pattern = text(a, 0)?;
    let rest = a.get(1..).unwrap_or_default();
    let lengths: Vec<usize> = rest.iter().filter_map(|value| value.items().ok()).map(<[Val]>::len).collect();
    let length = lengths.first().copied().unwrap_or(1);
    if lengths.iter().any(|other| *other != length) {
        return Err("the lists are of different length".to_owned());
    }
    let row = |at: usize| {
        let arguments: Vec<Val> = rest
            .iter()
            .map(|value| value.items().ok().and_then(|items| items.get(at).cloned()).unwrap_or_else(|| value.clone()))
            .collect();
        format(&pattern, &arguments).map(Val::from)
    };
    Ok(Val::list((0..length).map(row).collect::<Result<_, _>>()?))
}

#[derive(Default)]
struct Spec {
    zero: bool,
    minus: bool,
    plus: bool,
    space: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
}

fn format(pattern: &str, arguments: &[Val]) -> Result<String, String> {
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    let mut next = 0;
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut spec = Spec::default();
        while let Some(flag) = chars.next_if(|c| matches!(c, '0' | '-' | '+' | ' ' | '#')) {
            match flag {
                '0' => spec.zero = true,
                '-' => spec.minus = true,
                '+' => spec.plus = true,
                ' ' => spec.space = true,
                _ => spec.sharp = true,
            }
        }
        let digits = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| {
            let mut text = String::new();
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                text.push(digit);
            }
            text
        };
        spec.width = digits(&mut chars).parse().unwrap_or(0).min(10_000);
        if chars.next_if_eq(&'.').is_some() {
            spec.precision = Some(digits(&mut chars).parse().unwrap_or(0).min(1_000));
        }
        if chars.next_if_eq(&'[').is_some() {
            let position: usize = digits(&mut chars).parse().map_err(|_| "a position is not a number".to_owned())?;
            chars.next_if_eq(&']').ok_or("a position is not closed")?;
            next = position.checked_sub(1).ok_or("positions count from 1")?;
        }
        let verb = chars.next().ok_or("the text ends within a verb")?;
        if verb == '%' {
            out.push('%');
            continue;
        }
        let value = arguments.get(next).ok_or_else(|| format!("there is no argument {} for %{verb}", next + 1))?;
        next += 1;
        let (text, numeric) = verb_text(verb, value, &spec)?;
        pad(&mut out, &text, &spec, numeric);
    }
    Ok(out)
}

fn verb_text(verb: char, value: &Val, spec: &Spec) -> Result<(String, bool), String> {
    let sign = |text: String| match () {
        () if text.starts_with('-') => text,
        () if spec.plus => format!("+{text}"),
        () if spec.space => format!(" {text}"),
        () => text,
    };
    let whole = || {
        let number = value.to_number()?;
        number.to_i128().filter(|_| number.is_integer()).ok_or_else(|| format!("%{verb} needs a whole number"))
    };
    let based = |digits: String, negative: bool, prefix: &str| {
        let prefix = if spec.sharp { prefix } else { "" };
        sign(format!("{}{prefix}{digits}", if negative { "-" } else { "" }))
    };
    Ok(match verb {
        's' => {
            let text = if *value == Val::Null { return Err("null is no text".to_owned()) } else { value.text()? };
            (spec.precision.map_or_else(|| text.to_string(), |most| text.chars().take(most).collect()), false)
        }
        'q' => (serde_json::to_string(&*value.text()?).map_err(|error| error.to_string())?, false),
        'v' => match value {
            Val::String(text) if !spec.sharp => (text.to_string(), false),
            Val::Number(_) if !spec.sharp => (sign(value.text()?.to_string()), true),
            other => (other.to_json().to_string(), false),
        },
        't' => (value.to_bool()?.to_string(), false),
        'd' => (sign(whole()?.to_string()), true),
        'b' => (whole().map(|n| based(format!("{:b}", n.unsigned_abs()), n < 0, ""))?, true),
        'o' => (whole().map(|n| based(format!("{:o}", n.unsigned_abs()), n < 0, "0"))?, true),
        'x' => match value {
            Val::String(text) if value.to_number().is_err() => (hex(text.as_bytes()), false),
            _ => (whole().map(|n| based(format!("{:x}", n.unsigned_abs()), n < 0, "0x"))?, true),
        },
        'X' => (whole().map(|n| based(format!("{:X}", n.unsigned_abs()), n < 0, "0X"))?, true),
        'f' => {
            let scale = i64::try_from(spec.precision.unwrap_or(6)).unwrap_or(6);
            let rounded: BigDecimal = value.to_number()?.with_scale_round(scale, RoundingMode::HalfEven);
            (sign(rounded.to_plain_string()), true)
        }
        'g' => (sign(value.text()?.to_string()), true),
        other => return Err(format!("%{other} is no verb that is evaluated")),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pad(out: &mut String, text: &str, spec: &Spec, numeric: bool) {
    let missing = spec.width.saturating_sub(text.chars().count());
    if spec.minus {
        out.push_str(text);
        out.extend(std::iter::repeat_n(' ', missing));
    } else if spec.zero && numeric {
        let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+', ' '])));
        out.push_str(sign);
        out.extend(std::iter::repeat_n('0', missing));
        out.push_str(digits);
    } else {
        out.extend(std::iter::repeat_n(if spec.zero { '0' } else { ' ' }, missing));
        out.push_str(text);
    }
}
