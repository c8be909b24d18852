//! Tests of a merchant's own questions in the page.

use js_sys::{Array, Reflect};
use trente_survey::locale::Language;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, ShadowRoot};

use super::mounting::{host, text_of};
use super::{list, object, options, settle, sheet};
use crate::{mount, unmount};

/// One core question, no follow-up, these extra questions.
fn short(extra: &[JsValue]) -> JsValue {
    let sheet = sheet(Language::En);
    let set = |name: &str, value: JsValue| Reflect::set(&sheet, &name.into(), &value).unwrap();
    set("core", list(&["recommend"]));
    set("follow_up", object(&[]));
    set("extra", extra.iter().collect::<Array>().into());
    sheet
}

fn question(kind: &str, fields: &[(&str, JsValue)]) -> JsValue {
    object(&[&[("kind", kind.into()), ("text", "Well?".into())], fields].concat())
}

async fn click(root: &ShadowRoot, selector: &str) {
    let element = root.query_selector(selector).unwrap().unwrap();
    element.unchecked_into::<HtmlElement>().click();
    settle().await;
}

/// The widget at its first extra question.
async fn at_first_extra(extra: &[JsValue]) -> (HtmlElement, ShadowRoot) {
    let host = host();
    assert!(mount(host.clone().into(), short(extra), options("EX-1"), ""));
    settle().await;
    let root = host.shadow_root().unwrap();
    assert_eq!(text_of(&root, ".progress").as_deref(), Some("1 / 1"));
    click(&root, "input[value='7']").await;
    (host, root)
}

#[wasm_bindgen_test]
async fn every_kind_is_drawn_with_its_options() {
    let words = list(&["Friend", "Search", "Other"]);
    let ends = [("points", 4.into()), ("low", "Little".into()), ("high", "Much".into())];
    let cases = [
        (question("stars", &[]), "radio", "★★★★★"),
        (question("yes_no", &[]), "radio", "YesNo"),
        (question("scale", &ends), "radio", "1 Little234 Much"),
        (question("choice", &[("options", words.clone())]), "radio", "FriendSearchOther"),
        (question("choices", &[("options", words)]), "checkbox", "FriendSearchOther"),
    ];
    for (question, kind, text) in cases {
        let (host, root) = at_first_extra(&[question]).await;
        assert_eq!(text_of(&root, "legend").as_deref(), Some("Well?"));
        assert_eq!(text_of(&root, ".options").as_deref(), Some(text));
        let of_kind = ["input[type=", kind, "]"].concat();
        assert_eq!(
            root.query_selector_all(&of_kind).unwrap().length(),
            root.query_selector_all("input").unwrap().length()
        );
        unmount(host.into());
    }
    let (host, root) = at_first_extra(&[question("stars", &[])]).await;
    let third = root.query_selector("input[value='3']").unwrap().unwrap();
    assert_eq!(third.get_attribute("aria-label").as_deref(), Some("3 / 5"), "a star has no word of its own");
    unmount(host.into());
    let (host, root) = at_first_extra(&[question("text", &[])]).await;
    assert_eq!(text_of(&root, "label").as_deref(), Some("Well?"));
    assert!(root.query_selector("textarea").unwrap().is_some());
    unmount(host.into());
}

#[wasm_bindgen_test]
async fn several_are_ticked_and_sent_together() {
    let words = list(&["Friend", "Search", "Other"]);
    let after = object(&[("extra", 0.into()), ("answer", 3.into())]);
    let second = question("text", &[("show_if", after)]);
    let (host, root) = at_first_extra(&[question("choices", &[("options", words)]), second]).await;
    for value in ["'1'", "'3'", "'1'"] {
        click(&root, &["input[value=", value, "]"].concat()).await;
    }
    assert_eq!(root.query_selector_all("input:checked").unwrap().length(), 1, "a tick does not send");
    click(&root, ".send").await;
    assert!(root.query_selector("textarea").unwrap().is_some(), "asked after the third option");
    unmount(host.into());
}

#[wasm_bindgen_test]
fn a_question_without_its_words_is_no_survey() {
    let broken = [
        object(&[("kind", "stars".into())]),
        question("moon", &[]),
        question("scale", &[("points", 4.into()), ("low", "Little".into())]),
        question("scale", &[("points", 12.into()), ("low", "Little".into()), ("high", "Much".into())]),
        question("choice", &[]),
        question("stars", &[("show_if", object(&[]))]),
    ];
    for question in broken {
        let host = host();
        assert!(!mount(host.clone().into(), short(&[question]), options("EX-2"), ""));
        host.remove();
    }
}
