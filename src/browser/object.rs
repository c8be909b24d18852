//! Reader of JavaScript objects without serde: one field at a time, when it is needed.

use std::mem;

use js_sys::{Array, Function, JsString, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use yew::AttrValue;

use crate::digits::decimal;

/// A value of the page.
pub type Value = JsValue;

/// The field `name`, undefined when `object` has none.
pub fn get(object: &Value, name: &str) -> Value {
    Reflect::get(object, &name.into()).unwrap_or(Value::UNDEFINED)
}

/// The field `name`, if it is a string.
pub fn string(object: &Value, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// The field `name`, if it is a number.
pub fn number(object: &Value, name: &str) -> Option<f64> {
    get(object, name).as_f64()
}

/// The elements of the field `name`; none when it is not a list.
pub fn list(object: &Value, name: &str) -> Option<Vec<Value>> {
    let list = get(object, name);
    Array::is_array(&list).then(|| list.unchecked_into::<Array>().iter().collect())
}

/// Whether the field `name` is true.
pub fn flag(object: &Value, name: &str) -> bool {
    get(object, name).as_bool() == Some(true)
}

/// Calls a function of the page's; whether it is one.
pub fn call(function: &Value) -> bool {
    let Some(function) = function.dyn_ref::<Function>() else { return false };
    // What it throws is its own business.
    let _ = function.call0(&Value::UNDEFINED);
    true
}

/// A plain object of these fields.
pub fn from_fields(fields: &[(&str, Value)]) -> Value {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// Bytes of a base64url text without padding.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let plain = |digit| match digit {
        '-' => '+',
        '_' => '/',
        digit => digit,
    };
    let binary = web_sys::window()?.atob(&text.chars().map(plain).collect::<String>()).ok()?;
    binary.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

/// Text of a field as it travels: NFC, every break a line feed, no other control character.
///
/// A field gives a break that is typed as a line feed; one that is inserted by a program Chromium 148 gives as it came.
pub fn plain_text(text: &str) -> String {
    let normal = JsString::from(text).normalize("NFC").as_string();
    let normal = normal.as_deref().unwrap_or(text);
    let mut returned = false;
    let plain = |c: char| {
        let broken = mem::replace(&mut returned, c == '\r');
        match c {
            '\n' if broken => None,
            '\n' | '\r' => Some('\n'),
            c if c.is_control() => Some(' '),
            c => Some(c),
        }
    };
    normal.chars().filter_map(plain).collect()
}

/// The strings of one language, looked up when they are drawn: no copy of them is kept in wasm memory.
#[derive(Clone, PartialEq)]
pub struct Texts(Value);

/// Fields of the wording that hold one string. Not `rehearsal`, which no customer needs: a sheet that a cache has kept from
/// before there was one is as good.
const SINGLE: [&str; 41] = [
    "title",
    "head",
    "head_linked",
    "satisfaction",
    "ease",
    "ease_low",
    "ease_high",
    "lens_low",
    "lens_high",
    "lens_none",
    "recommend",
    "recommend_low",
    "recommend_high",
    "incident_intro",
    "incident",
    "forgive",
    "delight_intro",
    "delight",
    "improve_intro",
    "improve",
    "word_incident",
    "word_delight",
    "word_improve",
    "word_left",
    "word_over",
    "end",
    "end_incident",
    "end_waiting",
    "end_refused",
    "skip",
    "next",
    "position",
    "arrival",
    "close",
    "back",
    "send",
    "link",
    "yes",
    "no",
    "other",
    "several",
];

/// Fields that hold several, and how many.
const SEVERAL: [(&str, u32); 5] =
    [("satisfaction_options", 5), ("lens", 8), ("incident_options", 10), ("forgive_options", 3), ("chip_options", 9)];

impl Texts {
    /// The strings of `object`; none when one is missing, so that no customer meets an empty label.
    pub fn read(object: Value) -> Option<Self> {
        let texts = Self(object);
        let complete = SINGLE.iter().all(|name| get(&texts.0, name).is_string())
            && SEVERAL.iter().all(|&(name, count)| (0..count).all(|index| texts.value_at(name, index).is_string()));
        complete.then_some(texts)
    }

    /// The string of a field.
    pub fn get(&self, name: &str) -> AttrValue {
        text(get(&self.0, name))
    }

    /// One string of a field that holds several, from 0.
    pub fn at(&self, name: &str, index: u32) -> AttrValue {
        text(self.value_at(name, index))
    }

    /// The string of a field with `{n}` replaced by a number, and `{m}` by another.
    pub fn counted(&self, name: &str, number: u32, of: u32) -> AttrValue {
        let pattern = get(&self.0, name).unchecked_into::<JsString>();
        let pattern = pattern.replace("{n}", &decimal(number.into())).replace("{m}", &decimal(of.into()));
        AttrValue::from(String::from(pattern))
    }

    fn value_at(&self, name: &str, index: u32) -> Value {
        let list = get(&self.0, name);
        if Array::is_array(&list) { list.unchecked_into::<Array>().get(index) } else { Value::UNDEFINED }
    }
}

/// A string of an object: the field itself, or the element of its list at `index`; empty when there is none.
pub fn text_at(object: Option<&Value>, name: &str, index: Option<u32>) -> AttrValue {
    let Some(object) = object else { return AttrValue::default() };
    let value = get(object, name);
    text(match index {
        Some(index) if Array::is_array(&value) => value.unchecked_into::<Array>().get(index),
        _ => value,
    })
}

fn text(value: Value) -> AttrValue {
    AttrValue::from(value.as_string().unwrap_or_default())
}
