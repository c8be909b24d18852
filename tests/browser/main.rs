//! The widget in a real browser, below the level of a page: `cargo xtask test --only wasm`.
//!
//! What a customer and a merchant's page see is in tests/e2e. These tests are part of the crate, because a cdylib
//! has no other way in.

mod extras;
mod mounting;
mod outbox;
mod values;

use js_sys::{Array, Object, Promise, Reflect};
use trente_survey::locale::Language;
use trente_survey::wording::Wording;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

/// The survey as the collector sends it, in one language.
fn sheet(language: Language) -> JsValue {
    let text = Object::new();
    for (name, string) in Wording::of(language).strings() {
        let present = Reflect::get(&text, &name.into()).unwrap();
        match present.dyn_into::<Array>() {
            Ok(list) => {
                list.push(&string.into());
            }
            Err(_) if is_list(name) => {
                Reflect::set(&text, &name.into(), &Array::of1(&string.into())).unwrap();
            }
            Err(_) => {
                Reflect::set(&text, &name.into(), &string.into()).unwrap();
            }
        }
    }
    object(&[
        ("survey", "7e57ab1e".into()),
        ("locale", language.number().into()),
        ("lang", language.tag().into()),
        ("dir", language.direction().into()),
        ("text", text.into()),
        ("core", list(&["satisfaction", "ease", "lens", "recommend"])),
        ("follow_up", object(&[("incident", true.into()), ("chips", true.into()), ("word", true.into())])),
    ])
}

fn list(strings: &[&str]) -> JsValue {
    strings.iter().map(|&string| JsValue::from(string)).collect::<Array>().into()
}

fn is_list(name: &str) -> bool {
    name == "lens" || name.ends_with("_options")
}

fn options(order: &str) -> JsValue {
    object(&[
        ("site", "olive".into()),
        // Nothing listens there: these tests never get that far.
        ("base", "http://127.0.0.1:9".into()),
        ("order", order.into()),
        ("display", "inline".into()),
        ("theme", "light".into()),
        ("storage", "none".into()),
        ("channel", 0.into()),
        ("load_ms", 1.into()),
    ])
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    crate::browser::object::from_fields(fields)
}

/// Lets everything that is due happen: a message, what it puts off until the next task, and what that draws.
async fn settle() {
    for _ in 0..3 {
        let turn = Promise::new(&mut |resolve, _| {
            web_sys::window().unwrap().set_timeout_with_callback(&resolve).unwrap();
        });
        JsFuture::from(turn).await.unwrap();
    }
}
