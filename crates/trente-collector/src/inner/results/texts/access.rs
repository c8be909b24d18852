//! Texts of the settings of accounts, tokens and webhooks.

mod en;
mod fr;

use trente_survey::locale::Language;

use super::{EachText, Texts};

texts! {
    /// What the settings of people, tokens and webhooks say, in one language.
    Access:
    /// Title and link.
    people,
    /// What they are.
    people_note,
    /// `{n}`.
    people_now[2],
    /// Heads: name, role, sites, second factor, mails.
    people_heads[5],
    /// Marks one’s own account.
    own,
    /// Legend.
    role,
    /// Owner, team, desk.
    roles[3],
    /// What each may do.
    role_notes[3],
    /// Legend.
    sites,
    /// Choice.
    every_site,
    /// Choice.
    some_sites,
    /// No site was ticked.
    sites_none,
    /// On, off.
    factor[2],
    /// Alerts, the digest, none.
    mails[3],
    /// Heading and button.
    add_account,
    /// Label.
    name,
    /// What a name is.
    name_note,
    /// The name is none.
    name_wrong,
    /// An account has this name.
    name_taken,
    /// Label.
    first_password,
    /// What a password is.
    first_password_note,
    /// `{name}`.
    person,
    /// One’s own account.
    own_account,
    /// No owner of every site would be left.
    last_owner,
    /// Link.
    to_account,
    /// Link.
    to_people,
    /// When they hold.
    rights_note,
    /// Heading and button.
    remove_account,
    /// `{name}`.
    remove_question,
    /// What it means.
    remove_note,
    /// It is done.
    account_added,
    /// It is done.
    account_removed,
    /// Title and link.
    tokens,
    /// What they are.
    tokens_note,
    /// `{n}`.
    tokens_now[2],
    /// The list is empty.
    tokens_none,
    /// Heads: name, scopes, sites, last use, end, action.
    token_heads[6],
    /// In the list.
    never_used,
    /// In the list.
    never_ends,
    /// Marks a token that has ended.
    over,
    /// Button.
    revoke,
    /// The same; `{name}`.
    revoke_one,
    /// `{name}`.
    revoke_question,
    /// What it means.
    revoke_note,
    /// It is done.
    token_revoked,
    /// Heading and button.
    add_token,
    /// Legend.
    scopes_label,
    /// Read, export, erase, sign, admin, webhook.
    scopes[6],
    /// No scope was ticked.
    scope_none,
    /// Choice; `{site}`.
    this_site,
    /// Label.
    token_days,
    /// A token has this name.
    token_taken,
    /// `{name}`.
    token_new,
    /// It is shown once.
    token_note,
    /// Title and link.
    webhooks,
    /// What they are.
    webhooks_note,
    /// `{n}`.
    webhooks_now[2],
    /// `{n}`.
    failing_now[2],
    /// The list is empty.
    webhooks_none,
    /// Heads: receiver, what it is told, since, state, log, action.
    webhook_heads[6],
    /// What a receiver is told, in a word: responses, alerts, digest.
    event_names[3],
    /// The same, to choose from.
    event_notes[3],
    /// Heading of the choice.
    events_label,
    /// Nothing is ticked.
    event_none,
    /// `{since}`.
    fails,
    /// The receiver answered 410; `{when}`.
    gone,
    /// `{n}`.
    waiting[2],
    /// Link.
    log,
    /// Link and title; `{host}`.
    log_of,
    /// Button next to `{host}`.
    remove_webhook,
    /// `{host}`.
    webhook_question,
    /// What it means.
    webhook_gone_note,
    /// It is done.
    webhook_removed,
    /// Heading and button.
    add_webhook,
    /// Label.
    url,
    /// What it is.
    url_note,
    /// The address is none.
    url_wrong,
    /// `{address}` is not public.
    url_private,
    /// `{most}`.
    webhooks_many,
    /// `{host}`.
    webhook_new,
    /// It is shown once.
    webhook_note,
    /// `{when}`.
    next_try,
    /// Button.
    send_now,
    /// What it means.
    send_note,
    /// It is done.
    sent_again,
    /// Heading.
    last_tries,
    /// The log is empty.
    no_try,
    /// What the log is.
    tries_note,
    /// Heads: when, which try, outcome, what the receiver said.
    try_heads[4],
    /// Delivered, tried again, given up.
    attempt_ends[3],
    /// Timeout, no connection, an address that is not allowed, no certificates.
    attempt_failures[4],
    /// `{status}`.
    answered_status,
    /// Link.
    to_webhooks,
}

impl Texts {
    /// Texts of the settings of people, tokens and webhooks.
    pub fn access(&self) -> &'static Access {
        if self.language == Language::Fr { &fr::ACCESS } else { &en::ACCESS }
    }
}

#[cfg(test)]
pub(super) const BOTH: [&Access; 2] = [&en::ACCESS, &fr::ACCESS];
