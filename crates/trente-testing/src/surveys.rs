//! Example surveys of a merchant for tests.

use std::path::Path;

use serde_json::{Value, json};
use trente_store::model::audit::Actor;
use trente_store::{Address, Store};
use trente_survey::definition::{Definition, Draft};
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::SurveyId;

use crate::stores::wait;

/// A draft in English and French with these fields more.
pub fn draft(fields: Value) -> Value {
    let mut draft = json!({ "name": "Olive", "locales": ["en", "fr"] });
    draft.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    draft
}

/// Every kind of question, the last two after an answer to an earlier one.
pub fn extra() -> Value {
    json!([
        { "kind": "choices", "text": { "en": "What did you buy?", "fr": "Quel achat\u{202f}?" },
          "options": [{ "en": "Oil", "fr": "Huile" }, { "en": "Olives", "fr": "Olives" }, { "en": "A box", "fr": "Un coffret" }] },
        { "kind": "scale", "points": 7, "text": { "en": "And the box?", "fr": "Et le coffret\u{202f}?" },
          "low": { "en": "Poor", "fr": "Laid" }, "high": { "en": "Fine", "fr": "Beau" }, "show_if": { "extra": 1, "answer": 3 } },
        { "kind": "text", "text": { "en": "What should change?", "fr": "Que changer\u{202f}?" },
          "show_if": { "extra": 2, "answer": 1 } }
    ])
}

/// The survey of a draft without mistakes.
pub fn checked(site: &str, draft: Value) -> Definition {
    let checked = serde_json::from_value::<Draft>(draft).unwrap().check(site);
    assert_eq!(checked.problems, []);
    checked.definition.unwrap()
}

/// Publishes what may be published.
pub fn publish(database: &Path, site: &str, draft: Value) -> (SurveyId, Definition) {
    let definition = checked(site, draft);
    let store = wait(Store::open(&Address::from(database), false)).unwrap();
    let (id, _) = wait(store.publish(Actor::shell(), site, &definition)).unwrap();
    (id, definition)
}

/// The bytes of a frame of this layout, with the score that an honest client sends.
pub fn bytes(frame: &Frame, layout: &Layout) -> Vec<u8> {
    let score = frame.verdict(layout).unwrap().score_byte();
    Frame { score, ..frame.clone() }.encode(layout).unwrap()
}
