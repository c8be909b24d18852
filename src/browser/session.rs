//! Storage of this tab's unfinished responses, a line each, under one key of `sessionStorage`.
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

/// As many surveys as one page is likely to have; of more the oldest begin anew.
const LINES_MAX: usize = 4;

thread_local! {
    /// The interrupted response that a survey of this page has taken up last, and has not left yet.
    static TAKEN: Cell<Option<ResponseId>> = const { Cell::new(None) };
}

/// What this customer answered before a reload, if it may be kept at all.
pub fn get(config: &Config) -> Option<Unfinished> {
    let (text, key, now_ms) = (text(&storage(config)?)?, key(config), wall_ms() as u64);
    text.lines().find_map(|line| resume::read(line, &config.plan, &key, now_ms))
}

/// Keeps an unfinished response, in place of what was kept of it.
pub fn put(config: &Config, unfinished: &Unfinished) {
    replace(config, Some(resume::write(unfinished, &key(config), wall_ms() as u64)));
}

/// Forgets it; those of other surveys stay.
pub fn remove(config: &Config) {
    replace(config, None);
}

/// Writes the line of one response before those of others.
fn replace(config: &Config, line: Option<String>) {
    let Some(storage) = storage(config) else { return };
    let (old, key) = (text(&storage).unwrap_or_default(), key(config));
    let mut new = line.unwrap_or_default();
    for other in old.lines().filter(|other| !other.starts_with(&key)).take(LINES_MAX - 1) {
        if !new.is_empty() {
            new.push('\n');
        }
        new.push_str(other);
    }
    let _ = if new.is_empty() { storage.remove_item(KEY) } else { storage.set_item(KEY, &new) };
}

/// The response without an order that a reload of this tab has interrupted. It keeps its id, because that decides which
/// family its statement is about ([`trente_survey::extra::Lenses`]): another one would move the answer to it.
/// The survey that has taken it up last keeps it for itself until it leaves.
pub fn response(survey: SurveyId) -> Option<ResponseId> {
    let (text, prefix, now_ms) = (text(&tab()?)?, prefix(survey, false), wall_ms() as u64);
    let mut ids = text.lines().filter_map(|line| resume::response(line, &prefix, now_ms)).map(ResponseId);
    let free = ids.find(|id| TAKEN.get() != Some(*id))?;
    TAKEN.set(Some(free));
    Some(free)
}

/// A survey has left the page: another one may go on with its response.
pub fn left(config: &Config) {
    if TAKEN.get() == Some(config.response) {
        TAKEN.set(None);
    }
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

fn text(storage: &Storage) -> Option<String> {
    storage.get_item(KEY).ok()?
}

/// The tab's storage; none where the browser denies it, which throws.
fn tab() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
