//! Tests of values that come from the page.

use wasm_bindgen_test::wasm_bindgen_test;

use super::{options, sheet};
use crate::browser::object::{from_base64url, plain_text};
use crate::browser::random;
use crate::config::Config;
use crate::digits::bytes_to_hex;
use trente_survey::locale::Language;

#[wasm_bindgen_test]
fn text_is_normalised_before_it_travels() {
    assert_eq!(plain_text("e\u{301}te\u{301}"), "été");
    assert_eq!(plain_text("un\ndeux\ttrois\u{7}"), "un\ndeux trois ");
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

/// The known answer of `response_5_10_from_an_order`: the browser's response id is the collector's.
#[wasm_bindgen_test]
fn an_order_gives_the_same_response_as_on_the_server() {
    let config = Config::read(&sheet(Language::Fr), &options("MO-100482")).unwrap();
    assert_eq!(bytes_to_hex(&config.response.0), "d87116fc50277947");
    let other = Config::read(&sheet(Language::Fr), &options("")).unwrap();
    assert_ne!(other.response, config.response, "without an order the id is random");
}
