//! Texts of the results pages in English and French: one table for each language, complete by the compiler.
//!
//! `{name}` in a text is filled by [`fill`]. Where a number decides the form, there are two texts: for one, and for any
//! other number.
//!
//! Not here: names of causes, owners and remedies, which the letters have too (`trente-survey`); words for signing in
//! ([`crate::inner::account`]).

use axum::http::HeaderMap;
use trente_survey::locale::Language;

pub use crate::views::sentence::{capital, fill};
use crate::web::language;

/// One text or a fixed number of them: lets [`Texts::all`] visit both.
trait EachText {
    fn visit(&self, name: &'static str, out: &mut Vec<(&'static str, &'static str)>);
}

impl EachText for &'static str {
    fn visit(&self, name: &'static str, out: &mut Vec<(&'static str, &'static str)>) {
        out.push((name, self));
    }
}

impl<const N: usize> EachText for [&'static str; N] {
    fn visit(&self, name: &'static str, out: &mut Vec<(&'static str, &'static str)>) {
        out.extend(self.iter().map(|text| (name, *text)));
    }
}

/// Declares the struct and its visitor at once, so that no lint can miss a field and no language can lack one.
macro_rules! texts {
    ($(#[$of:meta])* $table:ident: $($(#[$doc:meta])* $name:ident $([$count:literal])?,)+) => {
        $(#[$of])*
        pub struct $table {
            /// The language.
            pub language: Language,
            $($(#[$doc])* pub $name: texts!(@type $($count)?),)+
        }

        impl $table {
            /// Every text with the name of its field.
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                let mut out = Vec::new();
                $(self.$name.visit(stringify!($name), &mut out);)+
                out
            }
        }
    };
    (@type) => { &'static str };
    (@type $count:literal) => { [&'static str; $count] };
}

mod access;
mod acts;
mod audit_acts;
mod en;
mod forms;
mod fr;
mod own;
mod settings;
mod start;

pub use self::access::Access;
pub use self::acts::Acts;
pub use self::own::Own;
pub use self::settings::Settings;
pub use self::start::Start;

texts! {
    /// What the pages say, in one language.
    Texts:
    /// Link that jumps over the head.
    skip,
    /// Accessible name of the navigation between pages.
    pages,
    /// Link: every site.
    sites,
    /// Link: the account.
    account,
    /// Link and title: the overview.
    overview,
    /// Link and title: what customers wrote.
    voices,
    /// A site whose answers are invented.
    demonstration,
    /// Accessible name of the choice of the period.
    period,
    /// 7 days, 28 days, 90 days, 12 months.
    lengths[4],
    /// Opens the two dates.
    choose,
    /// Label of the first date.
    from,
    /// Label of the last date.
    to,
    /// Button of a form that changes what is shown.
    show,
    /// An address asked for a period that cannot be; `{why}` is one of the next.
    period_refused,
    /// Backwards; unfinished; too long; not a date.
    period_why[4],
    /// An address asked for something that there is not; it is left out.
    filter_refused,
    /// Before what the page is narrowed to.
    only,
    /// Link that shows everything again.
    everything,
    /// Answers whose language is not known any more, so that a filter on one leaves them out; `{n}`.
    without_language[2],
    /// Answers that a filter on class or cause counts without their time and words; `{n}`.
    without_marks[2],
    /// The part of the answers whose language is not known any more.
    language_unknown,
    /// From one day to another; `{first}`, `{last}`.
    between_days,
    /// On one day; `{day}`.
    on_day,
    /// The title of the page; `{when}`, `{n}`.
    answered[2],
    /// No answer at all on this site.
    none_ever,
    /// No answer in this period; `{when}`.
    none_when,
    /// Answers of a day that is not over; `{n}`.
    of_today[2],
    /// Of a site that asks no customer any more; `{day}`.
    closed,
    /// Fewer than five answers.
    few,
    /// `{n}`.
    are_lost[2],
    /// `{n}`.
    wait[2],
    /// Neither.
    none_lost,
    /// `{points}`, `{low}`, `{high}`, `{before}`.
    fell[2],
    /// The same.
    rose[2],
    /// `{before}`.
    uncertain,
    /// `{before}`.
    unknown,
    /// What a period is compared with: as many days before; `{n}`.
    before_days[2],
    /// Before a sentence on few answers.
    tendency_is,
    /// `{cause}`.
    first_cause,
    /// `{causes}`.
    first_causes,
    /// Between the last two of a list.
    and,
    /// `{responses}`, `{day}`, `{times}`, `{usual}`.
    unusual_day,
    /// The same where none is usual: `{responses}`, `{day}`.
    unusual_day_quiet,
    /// `{n}`.
    refused[2],
    /// `{n}`.
    replaced[2],
    /// `{n}`, `{seconds}`.
    lag[2],
    /// Title: lost and waiting customers.
    recover,
    /// A customer who is lost.
    lost,
    /// A customer who waits.
    waits,
    /// Button: all of them; `{n}`.
    see_all[2],
    /// Button: those of them who wrote; `{n}`, `{all}`.
    see_wrote[2],
    /// The same where words of earlier days are kept no longer; `{n}`, `{all}`.
    see_kept[2],
    /// None of them wrote anything; `{n}`.
    recover_silent[2],
    /// Nothing of what they wrote is kept, if they wrote; `{n}`.
    recover_unkept[2],
    /// Words of before `{day}` are kept no longer.
    words_before,
    /// There is none.
    recover_none,
    /// An account that reads numbers alone.
    recover_hidden,
    /// Title.
    thanks,
    /// Link; `{n}`.
    delighted[2],
    /// There is none.
    thanks_none,
    /// Title: one cause is first.
    one_cause,
    /// Title: several cannot be told apart.
    many_causes,
    /// `{owner}`.
    who,
    /// `{cause}`, `{told}`, `{inferred}`, `{lost}`.
    incidents,
    /// `{points}`.
    what_if[2],
    /// Opens the table.
    all_causes,
    /// Heads of the table: place, cause, told, inferred, unforgivable, weight.
    cause_heads[6],
    /// What weight, place and inferred mean.
    cause_note,
    /// No incident points at one.
    cause_none,
    /// `{n}`.
    without_cause[2],
    /// `{n}`.
    competitors[2],
    /// Title.
    ordinary,
    /// No rule fired.
    quiet,
    /// No rule fired of the two that look at some answers, or at days that were over earlier.
    quiet_weeks,
    /// `{n}`, `{weeks}`.
    above[2],
    /// `{n}`, `{weeks}`.
    below[2],
    /// `{share}`.
    usually,
    /// There is no usual course yet.
    young,
    /// `{cause}`, `{n}`, `{usual}`.
    recurs,
    /// The same where nothing is known of before.
    recurs_new,
    /// Name of the chart.
    chart,
    /// What the chart shows, for those who do not see it; `{weeks}`, `{low}`, `{high}`.
    chart_told,
    /// Below the chart.
    chart_note,
    /// Opens the table.
    chart_table,
    /// Heads: week from, answers, incidents, share, limit, recommendation.
    chart_heads[6],
    /// Title.
    figures,
    /// Recommendation, satisfaction, ease.
    metrics[3],
    /// `{low}`, `{high}`.
    between,
    /// An interval in a table; `{low}`, `{high}`.
    range,
    /// `{n}`.
    n,
    /// `{value}`, `{n}`.
    before,
    /// After a number of few answers.
    tendency,
    /// In place of a number.
    too_few,
    /// In place of a number.
    no_answer,
    /// Title: the classes.
    who_are,
    /// None, delight, ok, forgivable, unforgivable.
    classes[5],
    /// The class of one customer, in the order of `classes`.
    one_class[5],
    /// Opens what stands behind the figures.
    more,
    /// The mean score; `{value}`, `{low}`, `{high}`, `{n}`.
    score,
    /// Title of a cut: channel, language, proof, version, day of the week.
    by[5],
    /// The same in a row of links.
    by_link[5],
    /// Heads: part, recommendation, between, answers.
    by_heads[4],
    /// What the strips mean.
    by_note,
    /// Opens the parts drawn towards the whole.
    by_shrunk,
    /// What that means.
    by_shrunk_note,
    /// Before the links to the other cuts.
    by_more,
    /// Web, shop, phone, delivery.
    channels[4],
    /// Another channel; `{n}`.
    channel,
    /// A proven purchase, an unproven one.
    proofs[2],
    /// Monday first.
    weekdays[7],
    /// `{id}`.
    version,
    /// Marks a part that changed since the span before.
    changed[2],
    /// Title.
    worth,
    /// Left out: `{satisfaction}`, `{ease}`, `{lens}`, `{recommend}`.
    skips,
    /// `{n}`, `{nps}`.
    fast[2],
    /// No fast answer.
    fast_none,
    /// `{seconds}`.
    median,
    /// `{n}`.
    mismatches[2],
    /// `{n}`.
    noted[2],
    /// Of those who did not answer.
    others,
    /// `{n}`, `{nps}`: unproven responses, which stand apart.
    apart[2],
    /// Link: the figures as a file.
    figures_file,
    /// Before links to files of every answer.
    answers_files,
    /// Lost or waiting; thanks; ideas; complaints; all.
    tabs[5],
    /// Label of the search.
    search,
    /// Button.
    find,
    /// Nothing fits.
    voices_none,
    /// The same where words of earlier days are kept no longer.
    voices_unkept,
    /// Link to the next page.
    older,
    /// Link to the first page.
    newest,
    /// `{site}`: title of the list.
    voices_of,
    /// Heads: site, answers in 28 days, recommendation, waiting, last answer.
    home_heads[5],
    /// Answers come in; none for a week: `{ago}`; none yet, but a page asked; no page has asked; closed: `{day}`.
    lights[5],
    /// No site that the account may see.
    no_site,
    /// Link to the page of the snippet.
    install,
    /// Today, yesterday.
    days[2],
    /// Titles: not found; not allowed; another name; too often; the store fails; anything else.
    refusal_titles[6],
    /// What to do about it.
    refusals[6],
    /// `{n}` days ago.
    days_ago,
}

/// Texts for a request: in the language asked for, else of the browser's, else English.
pub fn for_request(asked: Option<&str>, headers: &HeaderMap) -> &'static Texts {
    let wanted = language::wanted(asked, headers).find(|language| matches!(language, Language::En | Language::Fr));
    if wanted == Some(Language::Fr) { &fr::TEXTS } else { &en::TEXTS }
}

#[cfg(test)]
mod tests;
