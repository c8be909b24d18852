//! Outbox: frames that are not acknowledged yet, in the storage of the merchant's own origin; one key, at most 8
//! frames, 7 days.
//!
//! One line a frame: base, response, time of the first try, frame, then the length of its answers where it is not
//! the default survey's, and the contact that goes with it, if any; separated by spaces, bytes in hexadecimal.
//! Storage that is denied, full or damaged by the page is an empty outbox. What is too old or damaged goes with the next
//! page view, so that nothing stays longer on the device than it may, nor makes a page load the widget for nothing.

use trente_survey::extra::Layout;
use trente_survey::limits::{OUTBOX_AGE_MS_MAX, OUTBOX_FRAMES_MAX};
use web_sys::Storage;

use super::clock::wall_ms;
use super::transport::Body;
use crate::digits::{bytes_to_hex, decimal, hex_to_bytes};

const KEY: &str = "trente-outbox";

/// A frame that waits.
pub struct Waiting {
    /// Collector that it is for.
    base: String,
    /// Response that it tells of, in hexadecimal: a later revision takes its place.
    pub response: String,
    /// Milliseconds since 1970 at its first try.
    since_ms: f64,
    /// The frame as it was first sent, and the contact next to it.
    pub body: Body,
    /// Length of its answers section, so that its age finds its place.
    pub answers_bytes: usize,
}

impl Waiting {
    /// Whole minutes that it waited, as the frame states them.
    pub fn age_minutes(&self) -> u16 {
        ((wall_ms() - self.since_ms).max(0.0) / 60_000.0) as u16
    }
}

/// Keeps the newest revision of a response; whether the browser took it.
pub fn put(base: &str, response: &str, body: &Body, answers_bytes: usize) -> bool {
    let (mut waiting, _) = read();
    let earlier = waiting.iter().find(|other| other.response == response).map(|other| other.since_ms);
    waiting.retain(|other| other.response != response);
    waiting.push(Waiting {
        base: base.into(),
        response: response.into(),
        since_ms: earlier.unwrap_or_else(wall_ms),
        body: body.clone(),
        answers_bytes,
    });
    save(&waiting)
}

/// Forgets a response whose newest revision is in `body`; a newer one stays.
pub fn remove(response: &str, body: &Body) {
    let (mut waiting, is_clean) = read();
    let before = waiting.len();
    waiting.retain(|other| other.response != response || other.body != *body);
    // Nothing is written when nothing was kept: the usual case.
    if waiting.len() < before || !is_clean {
        save(&waiting);
    }
}

/// Everything that waits for this collector.
pub fn for_base(base: &str) -> Vec<Waiting> {
    let (mut waiting, is_clean) = read();
    if !is_clean {
        save(&waiting);
    }
    waiting.retain(|waiting| waiting.base == base);
    waiting
}

fn storage() -> Option<Storage> {
    // Throws where the browser denies storage.
    web_sys::window()?.local_storage().ok()?
}

/// What is stored, and whether it is stored just so.
fn read() -> (Vec<Waiting>, bool) {
    let text = storage().and_then(|storage| storage.get_item(KEY).ok()?).unwrap_or_default();
    let mut waiting: Vec<Waiting> = text.lines().filter_map(parse).collect();
    let now_ms = wall_ms();
    waiting.retain(|waiting| now_ms - waiting.since_ms <= OUTBOX_AGE_MS_MAX as f64);
    let mut is_clean = waiting.len() == text.lines().count();
    // The clock was set back since: the frame is kept, and its week begins anew.
    for waiting in waiting.iter_mut().filter(|waiting| waiting.since_ms > now_ms) {
        waiting.since_ms = now_ms;
        is_clean = false;
    }
    (waiting, is_clean)
}

fn parse(line: &str) -> Option<Waiting> {
    let mut fields = line.split(' ');
    let (base, response) = (fields.next()?.into(), fields.next()?.into());
    let since_ms = fields.next()?.parse::<u64>().ok()? as f64;
    let frame = hex_to_bytes(fields.next()?)?;
    let answers_bytes = match fields.next() {
        Some(length) => length.parse().ok()?,
        None => Layout::CORE.bytes(),
    };
    let contact = hex_to_bytes(fields.next().unwrap_or_default())?;
    Some(Waiting { base, response, since_ms, body: (frame, contact), answers_bytes })
}

fn save(waiting: &[Waiting]) -> bool {
    let Some(storage) = storage() else { return false };
    let kept = waiting.get(waiting.len().saturating_sub(OUTBOX_FRAMES_MAX)..).unwrap_or_default();
    if kept.is_empty() {
        return storage.remove_item(KEY).is_ok();
    }
    let mut text = String::new();
    for waiting in kept {
        let since_ms = decimal(waiting.since_ms as u64);
        let (frame, contact) = &waiting.body;
        for field in [&waiting.base, " ", &waiting.response, " ", &since_ms, " ", &bytes_to_hex(frame)] {
            text.push_str(field);
        }
        if waiting.answers_bytes != Layout::CORE.bytes() || !contact.is_empty() {
            text.push(' ');
            text.push_str(&decimal(waiting.answers_bytes as u64));
        }
        if !contact.is_empty() {
            text.push(' ');
            text.push_str(&bytes_to_hex(contact));
        }
        text.push('\n');
    }
    storage.set_item(KEY, &text).is_ok()
}
