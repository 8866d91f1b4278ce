//! Types and values as documentation names them.

use tfplugin::types::Type;
use tfplugin::value::Value;

/// `List of String`, as the Terraform Registry writes types.
pub(super) fn title(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", title(element)),
        Type::Set(element) => format!("Set of {}", title(element)),
        Type::Map(element) => format!("Map of {}", title(element)),
        Type::Tuple(elements) => format!("Tuple of {}", elements.iter().map(title).collect::<Vec<_>>().join(", ")),
        Type::Object(_) => "Object".to_owned(),
    }
}

/// `list(string)`, as configurations write types. Objects are laid out over lines.
pub(super) fn constraint(ty: &Type) -> String {
    written(ty, 0)
}

fn written(ty: &Type, depth: usize) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String => "string".to_owned(),
        Type::Dynamic => "any".to_owned(),
        Type::List(element) => format!("list({})", written(element, depth)),
        Type::Set(element) => format!("set({})", written(element, depth)),
        Type::Map(element) => format!("map({})", written(element, depth)),
        Type::Tuple(elements) => {
            format!(
                "tuple([{}])",
                elements.iter().map(|element| written(element, depth)).collect::<Vec<_>>().join(", ")
            )
        }
        Type::Object(object) => {
            let width = object.attributes.keys().map(String::len).max().unwrap_or(0);
            let indent = "  ".repeat(depth + 1);
            let lines = object.attributes.iter().map(|(name, ty)| {
                let ty = written(ty, depth + 1);
                let ty = if object.optional.contains(name) { format!("optional({ty})") } else { ty };
                format!("{indent}{name:width$} = {ty}\n")
            });
            format!("object({{\n{}{}}})", lines.collect::<String>(), "  ".repeat(depth))
        }
    }
}

/// A value as a configuration writes it.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(name, value)| format!("{name} = {}", literal(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Dynamic(typed) => literal(&typed.value),
        Value::Null | Value::Unknown(_) => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_as_people_write_them() {
        let object = Type::object([("name", Type::String), ("ids", Type::list(Type::Number))]);
        assert_eq!(title(&Type::map(Type::list(Type::String))), "Map of List of String");
        assert_eq!(constraint(&Type::set(Type::Dynamic)), "set(any)");
        let expected = "list(object({\n  ids  = list(number)\n  name = string\n}))";
        assert_eq!(constraint(&Type::list(object)), expected);
    }

    #[test]
    fn values_read_as_people_write_them() {
        let list = Value::List(vec![Value::from(1), "a".into(), Value::Null]);
        assert_eq!(literal(&list), r#"[1, "a", null]"#);
        let map = Value::Map([("a".to_owned(), Value::Bool(true))].into());
        assert_eq!(literal(&map), "{ a = true }");
    }
}
