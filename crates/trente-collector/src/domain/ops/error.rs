//! Error type of the administration's use cases: why one is refused.

use thiserror::Error;
use trente_store::StoreError;

use crate::domain::contact::keys::KEY_VARIABLE;
use crate::domain::names::{AccountNameError, SiteNameError};
use crate::domain::origin::OriginError;
use crate::limits::{
    ANNOTATION_CHARS_MAX, CONTACT_DAYS_MAX, DESK_DAYS_MAX, NOTE_CHARS_MAX, ORDER_DAYS_MAX, RETENTION_DAYS_MAX,
    TOKEN_DAYS_MAX,
};
use crate::mail::message;
use crate::webhooks::address::AddressError;

/// A refusal: of what was asked, or of the store.
#[derive(Debug, Error)]
pub enum OpsError {
    /// The name cannot be a site's.
    #[error(transparent)]
    SiteName(#[from] SiteNameError),
    /// The name cannot be an account's or a token's.
    #[error(transparent)]
    AccountName(#[from] AccountNameError),
    /// An owner would take their own rights away.
    #[error("an account does not change its own rights and does not remove itself; another owner can")]
    OwnAccount,
    /// A token that may do nothing.
    #[error("a token needs a scope")]
    NoScope,
    /// A token that lasts too long, or not at all.
    #[error("a token lasts for 1 to {TOKEN_DAYS_MAX} days")]
    TokenDays,
    /// An origin is none.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The widget could stand nowhere.
    #[error("name an origin, or let the widget stand anywhere with `any_origin`")]
    NoOrigin,
    /// Retention out of its range.
    #[error("`days` is a number from 1 to {RETENTION_DAYS_MAX}, or null")]
    Retention,
    /// Retention of the desk out of its range.
    #[error("`days` is a number from 1 to {DESK_DAYS_MAX}")]
    DeskDays,
    /// Retention of contacts out of its range.
    #[error("`days` is a number from 1 to {CONTACT_DAYS_MAX}")]
    ContactDays,
    /// A survey asks for contacts, and nothing can seal them.
    #[error(
        "the survey asks for contacts (`follow_up.contact`), and no key seals them: name a file in `contact_key_file`, or \
         set {KEY_VARIABLE}"
    )]
    NoContactKey,
    /// A note that is not one short line.
    #[error("a note is one line of at most {NOTE_CHARS_MAX} characters")]
    Note,
    /// An annotation that is not one short line.
    #[error("an annotation is one line of at most {ANNOTATION_CHARS_MAX} characters")]
    Annotation,
    /// A day that is to come, or days that are backwards, too many or not over.
    #[error("name days that are over, {ORDER_DAYS_MAX} at most; an annotation may be of today")]
    Day,
    /// A number of orders that is none.
    #[error("orders are a whole number")]
    Orders,
    /// Webhooks may not go there.
    #[error(transparent)]
    Webhook(#[from] AddressError),
    /// A webhook that would be told nothing, or something else.
    #[error("a webhook is told of at least one of `response`, `alert` and `digest`")]
    Events,
    /// Mails may not go there.
    #[error(transparent)]
    Mail(#[from] message::AddressError),
    /// The store refuses or fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}
