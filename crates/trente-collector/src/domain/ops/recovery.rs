//! Use cases of the recovery desk: what the shop does about a customer to put right, and how soon it does.

use trente_stats::reply_time;
use trente_stats::reply_time::Replies;
use trente_store::change::Change;
use trente_store::clock::DAY_MS;
use trente_store::key::ResponseKey;
use trente_store::model::audit::Actor;
use trente_store::model::recovery::RecoveryAct;
use trente_store::model::site::SiteRow;
use trente_store::{Store, StoreError};

use super::error::OpsError;
use crate::limits::{CONTACT_DAYS_MAX, DESK_DAYS_MAX, NOTE_CHARS_MAX, REPLIES_MAX};

/// Days over which the time to the first reply is told, where the desk of a site keeps its customers for as long.
const REPLY_DAYS_MAX: u32 = 28;

/// Days over which the time to the first reply is told of a site.
pub fn reply_days(site: &SiteRow) -> u32 {
    site.desk_days.min(REPLY_DAYS_MAX)
}

/// Does something about one customer of a site.
///
/// # Errors
/// [`OpsError::Note`] for a note that is not one short line; [`StoreError::Unknown`] where the desk has no such
/// customer, or why the store fails.
pub async fn act(
    store: &Store,
    actor: Actor,
    site: String,
    place: ResponseKey,
    act: RecoveryAct,
) -> Result<(), OpsError> {
    let act = match act {
        RecoveryAct::Note(text) => RecoveryAct::Note(note(&text)?),
        act => act,
    };
    store.change(actor, Change::Recover { site, place, act }).await?;
    Ok(())
}

/// A note as it is kept: without white space at its ends.
fn note(text: &str) -> Result<String, OpsError> {
    let text = text.trim();
    let fits = text.chars().count() <= NOTE_CHARS_MAX && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned()).ok_or(OpsError::Note)
}

/// How soon the customers of the last [`reply_days`] were answered who could be put right. One who came less than a day ago
/// and has no answer yet is not counted: the day is not over.
///
/// # Errors
/// Why the store fails.
pub async fn reply_times(store: &Store, site: &SiteRow, now_ms: u64) -> Result<Replies, StoreError> {
    let since_ms = now_ms.saturating_sub(u64::from(reply_days(site)) * DAY_MS);
    let times = store.recovery_times(site.id, since_ms, REPLIES_MAX).await?;
    let decided =
        |(received, answered): &(u64, Option<u64>)| answered.is_some() || now_ms.saturating_sub(*received) > DAY_MS;
    let wait = |(received, answered): (u64, Option<u64>)| answered.map(|at| at.saturating_sub(received));
    Ok(reply_time::summarise(times.into_iter().filter(decided).map(wait)))
}

/// Sets for how many days the desk of a site keeps its customers.
///
/// # Errors
/// [`OpsError::DeskDays`], [`OpsError::Store`]
pub async fn set_desk_retention(store: &Store, actor: Actor, site: String, days: u32) -> Result<(), OpsError> {
    if !(1..=DESK_DAYS_MAX).contains(&days) {
        return Err(OpsError::DeskDays);
    }
    store.change(actor, Change::SetDeskRetention { site, days }).await?;
    Ok(())
}

/// Sets for how many days contacts of customers of a site are kept.
///
/// # Errors
/// [`OpsError::ContactDays`], [`OpsError::Store`]
pub async fn set_contact_retention(store: &Store, actor: Actor, site: String, days: u32) -> Result<(), OpsError> {
    if !(1..=CONTACT_DAYS_MAX).contains(&days) {
        return Err(OpsError::ContactDays);
    }
    store.change(actor, Change::SetContactRetention { site, days }).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_one_short_line() {
        assert_eq!(note("  called, no answer \n").ok().as_deref(), Some("called, no answer"));
        assert_eq!(note("").ok().as_deref(), Some(""));
        assert!(note(&"é".repeat(NOTE_CHARS_MAX)).is_ok());
        for text in ["one\ntwo", "a\u{1b}[31mb", &"x".repeat(NOTE_CHARS_MAX + 1)] {
            assert!(matches!(note(text), Err(OpsError::Note)), "{text}");
        }
    }
}
