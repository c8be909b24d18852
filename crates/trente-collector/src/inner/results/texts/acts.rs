//! Texts of the pages on which something is done: the recovery desk, and erasing.

mod en;
mod fr;

use trente_survey::locale::Language;

use super::{EachText, Texts};

texts! {
    /// What the pages say on which something is done, in one language.
    Acts:
    /// Link at an answer.
    erase,
    /// Title.
    erase_title,
    /// What goes.
    erase_note,
    /// Label of the choice.
    erase_why,
    /// Asked for; names a person; another reason.
    erase_reasons[3],
    /// Button.
    erase_now,
    /// Link back.
    keep,
    /// It is done.
    erased,
    /// It is done, and a reader still has former pages.
    erased_later,
    /// It was erased before, or is no longer kept.
    erased_before,
    /// Title of the desk; `{site}`.
    desk_of,
    /// Link from the overview.
    desk_open,
    /// `{n}`, `{span}`.
    wait_for[2],
    /// No customer waits.
    wait_none,
    /// The list that is shown has no customer.
    list_none,
    /// `{days}`, `{within}`, `{n}`, `{low}`, `{high}`.
    replies,
    /// The same of few customers, without a share; `{days}`, `{within}`, `{n}`.
    replies_few,
    /// `{span}`.
    median,
    /// Without an answer; of these, seen; all.
    shown[3],
    /// Accessible name of the choice.
    shown_name,
    /// `{days}`.
    kept,
    /// `{n}` minutes.
    minutes[2],
    /// `{n}` hours.
    hours[2],
    /// `{n}` days.
    days[2],
    /// `{span}`.
    ago,
    /// They wrote nothing.
    no_words,
    /// The response is kept no longer.
    words_gone,
    /// Before the first step; `{cause}`.
    cause_is,
    /// Button.
    seen,
    /// Button.
    answered,
    /// Button: takes the answer back.
    reopen,
    /// `{span}`.
    seen_at,
    /// `{span}`.
    answered_at,
    /// Label of the field.
    note,
    /// Button.
    note_save,
    /// It is done.
    note_saved,
    /// Too long, or not one line; `{most}`.
    note_refused,
    /// Before the customer's contact.
    reply_to,
    /// Who sends the reply.
    reply_own,
    /// No key opens the contact.
    reply_sealed,
    /// Opens the apology.
    apology,
    /// Before the same in the language of the page.
    apology_means,
    /// Button.
    copy,
    /// It is done.
    copied,
    /// `{n}`: they came since the page was made.
    arrived[2],
    /// Link that loads the page again.
    look_again,
    /// The page is told nothing any more.
    deaf,
    /// Button next to a first step.
    did_this,
    /// Title of the list of annotations.
    annotations,
    /// Opens the form.
    annotate,
    /// Label.
    what_happened,
    /// Label.
    which_day,
    /// Button.
    add,
    /// Button next to an annotation; `{day}`.
    remove,
    /// It is done.
    annotated,
    /// It is done.
    annotation_removed,
    /// Too long, empty, of a day to come, or the day has too many.
    annotation_refused,
    /// `{n}`, `{orders}`, `{share}`, `{low}`, `{high}`.
    rate,
    /// `{n}`, `{orders}`.
    rate_few,
    /// The number is smaller than that of the answers; `{n}`, `{orders}`.
    rate_wrong,
    /// It is not known of every day.
    rate_unknown,
    /// Opens the form.
    orders_say,
    /// Label; `{n}` days.
    orders_label[2],
    /// Before the button, where numbers of these days are known already; `{n}`.
    orders_replace[2],
    /// Button.
    orders_save,
    /// It is done.
    orders_saved,
    /// Not a number, or days that are not over.
    orders_refused,
    /// Link: the figures as a table.
    figures_csv,
}

impl Acts {
    /// French for French, English for the rest: what is written to a customer of this language.
    pub fn of(language: Language) -> &'static Self {
        if language == Language::Fr { &fr::ACTS } else { &en::ACTS }
    }
}

impl Texts {
    /// Texts of the pages on which something is done.
    pub fn acts(&self) -> &'static Acts {
        Acts::of(self.language)
    }
}

#[cfg(test)]
pub(super) const BOTH: [&Acts; 2] = [&en::ACTS, &fr::ACTS];
