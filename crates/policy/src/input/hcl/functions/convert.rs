//! Conversions.

use super::Depth::{Deep, Shallow};
use super::{Depth, Function, argument};
use crate::input::hcl::types::unified;
use crate::input::hcl::value::Val;

pub(super) const FUNCTIONS: &[(&str, Depth, Function)] = &[
    ("tostring", Deep, |a| match argument(a, 0)? {
        Val::Null => Ok(Val::Null),
        value => value.text().map(Val::String),
    }),
    ("tonumber", Deep, |a| match argument(a, 0)? {
        Val::Null => Ok(Val::Null),
        value => value.to_number().map(Val::Number),
    }),
    ("tobool", Deep, |a| match argument(a, 0)? {
        Val::Null => Ok(Val::Null),
        value => value.to_bool().map(Val::Bool),
    }),
    ("tolist", Shallow, |a| match argument(a, 0)? {
        value @ (Val::Null | Val::Unknown(_)) => Ok(value.clone()),
        value => Ok(Val::list(unified(value.items()?.to_vec()))),
    }),
    ("toset", Shallow, |a| match argument(a, 0)? {
        value @ (Val::Null | Val::Unknown(_)) => Ok(value.clone()),
        value => Ok(Val::set(unified(value.items()?.to_vec()))),
    }),
    ("tomap", Shallow, |a| match argument(a, 0)? {
        value @ (Val::Null | Val::Unknown(_) | Val::Open(..)) => Ok(value.clone()),
        value => {
            let fields = value.fields()?;
            let values = unified(fields.values().cloned().collect());
            Ok(Val::map(fields.keys().cloned().zip(values).collect()))
        }
    }),
];
