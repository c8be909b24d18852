//! Tests of the outbox in the merchant's own storage.

use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Storage;

use crate::browser::outbox::{for_base, put, remove};
use crate::browser::transport::Body;

const BASE: &str = "https://avis.example.shop";
const KEY: &str = "trente-outbox";

fn storage() -> Storage {
    let storage = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    storage.remove_item(KEY).unwrap();
    storage
}

/// A frame of one byte, without a contact.
fn frame(byte: u8) -> Body {
    (vec![byte], Vec::new())
}

#[wasm_bindgen_test]
fn keeps_a_contact_with_its_frame() {
    let storage = storage();
    let body = (vec![7], "ada@shop.example, é".as_bytes().to_vec());
    put(BASE, "aa", &frame(7), 3);
    put(BASE, "aa", &body, 3);
    let waiting = for_base(BASE);
    assert_eq!(waiting.iter().map(|waiting| (&waiting.body, waiting.answers_bytes)).collect::<Vec<_>>(), [(&body, 3)]);
    remove("aa", &frame(7));
    assert_eq!(for_base(BASE).len(), 1, "the frame alone is not all of it");
    remove("aa", &body);
    assert_eq!(storage.get_item(KEY).unwrap(), None);
}

#[wasm_bindgen_test]
fn keeps_the_newest_revision_of_each_response() {
    let storage = storage();
    put(BASE, "aa", &frame(1), 3);
    put(BASE, "bb", &frame(2), 3);
    put(BASE, "aa", &frame(3), 3);
    let frames: Vec<_> = for_base(BASE).into_iter().map(|waiting| (waiting.response, waiting.body)).collect();
    assert_eq!(frames, [("bb".to_owned(), frame(2)), ("aa".to_owned(), frame(3))]);
    assert!(for_base("https://other.example").is_empty(), "another collector's frames are not ours to send");
    remove("aa", &frame(1));
    assert_eq!(for_base(BASE).len(), 2, "an acknowledged older revision does not take the newer one away");
    remove("aa", &frame(3));
    remove("bb", &frame(2));
    assert_eq!(storage.get_item(KEY).unwrap(), None, "the key goes with the last frame");
}

#[wasm_bindgen_test]
fn keeps_eight_frames_at_most() {
    let storage = storage();
    for response in 0..12 {
        put(BASE, &crate::digits::bytes_to_hex(&[response]), &frame(response), 3);
    }
    let frames: Vec<_> = for_base(BASE).into_iter().map(|waiting| waiting.body).collect();
    assert_eq!(frames, (4..12).map(frame).collect::<Vec<_>>());
    storage.remove_item(KEY).unwrap();
}

#[wasm_bindgen_test]
fn forgets_after_seven_days_and_survives_damage() {
    let storage = storage();
    let day_ms = 24.0 * 3600.0 * 1000.0;
    let now_ms = js_sys::Date::now();
    let line =
        |response: &str, since_ms: f64| [BASE, response, &crate::digits::decimal(since_ms as u64), "0a0b"].join(" ");
    let text = [
        line("old", now_ms - 7.1 * day_ms),
        line("new", now_ms - 6.9 * day_ms),
        line("future", now_ms + day_ms) + " 5",
        "damaged".to_owned(),
        [BASE, "odd", "12", "0a0"].join(" "),
        String::new(),
    ];
    storage.set_item(KEY, &text.join("\n")).unwrap();
    let waiting = for_base(BASE);
    let responses: Vec<_> = waiting.iter().map(|waiting| waiting.response.as_str()).collect();
    assert_eq!(responses, ["new", "future"]);
    assert_eq!(waiting.iter().map(|waiting| waiting.answers_bytes).collect::<Vec<_>>(), [3, 5]);
    put(BASE, "future", &waiting.last().unwrap().body, 5);
    assert_eq!(for_base(BASE).last().unwrap().answers_bytes, 5, "kept as it was read");
    assert_eq!(waiting.iter().map(|waiting| waiting.age_minutes()).collect::<Vec<_>>(), [9936, 0]);
    let kept = storage.get_item(KEY).unwrap().unwrap();
    assert_eq!(kept.lines().count(), 2, "what is too old or damaged has left the device");
    let future: f64 = kept.lines().last().unwrap().split(' ').nth(2).unwrap().parse().unwrap();
    assert!(
        future >= now_ms.floor() && future < now_ms + day_ms / 2.0,
        "its week begins when the clock is right again"
    );
    storage.set_item(KEY, &line("old", now_ms - 7.1 * day_ms)).unwrap();
    assert!(for_base(BASE).is_empty());
    assert_eq!(storage.get_item(KEY).unwrap(), None);
    storage.remove_item(KEY).unwrap();
}
