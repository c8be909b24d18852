//! Tests of values that come from the page.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{options, sheet};
use crate::browser::object::{from_base64url, plain_text};
use crate::browser::random;
use crate::config::{Config, Options};
use crate::digits::bytes_to_hex;
use trente_survey::locale::Language;

#[wasm_bindgen_test]
fn text_is_normalised_before_it_travels() {
    assert_eq!(plain_text("e\u{301}te\u{301}"), "été");
    assert_eq!(plain_text("un\ndeux\ttrois\u{7}"), "un\ndeux trois ");
    assert_eq!(plain_text("un\r\ndeux\rtrois\n\r\n"), "un\ndeux\ntrois\n\n");
}

#[wasm_bindgen_test]
fn base64url_of_a_signature() {
    assert_eq!(from_base64url("-_8"), Some(vec![0xfb, 0xff]));
    assert_eq!(from_base64url("*"), None);
    assert_eq!(from_base64url("é"), None);
}

#[wasm_bindgen_test]
fn random_bytes_differ() {
    assert_ne!(random::bytes::<8>().unwrap(), random::bytes::<8>().unwrap());
}

fn read(options: JsValue) -> Option<Config> {
    Config::read(&sheet(Language::Fr), Options::read(options)?, |_| None)
}

#[wasm_bindgen_test]
fn options_come_in_as_they_are() {
    let script = JsValue::from(Array::new());
    let fields = [
        ("channel", 3.into()),
        ("position", "start".into()),
        ("preview", true.into()),
        ("arrives", true.into()),
        ("elapsed", 1500.9.into()),
        ("script", script.clone()),
    ];
    let all = options("MO-5");
    for (name, value) in &fields {
        Reflect::set(&all, &(*name).into(), value).unwrap();
    }
    let all = read(all).unwrap();
    assert_eq!((all.site.as_str(), all.theme.as_str(), all.position.as_str()), ("olive", "light", "start"));
    assert_eq!((all.channel, all.elapsed_ms), (Some(3), 1500));
    assert!(all.preview && all.arrives && !all.early && !all.storage && all.ordered);
    // The same object, not a copy.
    assert!(Object::is(&all.script, &script));
    // Those that are not there.
    assert!(all.signature.is_none() && all.motions.is_undefined());
    let channel = |number: f64| read(with("channel", number.into())).unwrap().channel;
    assert_eq!([channel(0.0), channel(-1.0), channel(256.0), channel(f64::NAN)], [None; 4], "a channel that is none");
    assert_eq!([channel(1.0), channel(255.0)], [Some(1), Some(255)]);
}

#[wasm_bindgen_test]
fn options_of_another_type_or_without_a_site_are_none() {
    for (name, value) in [("site", 7.into()), ("preview", "yes".into()), ("elapsed", "1".into()), ("site", "".into())] {
        assert!(read(with(name, value)).is_none(), "{name}");
    }
    assert!(read(JsValue::NULL).is_none());
}

fn with(name: &str, value: JsValue) -> JsValue {
    let options = options("MO-6");
    Reflect::set(&options, &name.into(), &value).unwrap();
    options
}

/// The known answer of `response_5_10_from_an_order`: the browser's response id is the collector's.
#[wasm_bindgen_test]
fn an_order_gives_the_same_response_as_on_the_server() {
    let config = read(options("MO-100482")).unwrap();
    assert_eq!(bytes_to_hex(&config.response.0), "d87116fc50277947");
    let other = read(options("")).unwrap();
    assert_ne!(other.response, config.response, "without an order the id is random");
}
