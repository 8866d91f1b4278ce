//! The wire format: round trips, values recorded from real Terraform, and hostile bytes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value as Json;
use tfplugin::number::Number;
use tfplugin::types::{ObjectType, Type};
use tfplugin::value::{Typed, Value};
use tfplugin::wire::{self, WireError};

/// A value that Terraform sent, see `recorded/README.md`.
#[derive(Debug, serde::Deserialize)]
struct Recorded {
    hcl: String,
    r#type: Json,
    value: Json,
    msgpack: String,
}

fn recorded() -> Vec<(Recorded, Type, Vec<u8>)> {
    let values: Vec<Recorded> = serde_json::from_str(include_str!("recorded/values.json")).unwrap();
    values
        .into_iter()
        .map(|value| {
            let ty = Type::from_bytes(value.r#type.to_string().as_bytes()).unwrap();
            let bytes = unhex(&value.msgpack);
            (value, ty, bytes)
        })
        .collect()
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// What the notation of `recorded/README.md` stands for, compared with a decoded value.
fn is(value: &Value, expected: &Json) -> bool {
    match (value, expected) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(flag), Json::Bool(expected)) => flag == expected,
        (Value::String(text), Json::String(expected)) => text == expected,
        (Value::List(items), Json::Array(expected)) => {
            items.len() == expected.len() && items.iter().zip(expected).all(|(item, expected)| is(item, expected))
        }
        (Value::Number(number), Json::Object(it)) => *number == it["number"].as_str().unwrap().parse().unwrap(),
        (Value::Unknown(unknown), Json::Object(it)) => it
            .get("unknown")
            .is_some_and(|refined| unknown.is_not_null() == (refined.get("null") == Some(&Json::Bool(false)))),
        (Value::Map(entries), Json::Object(it)) => it.get("map").and_then(Json::as_object).is_some_and(|expected| {
            entries.len() == expected.len() && entries.iter().all(|(key, value)| is(value, &expected[key]))
        }),
        (Value::Dynamic(typed), Json::Object(it)) => {
            it.get("type") == Some(&typed.ty.to_json()) && is(&typed.value, &it["value"])
        }
        _ => false,
    }
}

#[test]
fn recorded_values_decode_to_what_the_configuration_says() {
    let recorded = recorded();
    assert!(recorded.len() > 70);
    for (value, ty, bytes) in recorded {
        let decoded = wire::decode(&bytes, &ty).unwrap();
        assert!(is(&decoded, &value.value), "{}: expected {}, decoded {decoded:?}", value.hcl, value.value);
    }
}

#[test]
fn recorded_values_encode_to_the_same_bytes() {
    for (value, ty, bytes) in recorded() {
        let again = wire::encode(&wire::decode(&bytes, &ty).unwrap(), &ty);
        assert_eq!(again, bytes, "{} of type {}", value.hcl, value.r#type);
    }
}

#[test]
fn a_truncated_value_is_an_error() {
    for (value, ty, bytes) in recorded() {
        for end in 0..bytes.len() {
            let result = wire::decode(&bytes[..end], &ty);
            assert!(result.is_err(), "{} cut after {end} bytes: {result:?}", value.hcl);
        }
    }
}

/// Equal, where a number may have stayed the text it is on the wire.
fn same_untyped(untyped: &Value, typed: &Value) -> bool {
    match (untyped, typed) {
        (Value::String(text), Value::Number(number)) => text.parse().is_ok_and(|parsed: Number| parsed == *number),
        (Value::List(found), Value::List(expected)) => {
            found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| same_untyped(a, b))
        }
        (Value::Map(found), Value::Map(expected)) => {
            found.len() == expected.len() && found.iter().all(|(key, it)| same_untyped(it, &expected[key]))
        }
        (found, expected) => found == expected,
    }
}

#[test]
fn recorded_values_decode_without_their_type() {
    for (recorded, ty, bytes) in recorded() {
        let untyped = wire::decode_untyped(&bytes).unwrap();
        assert!(same_untyped(&untyped, &wire::decode(&bytes, &ty).unwrap()), "{}: {untyped:?}", recorded.hcl);
    }
    let deep = [vec![0x91; 10_000], vec![0xc0]].concat();
    assert_eq!(wire::decode_untyped(&deep), Err(WireError::TooDeep));
    assert_eq!(wire::decode_untyped(&[0xdd, 0xff, 0xff, 0xff, 0xff]), Err(WireError::Truncated));
    assert_eq!(wire::decode_untyped(&[0xc0, 0xc0]), Err(WireError::Trailing(1)));
}

