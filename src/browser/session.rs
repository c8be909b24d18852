//! Storage of this tab's unfinished response, under one key of `sessionStorage`.
//!
//! Storage that is denied, full or damaged by the page holds nothing; the survey then begins anew after a reload.

use web_sys::Storage;

use super::clock::wall_ms;
use crate::config::Config;
use crate::digits::bytes_to_hex;
use crate::resume::{self, Unfinished};

const KEY: &str = "trente-resume";

/// What this customer answered before a reload, if it may be kept at all.
pub fn get(config: &Config) -> Option<Unfinished> {
    let line = storage(config)?.get_item(KEY).ok()??;
    resume::read(&line, &config.plan, &key(config), wall_ms() as u64)
}

/// Keeps an unfinished response, in place of another one.
pub fn put(config: &Config, unfinished: &Unfinished) {
    if let Some(storage) = storage(config) {
        let _ = storage.set_item(KEY, &resume::write(unfinished, &key(config), wall_ms() as u64));
    }
}

/// Forgets it.
pub fn remove(config: &Config) {
    if let Some(storage) = storage(config) {
        let _ = storage.remove_item(KEY);
    }
}

/// Survey and order. The response is a hash of both where there is an order; else it is new in each page view.
fn key(config: &Config) -> String {
    let mut key = bytes_to_hex(&config.survey.0);
    key.push(' ');
    if config.ordered {
        key.push_str(&bytes_to_hex(&config.response.0));
    }
    key
}

fn storage(config: &Config) -> Option<Storage> {
    // Throws where the browser denies storage.
    web_sys::window().filter(|_| config.storage)?.session_storage().ok()?
}
