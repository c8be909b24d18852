//! One request to the collector. **Source**: frame.md 5.11, collector.md section 2.
//!
//! `fetch`, `Promise` and `Response` may be the page's own, so what they give is looked at, never trusted: a fetch that
//! throws, gives nothing or gives something else is a request that did not arrive.
//!
//! Not here: trying again ([`super::delivery`]).

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::object::{Value, from_fields, get, number};

/// What the collector said.
pub enum Reply {
    /// Durable.
    Delivered,
    /// It will never be accepted.
    Refused,
    /// Not now; perhaps after this many milliseconds.
    Later(Option<u32>),
}

/// A request that the browser has been given.
pub struct Request(Option<Promise>);

impl Request {
    /// Begins to send a frame, before this returns: when a page goes away, nothing may come of what is put off.
    pub fn new(base: &str, frame: &[u8]) -> Self {
        Self(fetch(base, frame, true))
    }

    /// What came of it; `base` and `frame` are those that it was made with.
    pub async fn reply(self, base: &str, frame: &[u8]) -> Reply {
        let reply = match response(self.0).await {
            // The page's quota of 64 KiB for keepalive is shared with every other tag on it.
            None => response(fetch(base, frame, false)).await,
            reply => reply,
        };
        let Some((response, status)) = reply else { return Reply::Later(None) };
        match status {
            200..=299 => Reply::Delivered,
            // A proxy that waited too long, or a store that is away: neither says anything about the frame.
            408 | 425 | 429 | 500..=599 => Reply::Later(retry_after_ms(&response)),
            _ => Reply::Refused,
        }
    }
}

fn fetch(base: &str, frame: &[u8], keepalive: bool) -> Option<Promise> {
    let init = from_fields(&[
        ("method", "POST".into()),
        ("credentials", "omit".into()),
        ("referrerPolicy", "no-referrer".into()),
        ("keepalive", keepalive.into()),
        // A type that needs no preflight; some firewalls dislike a missing one.
        ("headers", from_fields(&[("content-type", "text/plain".into())])),
        ("body", Uint8Array::from(frame).into()),
    ]);
    let window = Value::from(web_sys::window()?);
    let fetch: Function = get(&window, "fetch").dyn_into().ok()?;
    let url = [base, "/v1/responses"].concat();
    Some(Promise::resolve(&fetch.call2(&window, &url.into(), &init).ok()?))
}

/// The response and its status; none when there is no such thing.
async fn response(promise: Option<Promise>) -> Option<(Value, u16)> {
    let response = JsFuture::from(promise?).await.ok()?;
    let status = number(&response, "status")?;
    Some((response, status as u16))
}

fn retry_after_ms(response: &Value) -> Option<u32> {
    let headers = get(response, "headers");
    let read: Function = get(&headers, "get").dyn_into().ok()?;
    let seconds: u32 = read.call1(&headers, &"retry-after".into()).ok()?.as_string()?.trim().parse().ok()?;
    Some(seconds.min(3600) * 1000)
}
