//! Tests of mounting, unmounting, and refusing to mount.

use trente_survey::locale::Language;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, ShadowRoot};

use super::{object, options, settle, sheet};
use crate::{mount, unmount};

pub fn host() -> HtmlElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let host = document.create_element("trente-survey").unwrap();
    document.body().unwrap().append_child(&host).unwrap();
    host.unchecked_into()
}

pub fn text_of(root: &ShadowRoot, selector: &str) -> Option<String> {
    root.query_selector(selector).unwrap()?.text_content()
}

#[wasm_bindgen_test]
async fn draws_the_first_question_in_an_open_shadow_root() {
    let host = host();
    assert!(mount(host.clone().into(), sheet(Language::Fr), options("MO-1"), ".card{color:red}"));
    settle().await;
    let root = host.shadow_root().unwrap();
    assert_eq!(text_of(&root, "legend").as_deref(), Some("Votre satisfaction, dans l’ensemble\u{202f}?"));
    assert_eq!(root.query_selector_all("input[type=radio]").unwrap().length(), 5);
    assert_eq!((host.lang(), host.dir()), ("fr".to_owned(), "ltr".to_owned()));
    assert!(root.query_selector("[style], style").unwrap().is_none(), "styles are adopted, never inline");
    unmount(host.into());
}

#[wasm_bindgen_test]
async fn a_tap_leads_on() {
    let host = host();
    assert!(mount(host.clone().into(), sheet(Language::En), options("MO-2"), ""));
    settle().await;
    let root = host.shadow_root().unwrap();
    let option: HtmlElement = root.query_selector("input[value='4']").unwrap().unwrap().unchecked_into();
    option.click();
    settle().await;
    assert_eq!(text_of(&root, "legend").as_deref(), Some("You made things easy for me."));
    assert_eq!(text_of(&root, ".progress").as_deref(), Some("2 / 4"));
    unmount(host.into());
}

#[wasm_bindgen_test]
async fn two_widgets_do_not_know_each_other() {
    let (first, second) = (host(), host());
    for host in [&first, &second] {
        assert!(mount(host.clone().into(), sheet(Language::En), options("MO-3"), ""));
    }
    settle().await;
    let option = first.shadow_root().unwrap().query_selector("input").unwrap().unwrap();
    option.unchecked_into::<HtmlElement>().click();
    settle().await;
    assert_eq!(text_of(&first.shadow_root().unwrap(), ".progress").as_deref(), Some("2 / 4"));
    assert_eq!(text_of(&second.shadow_root().unwrap(), ".progress").as_deref(), Some("1 / 4"));
    unmount(first.clone().into());
    assert!(!first.is_connected() && second.is_connected());
    unmount(second.into());
}

#[wasm_bindgen_test]
async fn unmount_leaves_nothing() {
    let body = web_sys::window().unwrap().document().unwrap().body().unwrap();
    let before = body.child_element_count();
    let host = host();
    assert!(mount(host.clone().into(), sheet(Language::Fr), options("MO-4"), ""));
    settle().await;
    unmount(host.clone().into());
    unmount(host.into());
    assert_eq!(body.child_element_count(), before);
}

/// The loader put the host on the page, so it takes it away; an element of the page's own stays and may hold another.
#[wasm_bindgen_test]
async fn leaving_is_the_loaders() {
    let host = host();
    for times in 1..=2 {
        let options = options("MO-6");
        let left = js_sys::Function::new_no_args("this.left = (this.left ?? 0) + 1; return this.left");
        let leave = left.bind0(&host);
        js_sys::Reflect::set(&options, &"leave".into(), &leave).unwrap();
        assert!(mount(host.clone().into(), sheet(Language::Fr), options, ""));
        settle().await;
        unmount(host.clone().into());
        unmount(host.clone().into());
        assert!(host.is_connected());
        assert_eq!(crate::browser::object::get(&host, "left").as_f64(), Some(f64::from(times)));
        // What the loader does.
        host.shadow_root().unwrap().set_inner_html("");
    }
    host.remove();
}

#[wasm_bindgen_test]
async fn draws_in_the_element_that_its_display_needs() {
    for (display, element, popover) in [
        ("card", "DIV", Some("manual")),
        ("banner", "DIV", Some("manual")),
        ("modal", "DIALOG", None),
        ("inline", "DIV", None),
    ] {
        let host = host();
        let options = options("MO-7");
        js_sys::Reflect::set(&options, &"display".into(), &display.into()).unwrap();
        assert!(mount(host.clone().into(), sheet(Language::Fr), options, ""));
        settle().await;
        let place = host.shadow_root().unwrap().first_element_child().unwrap();
        assert_eq!((place.tag_name().as_str(), place.get_attribute("popover").as_deref()), (element, popover));
        assert_eq!(place.get_attribute("lang").as_deref(), Some("fr"));
        unmount(host.into());
    }
}

#[wasm_bindgen_test]
fn draws_nothing_where_only_the_outbox_is_meant() {
    let options = options("MO-8");
    js_sys::Reflect::set(&options, &"display".into(), &"none".into()).unwrap();
    assert!(mount(wasm_bindgen::JsValue::UNDEFINED, object(&[]), options, ""));
}

#[wasm_bindgen_test]
fn refuses_what_is_not_a_survey() {
    let host = host();
    let nothing = wasm_bindgen::JsValue::UNDEFINED;
    let untexted = object(&[("survey", "7e57ab1e".into()), ("locale", 1.into()), ("lang", "fr".into())]);
    for sheet in [nothing.clone(), object(&[]), untexted] {
        assert!(!mount(host.clone().into(), sheet, options("MO-5"), ""));
    }
    assert!(!mount(host.clone().into(), sheet(Language::Fr), nothing.clone(), ""));
    assert!(!mount(nothing, sheet(Language::Fr), options("MO-5"), ""));
    assert!(host.shadow_root().is_none(), "the host is as it was");
    host.remove();
}
