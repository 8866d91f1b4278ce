//! [`Value`] to MessagePack.

use rmp::encode as msgpack;

use super::{REFINED_UNKNOWN, UNKNOWN};
use crate::number::{Encoding, Number};
use crate::types::Type;
use crate::value::Value;

/// Encodes a value of type `ty`, byte for byte as go-cty does. Attributes that an object value lacks are written as null.
pub fn encode(value: &Value, ty: &Type) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing into a vector cannot fail.
    let _infallible = write(&mut out, value, ty);
    out
}

type Written = std::io::Result<()>;

fn write(out: &mut Vec<u8>, value: &Value, ty: &Type) -> Written {
    match (value, ty) {
        (Value::Null, _) => msgpack::write_nil(out)?,
        (Value::Unknown(unknown), _) if unknown.refinements.is_empty() => {
            msgpack::write_ext_meta(out, 1, UNKNOWN)?;
            out.push(0);
        }
        (Value::Unknown(unknown), _) => {
            msgpack::write_ext_meta(out, length(unknown.refinements.len()), REFINED_UNKNOWN)?;
            out.extend_from_slice(&unknown.refinements);
        }
        (Value::Dynamic(typed), Type::Dynamic) => write_dynamic(out, &typed.value, &typed.ty)?,
        (Value::Dynamic(typed), _) => write(out, &typed.value, ty)?,
        (value, Type::Dynamic) => write_dynamic(out, value, &value.implied_type())?,
        (Value::Bool(flag), _) => msgpack::write_bool(out, *flag)?,
        (Value::Number(number), _) => write_number(out, number)?,
        (Value::String(text), _) => msgpack::write_str(out, text)?,
        (Value::List(items), ty) => {
            msgpack::write_array_len(out, length(items.len()))?;
            for (index, item) in items.iter().enumerate() {
                let element = match ty {
                    Type::List(element) | Type::Set(element) => element,
                    Type::Tuple(elements) => elements.get(index).unwrap_or(&Type::Dynamic),
                    _ => &Type::Dynamic,
                };
                write(out, item, element)?;
            }
        }
        (value @ Value::Map(_), Type::Object(object)) => {
            msgpack::write_map_len(out, length(object.attributes.len()))?;
            for (name, ty) in &object.attributes {
                msgpack::write_str(out, name)?;
                write(out, value.attribute(name), ty)?;
            }
        }
        (Value::Map(entries), ty) => {
            let element = if let Type::Map(element) = ty { element } else { &Type::Dynamic };
            msgpack::write_map_len(out, length(entries.len()))?;
            for (key, value) in entries {
                msgpack::write_str(out, key)?;
                write(out, value, element)?;
            }
        }
    }
    Ok(())
}

fn write_dynamic(out: &mut Vec<u8>, value: &Value, ty: &Type) -> Written {
    msgpack::write_array_len(out, 2)?;
    msgpack::write_bin(out, &ty.to_bytes())?;
    write(out, value, ty)
}

fn write_number(out: &mut Vec<u8>, number: &Number) -> Written {
    match number.encoding() {
        Encoding::Int(int) => msgpack::write_sint(out, int).map(|_| ())?,
        Encoding::Float(float) => msgpack::write_f64(out, float)?,
        Encoding::Text(text) => msgpack::write_str(out, &text)?,
    }
    Ok(())
}

/// MessagePack lengths are 32 bits; a message that long cannot be sent anyway.
fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
