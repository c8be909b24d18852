//! Storage of this tab's unfinished response, under one key of `sessionStorage`.
//!
//! Storage that is denied, full or damaged by the page holds nothing; the survey then begins anew after a reload.

use std::cell::Cell;

use trente_survey::response_id::{ResponseId, SurveyId};
use web_sys::Storage;

use super::clock::wall_ms;
use crate::config::Config;
use crate::digits::bytes_to_hex;
use crate::resume::{self, Unfinished};

const KEY: &str = "trente-resume";

thread_local! {
    /// Whether a survey of this page has asked for the interrupted response.
    static TAKEN: Cell<bool> = const { Cell::new(false) };
}

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

/// The response without an order that a reload of this tab has interrupted. It keeps its id, because that decides which
/// family its statement is about ([`trente_survey::extra::Lenses`]): another one would move the answer to it. Only the
/// first survey that asks has it: of two on a page one was interrupted.
pub fn response(survey: SurveyId) -> Option<ResponseId> {
    if TAKEN.replace(true) {
        return None;
    }
    let line = tab()?.get_item(KEY).ok()??;
    resume::response(&line, &prefix(survey, false), wall_ms() as u64).map(ResponseId)
}

/// Survey and response. The latter is a hash of the order where there is one; else it is random.
fn key(config: &Config) -> String {
    [prefix(config.survey, config.ordered), bytes_to_hex(&config.response.0)].concat()
}

fn prefix(survey: SurveyId, ordered: bool) -> String {
    [bytes_to_hex(&survey.0).as_str(), if ordered { " " } else { " -" }].concat()
}

fn storage(config: &Config) -> Option<Storage> {
    tab().filter(|_| config.storage)
}

/// The tab's storage; none where the browser denies it, which throws.
fn tab() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
