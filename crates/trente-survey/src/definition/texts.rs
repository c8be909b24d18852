//! Texts of a definition by their place, and a merchant's texts that replace ours.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value;

use super::draft::Override;
use super::{Definition, Localized};
use crate::Cause;
use crate::wording::Wording;

/// Puts `words` in the place of one of our strings.
///
/// # Errors
/// What is wanted instead, as a sentence without its final stop.
pub(super) fn replace(slot: &mut Value, words: &Override, name: &str) -> Result<(), String> {
    match (slot, words) {
        (Value::String(ours), Override::One(text)) => *ours = text.clone(),
        (Value::Array(ours), Override::All(texts)) if ours.len() == texts.len() => {
            *ours = texts.iter().cloned().map(Value::String).collect();
        }
        (Value::Array(ours), Override::Some(texts)) => {
            for (key, text) in texts {
                let index = if name == "lens" {
                    family(key)
                } else {
                    key.parse::<usize>().ok().and_then(|number| number.checked_sub(1))
                };
                let slot = index.and_then(|index| ours.get_mut(index));
                *slot.ok_or_else(|| format!("`{key}` names none of its strings"))? = Value::String(text.clone());
            }
        }
        (Value::Array(ours), _) => return Err(format!("a list of {} strings is wanted", ours.len())),
        _ => return Err("one string is wanted".to_string()),
    }
    Ok(())
}

fn family(name: &str) -> Option<usize> {
    Cause::ALL.iter().position(|cause| cause.name() == name)
}

/// The marks that a string of ours holds for numbers.
pub(super) fn placeholders(ours: &Wording, name: &str) -> impl Iterator<Item = &'static str> {
    let strings = ours.strings();
    let text = strings.into_iter().find(|(other, _)| *other == name).map_or("", |(_, text)| text);
    ["{n}", "{m}"].into_iter().filter(move |mark| text.contains(mark))
}

/// Every string that a customer may see, with its path and language.
pub(super) fn texts(definition: &Definition) -> Vec<(String, &str, &str)> {
    let mut out = Vec::new();
    for (tag, wording) in &definition.wording {
        for (name, text) in wording.strings() {
            out.push((format!("core.wording.{tag}.{name}"), tag.as_str(), text));
        }
    }
    for (index, extra) in definition.extra.iter().enumerate() {
        push(&mut out, &format!("extra[{index}].text"), &extra.text);
        for (name, label) in [("low", &extra.low), ("high", &extra.high)] {
            if let Some(label) = label {
                push(&mut out, &format!("extra[{index}].{name}"), label);
            }
        }
        for (option, label) in extra.options.iter().enumerate() {
            push(&mut out, &format!("extra[{index}].options[{option}]"), label);
        }
    }
    out
}

fn push<'a>(out: &mut Vec<(String, &'a str, &'a str)>, path: &str, texts: &'a Localized) {
    out.extend(texts.iter().map(|(tag, text)| (format!("{path}.{tag}"), tag.as_str(), text.as_str())));
}
