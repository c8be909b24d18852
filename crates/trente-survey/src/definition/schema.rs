//! JSON Schema of a draft, for editors and other tools.
//!
//! What a schema cannot say (seconds, sincerity, contrast, conditions on earlier questions) is [`super::Draft::check`]'s.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::Draft;
use crate::Cause;
use crate::locale::Language;
use crate::wording::Wording;

/// The schema of a merchant's survey, JSON Schema 2020-12.
pub fn schema() -> Schema {
    schemars::schema_for!(Draft)
}

/// Stands for the overrides of one language: its properties are our strings, by name.
pub(super) struct Overrides;

impl JsonSchema for Overrides {
    fn schema_name() -> Cow<'static, str> {
        "Overrides".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let wording = Wording::of(Language::En);
        let mut counts: Map<String, Value> = Map::new();
        for (name, _) in wording.strings() {
            let count = counts.get(name).and_then(Value::as_u64).unwrap_or(0) + 1;
            counts.insert(name.into(), count.into());
        }
        let properties: Map<String, Value> = counts
            .into_iter()
            .map(|(name, count)| (name.clone(), property(&name, count.as_u64().unwrap_or(1))))
            .collect();
        json_schema!({
            "description": "Words in place of ours, by the name of the string.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false
        })
    }
}

fn property(name: &str, count: u64) -> Value {
    if count == 1 {
        return json!({ "type": "string" });
    }
    let keys: Vec<Value> = if name == "lens" {
        Cause::ALL.iter().map(|cause| cause.name().into()).collect()
    } else {
        (1..=count).map(|number| alloc::format!("{number}").into()).collect()
    };
    json!({
        "anyOf": [
            { "type": "array", "items": { "type": "string" }, "minItems": count, "maxItems": count },
            { "type": "object", "propertyNames": { "enum": keys }, "additionalProperties": { "type": "string" } }
        ]
    })
}