#[test]
fn bytes_after_the_value_are_an_error() {
    for (value, ty, mut bytes) in recorded() {
        bytes.push(0xc0);
        assert_eq!(wire::decode(&bytes, &ty), Err(WireError::Trailing(1)), "{}", value.hcl);
    }
}

#[test]
fn another_type_than_expected_is_an_error_that_names_both() {
    for (ty, bytes, message) in [
        (Type::Bool, &b"\xa1x"[..], "expected a bool, found FixStr(1)"),
        (Type::Number, b"\xc3", "expected a number, found True"),
        (Type::Number, b"\xa3one", "\"one\" is not a number"),
        (Type::Number, b"\xa3NaN", "\"NaN\" is not a number"),
        (Type::Number, b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", "\"NaN\" is not a number"),
        (Type::Number, b"\xca\x7f\xc0\x00\x00", "\"NaN\" is not a number"),
        (Type::String, b"\x01", "expected a string, found FixPos(1)"),
        (Type::String, b"\xa2\xff\xfe", "a string is not UTF-8"),
        (Type::String, b"\xc4\x01x", "expected a string, found Bin8"),
        (Type::String, b"\xc1", "expected a string, found Reserved"),
        (Type::String, b"\xd4\x05\x00", "expected a value, found extension type 5"),
        (Type::list(Type::Bool), b"\x80", "expected a list or set, found FixMap(0)"),
        (Type::map(Type::Bool), b"\x90", "expected a map, found FixArray(0)"),
        (Type::map(Type::Bool), b"\x81\x01\xc3", "expected a string key, found FixPos(1)"),
        (Type::Tuple(vec![Type::Bool]), b"\x92\xc3\xc3", "expected a tuple of 1 elements, found 2"),
        (Type::object([("a", Type::Bool)]), b"\x81\xa1b\xc3", "the type has no attribute \"b\""),
        (Type::Dynamic, b"\x01", "expected a dynamic value, found FixPos(1)"),
        (Type::Dynamic, b"\x93\xc4\x06\"bool\"\xc3\xc3", "pair of type and value"),
        (Type::Dynamic, b"\x92\xc4\x04nope\xc3", "not a type"),
    ] {
        let error = wire::decode(bytes, &ty).unwrap_err().to_string();
        assert!(error.contains(message), "{bytes:02x?}: {error}");
    }
}

#[test]
fn attributes_left_out_are_null() {
    let ty = Type::object([("a", Type::Bool), ("b", Type::String)]);
    let decoded = wire::decode(b"\x81\xa1a\xc3", &ty).unwrap();
    assert_eq!(decoded.attribute("b"), &Value::Null);
    assert_eq!(wire::encode(&decoded, &ty), b"\x82\xa1a\xc3\xa1b\xc0");
}

#[test]
fn deep_nesting_is_an_error() {
    let levels = 10_000;
    // Deep in the type of a dynamic value, deep in dynamic values one inside the other, deep in the bytes alone.
    let mut deep_type = vec![0x92, 0xc6];
    let notation = format!("{}\"bool\"{}", r#"["list","#.repeat(levels), "]".repeat(levels));
    deep_type.extend(u32::try_from(notation.len()).unwrap().to_be_bytes());
    deep_type.extend(notation.as_bytes());
    deep_type.extend(vec![0x91; levels]);
    deep_type.push(0xc3);
    assert!(matches!(wire::decode(&deep_type, &Type::Dynamic), Err(WireError::InvalidType(_))));

    let pair = [&[0x92, 0xc4, 9][..], b"\"dynamic\""].concat();
    let nested = [pair.repeat(levels), vec![0xc0]].concat();
    assert_eq!(wire::decode(&nested, &Type::Dynamic), Err(WireError::TooDeep));

    let ty = (0..wire::MAX_DEPTH + 10).fold(Type::Bool, |ty, _| Type::list(ty));
    let arrays = [vec![0x91; levels], vec![0xc3]].concat();
    assert_eq!(wire::decode(&arrays, &ty), Err(WireError::TooDeep));
    assert!(wire::decode(&arrays, &Type::list(Type::Bool)).is_err());
}

/// Most memory the process has ever asked for, where the system tells.
fn memory_asked_for() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kib| kib * 1024)
}

