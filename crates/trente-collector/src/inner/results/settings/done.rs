//! Confirmation message after a settings form was submitted: its name in the address, and its text.

use crate::inner::results::texts::Texts;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A setting holds from now on.
    Saved,
    /// The time for which answers are kept is shorter.
    Shortened,
    /// The former key was retired.
    Retired,
    /// An account was added.
    AccountAdded,
    /// An account was removed.
    AccountRemoved,
    /// A token was revoked.
    TokenRevoked,
    /// A webhook was removed.
    WebhookRemoved,
    /// What waits for a webhook is sent now.
    SentAgain,
    /// An annotation was written.
    Annotated,
    /// An annotation was removed.
    AnnotationRemoved,
    /// A number of orders was said.
    OrdersSaid,
    /// A number of orders was forgotten.
    OrdersForgotten,
    /// What was to change is no longer there.
    Gone,
}

impl Done {
    const ALL: [(Self, &'static str); 13] = [
        (Self::Saved, "saved"),
        (Self::Shortened, "shortened"),
        (Self::Retired, "retired"),
        (Self::AccountAdded, "account-added"),
        (Self::AccountRemoved, "account-removed"),
        (Self::TokenRevoked, "token-revoked"),
        (Self::WebhookRemoved, "webhook-removed"),
        (Self::SentAgain, "sent-again"),
        (Self::Annotated, "annotated"),
        (Self::AnnotationRemoved, "annotation-removed"),
        (Self::OrdersSaid, "orders"),
        (Self::OrdersForgotten, "orders-forgotten"),
        (Self::Gone, "gone"),
    ];

    /// Its name in an address.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(done, _)| *done == self).map_or("", |(_, name)| name)
    }

    /// What an address names.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(done, _)| done)
    }

    /// As the page says it.
    pub fn text(self, texts: &Texts) -> &'static str {
        let (set, access) = (texts.settings(), texts.access());
        match self {
            Self::Saved => set.saved,
            Self::Shortened => set.shortened,
            Self::Retired => set.retired,
            Self::AccountAdded => access.account_added,
            Self::AccountRemoved => access.account_removed,
            Self::TokenRevoked => access.token_revoked,
            Self::WebhookRemoved => access.webhook_removed,
            Self::SentAgain => access.sent_again,
            Self::Annotated => set.annotated,
            Self::AnnotationRemoved => set.annotation_removed,
            Self::OrdersSaid => set.orders_said,
            Self::OrdersForgotten => set.orders_forgotten,
            Self::Gone => set.gone,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::http::HeaderMap;

    use super::*;
    use crate::inner::results::texts;

    #[test]
    fn what_an_address_names_is_what_was_done() {
        let texts = texts::for_request(Some("en"), &HeaderMap::new());
        let texts: BTreeSet<&str> = Done::ALL.into_iter().map(|(done, _)| done.text(texts)).collect();
        assert_eq!(texts.len(), Done::ALL.len(), "each says something of its own");
        for (done, name) in Done::ALL {
            assert_eq!((Done::named(name), done.name()), (Some(done), name));
        }
        assert_eq!(Done::named(""), None);
    }
}
