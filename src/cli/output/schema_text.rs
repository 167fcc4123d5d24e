//! JSON schemas as Markdown: one table of fields for each command.

use schemars::Schema;
use serde_json::{Map, Value};

/// A field of an output.
struct Field {
    /// Path from the top: `rows[].name`.
    path: String,
    kind: String,
    description: String,
}

/// The table of all fields that `schema` describes.
pub(crate) fn field_table(schema: &Schema) -> String {
    let mut fields = Vec::new();
    let root = schema.as_value();
    let definitions = root.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
    collect(&definitions, root, "", &mut fields);
    let row = |Field { path, kind, description }: &Field| format!("| `{path}` | {kind} | {description} |\n");
    let rows: String = fields.iter().map(row).collect();
    format!("| field | type | meaning |\n|---|---|---|\n{rows}")
}

/// Adds the fields of `schema` and its children. Schemas here are not recursive.
fn collect(definitions: &Map<String, Value>, schema: &Value, prefix: &str, fields: &mut Vec<Field>) {
    let options = schema.get("anyOf").and_then(Value::as_array).filter(|_| prefix.is_empty());
    if let Some(options) = options {
        return options.iter().for_each(|option| collect(definitions, option, prefix, fields));
    }
    let schema = resolved(definitions, schema);
    if let Some(items) = schema.get("items") {
        return collect(definitions, items, &format!("{prefix}[]"), fields);
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let description = |of: &Value| of.get("description").and_then(Value::as_str).map(str::to_owned);
        let described = description(property).or_else(|| description(resolved(definitions, property)));
        fields.push(Field {
            path: path.clone(),
            kind: kind(definitions, property),
            description: described.unwrap_or_default().replace('\n', " ").replace('|', "\\|"),
        });
        collect(definitions, property, &path, fields);
    }
    if let Some(others) = schema.get("additionalProperties").filter(|others| others.is_object()) {
        fields.push(Field {
            path: format!("{prefix}.*"),
            kind: kind(definitions, others),
            description: "The columns of the table under their keys".into(),
        });
    }
}

/// The schema that a reference names, or the alternative to `null`.
fn resolved<'a>(definitions: &'a Map<String, Value>, schema: &'a Value) -> &'a Value {
    if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
        let one = options.iter().find(|option| option.get("type") != Some(&Value::from("null")));
        return one.map_or(schema, |one| resolved(definitions, one));
    }
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix("#/$defs/"));
    name.and_then(|name| definitions.get(name)).unwrap_or(schema)
}

/// The type in words: `integer or null`, `list of string`.
fn kind(definitions: &Map<String, Value>, schema: &Value) -> String {
    let target = resolved(definitions, schema);
    let names: Vec<&str> = match target.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => vec!["any"],
    };
    let mut text = names.join(" or ");
    if let Some(items) = target.get("items") {
        text = text.replacen("array", &format!("list of {}", kind(definitions, items)), 1);
    }
    if schema.get("anyOf").is_some() {
        text.push_str(" or null");
    }
    text
}