#[test]
fn lengths_of_gigabytes_are_an_error_and_reserve_nothing() {
    let types = [
        Type::String,
        Type::Number,
        Type::Bool,
        Type::Dynamic,
        Type::list(Type::String),
        Type::set(Type::Dynamic),
        Type::map(Type::Number),
        Type::object([("a", Type::String)]),
        Type::Tuple(vec![Type::String]),
    ];
    let before = memory_asked_for();
    for marker in [0xc6_u8, 0xc9, 0xdb, 0xdd, 0xdf] {
        for length in [0xffff_ffff_u32, 0x7fff_ffff, 0x1000_0000] {
            for ty in &types {
                let bytes = [&[marker][..], &length.to_be_bytes(), &[0xc0; 64]].concat();
                assert!(wire::decode(&bytes, ty).is_err(), "{bytes:02x?} as {ty:?}");
                let inside = [&[0x91][..], &bytes].concat();
                assert!(wire::decode(&inside, &Type::list(ty.clone())).is_err());
            }
        }
    }
    if let (Some(before), Some(after)) = (before, memory_asked_for()) {
        assert!(after - before < 1 << 30, "{} MiB more", (after - before) >> 20);
    }
}

#[test]
fn json_of_state_files_decodes() {
    let ty = Type::object([
        ("big", Type::Number),
        ("list", Type::list(Type::Number)),
        ("map", Type::map(Type::Bool)),
        ("any", Type::Dynamic),
        ("none", Type::Dynamic),
        ("pair", Type::Tuple(vec![Type::String, Type::Bool])),
        ("missing", Type::String),
    ]);
    let text = r#"{"big": 123456789012345678901234567890.5, "list": [0.1, 1e3, "2"], "map": {"a": true, "b": null},
        "any": {"type": ["list", "string"], "value": ["x"]}, "none": null, "pair": ["é", false], "gone": {"x": []}}"#;
    let value = wire::decode_json(text.as_bytes(), &ty).unwrap();
    let number = |text: &str| Value::Number(text.parse().unwrap());
    assert_eq!(value.attribute("big"), &number("123456789012345678901234567890.5"));
    assert_eq!(value.attribute("list"), &Value::List(vec![number("0.1"), Value::from(1000), Value::from(2)]));
    assert_eq!(value.attribute("map").attribute("a"), &Value::from(true));
    let any = Typed { ty: Type::list(Type::String), value: Value::List(vec!["x".into()]) };
    assert_eq!(value.attribute("any"), &Value::Dynamic(Box::new(any)));
    assert_eq!(value.attribute("none"), &Value::Null);
    assert_eq!(value.attribute("pair"), &Value::List(vec!["é".into(), false.into()]));
    assert_eq!(value.attribute("missing"), &Value::Null);
    assert_eq!(value.attribute("gone"), &Value::Null, "an attribute the type does not have is passed over");
}

#[test]
fn hostile_json_is_an_error() {
    let object = Type::object([("a", Type::list(Type::Number))]);
    for text in
        ["", "{", "[]", "{\"a\": [1]} x", "{\"a\": {}}", "{\"a\": [\"x\"]}", "{\"a\": [1e999999999]}", "\u{feff}{}"]
    {
        assert!(wire::decode_json(text.as_bytes(), &object).is_err(), "{text}");
    }
    assert!(wire::decode_json(b"{\"a\": \xff}", &object).is_err());
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let ty = (0..wire::MAX_DEPTH + 10).fold(Type::Bool, |ty, _| Type::list(ty));
    assert_eq!(wire::decode_json(deep.as_bytes(), &ty), Err(WireError::TooDeep));
    let pairs = r#"{"type":"dynamic","value":"#.repeat(10_000);
    assert!(wire::decode_json(format!("{pairs}null{}", "}".repeat(10_000)).as_bytes(), &Type::Dynamic).is_err());
    assert!(wire::decode_json(br#"{"type":"string"}"#, &Type::Dynamic).is_err());
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        (-300_i64..300).prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("NaN is no number", Number::from_exact_f64),
        any::<f64>().prop_map(Number::from),
        "-?[1-9][0-9]{0,60}(\\.[0-9]{0,60}[1-9])?(e-?[0-9]{1,3})?".prop_map(|text| text.parse().unwrap()),
    ]
}

fn types() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Dynamic)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            prop::collection::btree_map("[a-z<&\u{2028}]{1,6}", (inner, any::<bool>()), 0..4).prop_map(|attributes| {
                let optional: BTreeSet<String> =
                    attributes.iter().filter(|(_, (_, optional))| *optional).map(|(name, _)| name.clone()).collect();
                let attributes = attributes.into_iter().map(|(name, (ty, _))| (name, ty)).collect();
                Type::Object(ObjectType { attributes, optional })
            }),
        ]
    })
}

