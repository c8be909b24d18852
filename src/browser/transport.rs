//! HTTP request to the collector. **Source**: docs/wire-format.md#what-the-collector-answers and #a-contact,
//! docs/design/collector.md#requests-without-a-preflight.
//!
//! `fetch`, `Promise` and `Response` may be the page's own, so what they give is looked at, never trusted: a fetch that
//! throws, gives nothing or gives something else is a request that did not arrive.
//!
//! Not here: what a response means ([`crate::reply`]), trying again ([`super::delivery`]).

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::object::{Value, flag, from_fields, get, number, string};
use crate::reply::{Answer, Reply, judge};

/// How long a response may take, body included: a proxy's own patience is a minute at most. What comes later is as good
/// as no response, and the frame is sent again; the collector counts it once.
const RESPONSE_MS: u32 = 30_000;

/// A frame, and where its customer can be replied to; the latter is mostly empty.
pub type Body = (Vec<u8>, Vec<u8>);

/// A request that the browser has been given.
pub struct Request(Option<Promise>);

impl Request {
    /// Begins to send a body, before this returns: when a page goes away, nothing may come of what is put off.
    pub fn new(base: &str, body: &Body) -> Self {
        Self(fetch(base, body, true))
    }

    /// What came of it, and after how many milliseconds the sender asks to come back; `base` and `body` are those that
    /// it was made with.
    pub async fn reply(self, base: &str, body: &Body) -> (Reply, Option<u32>) {
        let response = match response(self.0).await {
            // The page's quota of 64 KiB for keepalive is shared with every other tag on it.
            None => response(fetch(base, body, false)).await,
            response => response,
        };
        let Some((response, status)) = response else { return (Reply::Later, None) };
        let kind = string(&response, "type");
        let redirected = flag(&response, "redirected");
        let is_marked = header(&response, "cache-control").is_some_and(|it| holds(&it, "no-store"));
        let code = code(&response).await;
        (
            judge(Answer { status, kind: kind.as_deref(), redirected, is_marked, code: code.as_deref() }),
            retry_after_ms(&response),
        )
    }
}

fn fetch(base: &str, (frame, contact): &Body, keepalive: bool) -> Option<Promise> {
    let mut body = frame.clone();
    body.extend(contact);
    let init = from_fields(&[
        ("method", "POST".into()),
        ("credentials", "omit".into()),
        ("referrerPolicy", "no-referrer".into()),
        ("keepalive", keepalive.into()),
        // A sign-in or maintenance page is not the collector.
        ("redirect", "error".into()),
        ("signal", deadline()),
        // A type that needs no preflight; some firewalls dislike a missing one.
        ("headers", from_fields(&[("content-type", "text/plain".into())])),
        ("body", Uint8Array::from(&*body).into()),
    ]);
    let window = Value::from(web_sys::window()?);
    let fetch: Function = get(&window, "fetch").dyn_into().ok()?;
    let url = [base, if contact.is_empty() { "/v1/responses" } else { "/v1/contacts" }].concat();
    Some(Promise::resolve(&fetch.call2(&window, &url.into(), &init).ok()?))
}

/// The response and its status; none when there is no such thing.
async fn response(promise: Option<Promise>) -> Option<(Value, u16)> {
    let response = JsFuture::from(promise?).await.ok()?;
    let status = number(&response, "status")?;
    Some((response, status as u16))
}

/// A signal that ends the request after [`RESPONSE_MS`]; undefined in a browser that has none.
fn deadline() -> Value {
    let signals = get(&js_sys::global(), "AbortSignal");
    let timeout = get(&signals, "timeout").dyn_into::<Function>();
    timeout.ok().and_then(|timeout| timeout.call1(&signals, &RESPONSE_MS.into()).ok()).unwrap_or(Value::UNDEFINED)
}

/// `code` of a response that says it is JSON. No other body is read: a page of HTML may be long, or never end.
async fn code(response: &Value) -> Option<String> {
    if !header(response, "content-type")?.starts_with("application/json") {
        return None;
    }
    let read: Function = get(response, "json").dyn_into().ok()?;
    let body = JsFuture::from(Promise::resolve(&read.call0(response).ok()?)).await.ok()?;
    string(&body, "code")
}

fn retry_after_ms(response: &Value) -> Option<u32> {
    let seconds: u32 = header(response, "retry-after")?.trim().parse().ok()?;
    Some(seconds.min(3600) * 1000)
}

/// Whether a text holds a word, by a search that takes fewer bytes of wasm than the standard library's.
fn holds(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part == word.as_bytes())
}

fn header(response: &Value, name: &str) -> Option<String> {
    let headers = get(response, "headers");
    let read: Function = get(&headers, "get").dyn_into().ok()?;
    read.call1(&headers, &name.into()).ok()?.as_string()
}
