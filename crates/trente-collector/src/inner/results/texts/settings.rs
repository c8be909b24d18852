//! Texts of the settings pages: what all of them say, the site itself, its days, the audit log.

mod en;
mod fr;

use trente_survey::locale::Language;

use super::{EachText, Texts};

texts! {
    /// What the settings of a site say, in one language.
    Settings:
    /// Link and title: the list.
    title,
    /// `{site}`: title of the list.
    title_of,
    /// `{day}`, `{time}` as in 09:30.
    moment,
    /// Button.
    save,
    /// Button.
    add,
    /// Button.
    remove,
    /// Link: back, and nothing is done.
    leave,
    /// Link: back, the secret was kept.
    secret_kept,
    /// Label: the password once more.
    password,
    /// Why it is asked for.
    password_note,
    /// It is done.
    saved,
    /// It is done.
    shortened,
    /// It is done.
    retired,
    /// It is done.
    annotated,
    /// It is done.
    annotation_removed,
    /// It is done.
    orders_said,
    /// It is done.
    orders_forgotten,
    /// What was to change is no longer there.
    gone,
    /// Link: the page of the snippet.
    snippet,
    /// What is there.
    snippet_now,
    /// Title and link.
    origins,
    /// What they are.
    origins_note,
    /// Label.
    origins_label,
    /// How one is written.
    origins_example,
    /// Label of the box.
    any_label,
    /// What it means.
    any_note,
    /// In a list of addresses.
    any_origin,
    /// `{most}`.
    origins_many,
    /// None was written.
    origins_none,
    /// `{text}` is none.
    origin_wrong,
    /// `{text}` is more than one; `{origin}`.
    origin_address,
    /// `{text}` lacks its scheme.
    origin_scheme,
    /// `{text}` stands for many.
    origin_wildcard,
    /// Title and link.
    zone,
    /// What it decides.
    zone_note,
    /// `{now}`.
    zone_now,
    /// Label.
    zone_label,
    /// How it is written.
    zone_example,
    /// The name is none.
    zone_wrong,
    /// Title and link.
    retention,
    /// Heading.
    answers,
    /// What it means.
    retention_note,
    /// Legend.
    keep_label,
    /// Choice.
    keep_ever,
    /// Choice.
    keep_days,
    /// Label.
    days_label,
    /// Label.
    desk_days,
    /// Heading.
    desk,
    /// What it means.
    desk_note,
    /// Label.
    contact_days,
    /// Heading.
    contacts,
    /// What it means.
    contacts_note,
    /// `{most}`.
    days_wrong,
    /// `{n}`: for how long answers are kept.
    kept_days[2],
    /// Answers are kept for ever.
    kept_ever,
    /// `{n}`: for how long the desk keeps customers.
    desk_kept[2],
    /// Button.
    shorten,
    /// `{n}` days.
    retention_question[2],
    /// `{n}` answers, up to `{day}`.
    retention_deletes[2],
    /// No answer, up to `{day}`.
    retention_deletes_none,
    /// What stays, and what cannot be undone.
    retention_stays,
    /// `{n}` days.
    desk_question[2],
    /// What a shorter time deletes.
    desk_deletes,
    /// `{n}` days.
    contacts_question[2],
    /// What a shorter time deletes.
    contacts_delete,
    /// Title and link.
    keys,
    /// What they are for.
    keys_note,
    /// One key; the former one verifies too.
    keys_now[2],
    /// Heading.
    former,
    /// When it ends.
    former_note,
    /// Button.
    rotate,
    /// What it means.
    rotate_note,
    /// Title.
    rotate_question,
    /// Button.
    retire,
    /// What it means.
    retire_note,
    /// Title.
    retire_question,
    /// There are two keys already.
    key_former,
    /// Title.
    key_new,
    /// It is shown once.
    key_note,
    /// Title and link.
    days,
    /// Heading.
    orders,
    /// What they are for.
    orders_note,
    /// Label.
    from,
    /// Label.
    to,
    /// Label.
    orders_label,
    /// The list is empty.
    orders_none,
    /// Heads: month, orders, days, action.
    month_heads[4],
    /// `{n}`.
    days_known[2],
    /// Button next to `{month}`.
    forget_month,
    /// Heading.
    notes,
    /// What they are for.
    notes_note,
    /// Label.
    day,
    /// Label.
    text,
    /// The list is empty.
    notes_none,
    /// Heads: day, text, action.
    note_heads[3],
    /// Button next to the note of `{day}`.
    remove_note_of,
    /// `{most}`.
    range_wrong,
    /// Not a number of orders.
    orders_wrong,
    /// Not a day that has come.
    day_wrong,
    /// `{most}`.
    text_wrong,
    /// `{most}`.
    notes_many,
    /// `{n}` of the last 28 days.
    orders_now,
    /// `{n}`.
    notes_now[2],
    /// Title and link.
    audit,
    /// What it is.
    audit_note,
    /// `{when}`.
    audit_now,
    /// Heads: when, who, what, to what.
    audit_heads[4],
}

impl Texts {
    /// Texts of the settings.
    pub fn settings(&self) -> &'static Settings {
        if self.language == Language::Fr { &fr::SETTINGS } else { &en::SETTINGS }
    }
}

#[cfg(test)]
pub(super) const BOTH: [&Settings; 2] = [&en::SETTINGS, &fr::SETTINGS];