/// Inside a dynamic value, what is dynamic is null or unknown: everything else has a type of its own there.
fn value_of(ty: &Type, inside_dynamic: bool) -> BoxedStrategy<Value> {
    let value_of = |ty: &Type| value_of(ty, inside_dynamic);
    let refined: Vec<Value> = ["c7030c8101c2", "c7120c8201c202ad61726e3a6177733a69616d3a3a", "c7070c8301c205010602"]
        .iter()
        .map(|hex| wire::decode(&unhex(hex), &Type::String).unwrap())
        .collect();
    let known: BoxedStrategy<Value> = match ty {
        Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Type::Number => number().prop_map(Value::Number).boxed(),
        Type::String => prop_oneof![".{0,40}", ".{200,300}"].prop_map(Value::from).boxed(),
        Type::List(element) | Type::Set(element) => {
            prop::collection::vec(value_of(element), 0..20).prop_map(Value::List).boxed()
        }
        Type::Map(element) => {
            prop::collection::btree_map(".{0,8}", value_of(element), 0..20).prop_map(Value::Map).boxed()
        }
        Type::Tuple(elements) => elements.iter().map(value_of).collect::<Vec<_>>().prop_map(Value::List).boxed(),
        Type::Object(object) => {
            let attributes: Vec<_> =
                object.attributes.iter().map(|(name, ty)| (Just(name.clone()), value_of(ty))).collect();
            attributes.prop_map(|attributes| Value::Map(attributes.into_iter().collect::<BTreeMap<_, _>>())).boxed()
        }
        Type::Dynamic if inside_dynamic => Just(Value::Null).boxed(),
        Type::Dynamic => types()
            .prop_filter("a dynamic value has a type of its own", |ty| *ty != Type::Dynamic)
            .prop_flat_map(|ty| (Just(ty.clone()), self::value_of(&ty, true)))
            .prop_map(|(ty, value)| Value::Dynamic(Box::new(Typed { ty, value })))
            .boxed(),
    };
    prop_oneof![
        8 => known,
        1 => Just(Value::Null),
        1 => Just(Value::unknown()),
        1 => prop::sample::select(refined),
    ]
    .boxed()
}

fn typed() -> impl Strategy<Value = (Type, Value)> {
    types().prop_flat_map(|ty| (Just(ty.clone()), value_of(&ty, false)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_encoded_decodes_to_the_same((ty, value) in typed()) {
        let bytes = wire::encode(&value, &ty);
        let decoded = wire::decode(&bytes, &ty);
        prop_assert_eq!(decoded.as_ref(), Ok(&value));
        prop_assert_eq!(wire::encode(&decoded.unwrap(), &ty), bytes);
    }

    #[test]
    fn cut_short_it_is_an_error((ty, value) in typed(), cut in any::<prop::sample::Index>()) {
        let bytes = wire::encode(&value, &ty);
        prop_assert!(wire::decode(&bytes[..cut.index(bytes.len())], &ty).is_err());
    }

    #[test]
    fn damaged_it_is_an_error_or_another_value(
        (ty, value) in typed(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = wire::encode(&value, &ty);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(value) = wire::decode(&bytes, &ty) {
            prop_assert_eq!(wire::decode(&wire::encode(&value, &ty), &ty), Ok(value));
        }
    }

    #[test]
    fn random_bytes_never_panic(ty in types(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = wire::decode(&bytes, &ty);
        let _ = wire::decode_json(&bytes, &ty);
        let _ = Type::from_bytes(&bytes);
    }

    #[test]
    fn types_round_trip(ty in types()) {
        prop_assert_eq!(Type::from_bytes(&ty.to_bytes()), Ok(ty));
    }

    #[test]
    fn numbers_are_their_values(number in number()) {
        let text = number.to_string();
        let (float, again) = (number.to_f64(), text.parse::<Number>());
        prop_assert!(!float.is_nan());
        if float.is_finite() && !text.contains("inf") {
            prop_assert_eq!(again.map(|again| again.to_f64().to_bits()), Ok(float.to_bits()));
        }
    }
}
