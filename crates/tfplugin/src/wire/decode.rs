//! MessagePack to [`Value`], guided by the type.

use std::collections::BTreeMap;

use rmp::Marker;
use rmp::decode::RmpRead;

use super::{MAX_DEPTH, REFINED_UNKNOWN, UNKNOWN, WireError};
use crate::number::Number;
use crate::types::Type;
use crate::value::{Typed, Unknown, Value};

/// Decodes one value of type `ty`; all bytes must belong to it.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, WireError> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(ty, 0)?;
    match reader.rest.len() {
        0 => Ok(value),
        more => Err(WireError::Trailing(more)),
    }
}

/// Decodes one value whose type is not known, for those who read what others wrote: extensions are unknown values, and the pair
/// of a dynamic place is recognised by its type, the one thing go-cty writes as binary. A number that no integer or float holds
/// exactly is text on the wire, and stays text.
pub fn decode_untyped(bytes: &[u8]) -> Result<Value, WireError> {
    let mut reader = Reader { rest: bytes };
    let value = reader.untyped(0)?;
    match reader.rest.len() {
        0 => Ok(value),
        more => Err(WireError::Trailing(more)),
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type, depth: usize) -> Result<Value, WireError> {
        if depth > MAX_DEPTH {
            return Err(WireError::TooDeep);
        }
        let marker = self.marker()?;
        if marker == Marker::Null {
            return Ok(Value::Null);
        }
        if let Some(length) = self.extension_length(marker)? {
            return self.unknown(length);
        }
        match ty {
            Type::Bool => match marker {
                Marker::True => Ok(Value::Bool(true)),
                Marker::False => Ok(Value::Bool(false)),
                other => Err(mismatch("a bool", other)),
            },
            Type::Number => self.number(marker).map(Value::Number),
            Type::String => Ok(Value::String(self.string(marker, "a string")?.to_owned())),
            Type::Dynamic => self.dynamic(marker, depth),
            Type::List(element) | Type::Set(element) => {
                let length = self.array_length(marker, "a list or set")?;
                let items = (0..length).map(|_| self.value(element, depth + 1)).collect::<Result<_, _>>()?;
                Ok(Value::List(items))
            }
            Type::Tuple(elements) => {
                let length = self.array_length(marker, "a tuple")?;
                if length != elements.len() {
                    return Err(WireError::TupleLength { expected: elements.len(), found: length });
                }
                let items = elements.iter().map(|element| self.value(element, depth + 1)).collect::<Result<_, _>>()?;
                Ok(Value::List(items))
            }
            Type::Map(element) => {
                let mut entries = BTreeMap::new();
                for _ in 0..self.map_length(marker, "a map")? {
                    let key = self.key()?.to_owned();
                    entries.insert(key, self.value(element, depth + 1)?);
                }
                Ok(Value::Map(entries))
            }
            Type::Object(object) => {
                let mut entries = BTreeMap::new();
                for _ in 0..self.map_length(marker, "an object")? {
                    let name = self.key()?;
                    let Some(ty) = object.attributes.get(name) else {
                        return Err(WireError::UnexpectedAttribute(name.to_owned()));
                    };
                    entries.insert(name.to_owned(), self.value(ty, depth + 1)?);
                }
                // What is left out is null, as `encode` writes it: the value does not depend on who encoded it.
                for name in object.attributes.keys() {
                    if !entries.contains_key(name) {
                        entries.insert(name.clone(), Value::Null);
                    }
                }
                Ok(Value::Map(entries))
            }
        }
    }

    fn untyped(&mut self, depth: usize) -> Result<Value, WireError> {
        if depth > MAX_DEPTH {
            return Err(WireError::TooDeep);
        }
        let marker = self.marker()?;
        if let Some(length) = self.extension_length(marker)? {
            return self.unknown(length);
        }
        match marker {
            Marker::Null => Ok(Value::Null),
            Marker::True => Ok(Value::Bool(true)),
            Marker::False => Ok(Value::Bool(false)),
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                Ok(Value::String(self.string(marker, "a string")?.to_owned()))
            }
            Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => {
                let mut entries = BTreeMap::new();
                for _ in 0..self.map_length(marker, "a map or object")? {
                    let key = self.key()?.to_owned();
                    entries.insert(key, self.untyped(depth + 1)?);
                }
                Ok(Value::Map(entries))
            }
            Marker::FixArray(2) if self.holds_binary() => self.dynamic(marker, depth),
            Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => {
                let length = self.array_length(marker, "a list, set or tuple")?;
                Ok(Value::List((0..length).map(|_| self.untyped(depth + 1)).collect::<Result<_, _>>()?))
            }
            other => self.number(other).map(Value::Number),
        }
    }

    /// Whether binary data comes next.
    fn holds_binary(&self) -> bool {
        let next = self.rest.first().map(|byte| Marker::from_u8(*byte));
        matches!(next, Some(Marker::Bin8 | Marker::Bin16 | Marker::Bin32))
    }

    /// A dynamic value is a pair: its type as JSON, and the value.
    fn dynamic(&mut self, marker: Marker, depth: usize) -> Result<Value, WireError> {
        if self.array_length(marker, "a dynamic value")? != 2 {
            return Err(mismatch("a dynamic value, which is a pair of type and value", marker));
        }
        let marker = self.marker()?;
        let ty = Type::from_bytes(self.bytes_or_string(marker)?)?;
        Ok(match self.value(&ty, depth + 1)? {
            // A dynamic place inside a dynamic value has been given its type already.
            value @ Value::Dynamic(_) => value,
            value => Value::Dynamic(Box::new(Typed { ty, value })),
        })
    }

    fn unknown(&mut self, length: usize) -> Result<Value, WireError> {
        let kind = self.take(1)?.first().copied().map(u8::cast_signed);
        let payload = self.take(length)?;
        match kind {
            Some(UNKNOWN) => Ok(Value::unknown()),
            Some(REFINED_UNKNOWN) => Ok(Value::Unknown(Unknown { refinements: payload.to_vec() })),
            kind => Err(WireError::Mismatch {
                expected: "a value",
                found: format!("extension type {}", kind.unwrap_or_default()),
            }),
        }
    }

    fn number(&mut self, marker: Marker) -> Result<Number, WireError> {
        Ok(match marker {
            Marker::FixPos(int) => Number::from(i64::from(int)),
            Marker::FixNeg(int) => Number::from(i64::from(int)),
            Marker::U8 => Number::from(i64::from(self.read(<&[u8]>::read_data_u8)?)),
            Marker::U16 => Number::from(i64::from(self.read(<&[u8]>::read_data_u16)?)),
            Marker::U32 => Number::from(i64::from(self.read(<&[u8]>::read_data_u32)?)),
            Marker::U64 => Number::from(self.read(<&[u8]>::read_data_u64)?),
            Marker::I8 => Number::from(i64::from(self.read(<&[u8]>::read_data_i8)?)),
            Marker::I16 => Number::from(i64::from(self.read(<&[u8]>::read_data_i16)?)),
            Marker::I32 => Number::from(i64::from(self.read(<&[u8]>::read_data_i32)?)),
            Marker::I64 => Number::from(self.read(<&[u8]>::read_data_i64)?),
            Marker::F32 => exact(f64::from(self.read(<&[u8]>::read_data_f32)?))?,
            Marker::F64 => exact(self.read(<&[u8]>::read_data_f64)?)?,
            other => {
                let text = self.string(other, "a number")?;
                text.parse().map_err(|_| WireError::InvalidNumber(text.chars().take(40).collect()))?
            }
        })
    }

    fn string(&mut self, marker: Marker, expected: &'static str) -> Result<&'a str, WireError> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 => self.length_u8()?,
            Marker::Str16 => self.length_u16()?,
            Marker::Str32 => self.length_u32()?,
            other => return Err(mismatch(expected, other)),
        };
        std::str::from_utf8(self.take(length)?).map_err(|_| WireError::NotUtf8)
    }

    fn bytes_or_string(&mut self, marker: Marker) -> Result<&'a [u8], WireError> {
        let length = match marker {
            Marker::Bin8 => self.length_u8()?,
            Marker::Bin16 => self.length_u16()?,
            Marker::Bin32 => self.length_u32()?,
            other => return self.string(other, "the type of a dynamic value").map(str::as_bytes),
        };
        self.take(length)
    }

    fn key(&mut self) -> Result<&'a str, WireError> {
        let marker = self.marker()?;
        self.string(marker, "a string key")
    }

    /// Each element takes a byte at least: a longer array than bytes are left is a lie.
    fn array_length(&mut self, marker: Marker, expected: &'static str) -> Result<usize, WireError> {
        let length = match marker {
            Marker::FixArray(length) => usize::from(length),
            Marker::Array16 => self.length_u16()?,
            Marker::Array32 => self.length_u32()?,
            other => return Err(mismatch(expected, other)),
        };
        if length > self.rest.len() { Err(WireError::Truncated) } else { Ok(length) }
    }

    fn map_length(&mut self, marker: Marker, expected: &'static str) -> Result<usize, WireError> {
        let length = match marker {
            Marker::FixMap(length) => usize::from(length),
            Marker::Map16 => self.length_u16()?,
            Marker::Map32 => self.length_u32()?,
            other => return Err(mismatch(expected, other)),
        };
        if length.saturating_mul(2) > self.rest.len() { Err(WireError::Truncated) } else { Ok(length) }
    }

    fn extension_length(&mut self, marker: Marker) -> Result<Option<usize>, WireError> {
        Ok(Some(match marker {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 => self.length_u8()?,
            Marker::Ext16 => self.length_u16()?,
            Marker::Ext32 => self.length_u32()?,
            _ => return Ok(None),
        }))
    }

    fn marker(&mut self) -> Result<Marker, WireError> {
        rmp::decode::read_marker(&mut self.rest).map_err(|_| WireError::Truncated)
    }

    fn length_u8(&mut self) -> Result<usize, WireError> {
        self.read(<&[u8]>::read_data_u8).map(usize::from)
    }

    fn length_u16(&mut self) -> Result<usize, WireError> {
        self.read(<&[u8]>::read_data_u16).map(usize::from)
    }

    fn length_u32(&mut self) -> Result<usize, WireError> {
        usize::try_from(self.read(<&[u8]>::read_data_u32)?).map_err(|_| WireError::Truncated)
    }

    fn read<T, E>(&mut self, read: impl FnOnce(&mut &'a [u8]) -> Result<T, E>) -> Result<T, WireError> {
        read(&mut self.rest).map_err(|_| WireError::Truncated)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(WireError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn exact(float: f64) -> Result<Number, WireError> {
    Number::from_exact_f64(float).ok_or_else(|| WireError::InvalidNumber("NaN".to_owned()))
}

fn mismatch(expected: &'static str, found: Marker) -> WireError {
    WireError::Mismatch { expected, found: format!("{found:?}") }
}
