//! One request to the collector. **Source**: frame.md 5.11, collector.md section 2.
//!
//! Not here: trying again ([`super::delivery`]).

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestCredentials, RequestInit, Response};

/// What the collector said.
pub enum Reply {
    /// Durable.
    Delivered,
    /// It will never be accepted.
    Refused,
    /// Not now; perhaps after this many milliseconds.
    Later(Option<u32>),
}

/// Sends frames, once.
pub async fn post(base: &str, frame: &[u8]) -> Reply {
    let reply = match request(base, frame, true).await {
        // The page's quota of 64 KiB for keepalive is shared with every other tag on it.
        None => request(base, frame, false).await,
        reply => reply,
    };
    let Some(response) = reply else { return Reply::Later(None) };
    match response.status() {
        200..=299 => Reply::Delivered,
        // A proxy that waited too long, or a store that is away: neither says anything about the frame.
        408 | 425 | 429 | 500..=599 => Reply::Later(retry_after_ms(&response)),
        _ => Reply::Refused,
    }
}

async fn request(base: &str, frame: &[u8], keepalive: bool) -> Option<Response> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_credentials(RequestCredentials::Omit);
    init.set_body(&Uint8Array::from(frame));
    // A type that needs no preflight; some firewalls dislike a missing one.
    let headers = Headers::new().ok()?;
    headers.set("content-type", "text/plain").ok()?;
    init.set_headers(&headers);
    js_sys::Reflect::set(&init, &"keepalive".into(), &keepalive.into()).ok()?;
    js_sys::Reflect::set(&init, &"referrerPolicy".into(), &"no-referrer".into()).ok()?;
    let url = [base, "/v1/responses"].concat();
    let promise = web_sys::window()?.fetch_with_str_and_init(&url, &init);
    // `Promise` may be the page's own: whatever comes back is checked, not trusted.
    let response: JsValue = JsFuture::from(promise).await.ok()?;
    response.dyn_into().ok()
}

fn retry_after_ms(response: &Response) -> Option<u32> {
    let seconds = response.headers().get("retry-after").ok()??;
    let seconds: u32 = seconds.trim().parse().ok()?;
    Some(seconds.min(3600) * 1000)
}
