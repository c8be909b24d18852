//! Voices page: lists verbatims, thanks first, as they were written but for card numbers ([`words`]).
//!
//! Words are text and never HTML; their direction is their own.

use askama::Template;
use trente_stats::aggregate::unpack;
use trente_stats::period::Period;
use trente_store::clock::{day, now_ms};
use trente_store::model::site::SiteRow;
use trente_store::search::Search;
use trente_store::wanted::{VoiceRow, Wanted};
use trente_store::{Store, StoreError};
use trente_survey::locale::{self, Language};
use trente_survey::score::flag;
use trente_survey::wording::Wording;
use trente_survey::{Branch, Class, Verdict};

use super::filter::{Filter, Tab, after_text, format_response_key};
use super::frame::{Frame, Link};
use super::say;
use super::texts::{Acts, Texts, fill};
use crate::views::{dates, words};

/// Words on one page.
const PAGE: usize = 50;
/// Characters from which on words are folded.
const LONG: usize = 600;

/// A customer's words with what belongs to them.
pub struct Voice {
    /// The words.
    pub text: String,
    /// Their first characters, where they are long.
    pub begin: Option<String>,
    /// Language tag, where it is known.
    pub lang: Option<&'static str>,
    /// Class for the style sheet: `lost`, `waits`, or nothing.
    pub kind: &'static str,
    /// What became of the customer, moment, cause, channel, proof, day.
    pub about: String,
    /// Where it can be erased, if the reader may.
    pub erase: Option<String>,
}

impl Voice {
    /// Of a row.
    pub fn of(row: VoiceRow, texts: &Texts, today: u32) -> Self {
        let read = unpack(row.key).ok();
        let verdict = read.and_then(|(_, family, answers)| Verdict::of(&answers, family, row.elapsed, true).ok());
        let mut about = Vec::new();
        let mut kind = "";
        if let Some((verdict, (_, _, answers))) = verdict.zip(read) {
            let class = texts.one_class.get(verdict.class as usize).copied().unwrap_or_default();
            let (name, told) = match verdict.flags {
                flags if flags & flag::LOST != 0 => ("lost", texts.lost),
                flags if flags & flag::RECOVER != 0 => ("waits", texts.waits),
                _ => ("", class),
            };
            kind = name;
            about.push(told.to_owned());
            about.extend(moment(texts.language, verdict.branch, answers.moment));
            if verdict.branch == Branch::Incident {
                about.extend(verdict.diagnosis.primary.map(|cause| texts.cause(cause)));
            }
        }
        if row.channel != 0 {
            about.push(texts.channel_name(row.channel));
        }
        if row.verified {
            let [proven, _] = texts.proofs;
            about.push(proven.to_owned());
        }
        about.push(dates::short_day(texts.language, row.at.day, today));
        let tag = locale::tag_of(row.locale);
        let text = words::for_display(&row.verbatim);
        let begin = text.char_indices().nth(LONG).map(|(at, _)| format!("{}…", text.get(..at).unwrap_or_default()));
        Self { begin, lang: (tag != "und").then_some(tag), kind, about: about.join(" · "), erase: None, text }
    }
}

/// What became of the words of a period, where it begins before the day from which on the site keeps them.
pub fn words_gone(texts: &Texts, site: &SiteRow, period: &Period, today: u32) -> Option<String> {
    let now_ms = now_ms();
    // As the hourly job reckons, in days of UTC.
    let kept = day(now_ms).saturating_sub(site.retention_days?);
    let is_older = period.first().max(day(site.created_ms)) < kept;
    is_older.then(|| fill(texts.words_before, &[("day", &say::day(texts, kept, today))]))
}

/// What the customer named, as they read it.
fn moment(language: Language, branch: Branch, moment: u8) -> Option<String> {
    let wording = Wording::of(language);
    let index = usize::from(moment.checked_sub(1)?);
    let text = match branch {
        Branch::Incident => wording.incident_options.get(index),
        // Moment 9 is of incidents alone, so the tenth is the ninth option.
        _ => wording.chip_options.get(if index == 9 { 8 } else { index }),
    };
    text.map(|text| text.to_string())
}

/// The page.
#[derive(Template)]
#[template(path = "voices.html")]
pub struct Voices {
    frame: Frame,
    texts: &'static Texts,
    acts: &'static Acts,
    title: String,
    tabs: Vec<Link>,
    voices: Vec<Voice>,
    search: String,
    carried: Vec<(&'static str, String)>,
    action: String,
    /// Which words are kept no longer.
    gone: Option<String>,
    older: Option<String>,
    newest: Option<String>,
    files: Vec<Link>,
}

impl Voices {
    /// Reads a page of them.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn read(
        store: &Store,
        site: &SiteRow,
        frame: Frame,
        texts: &'static Texts,
        filter: &Filter,
        today: u32,
        may_erase: bool,
    ) -> Result<Self, StoreError> {
        let wanted = of_tab(filter);
        // One more tells whether there is another page.
        let mut rows =
            store.voices(site.id, wanted, filter.search.as_deref().map(Search::new), filter.after, PAGE + 1).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let action = format!("{}/voices", frame.path());
        let last = rows.last().map(|row| after_text(&row.at)).filter(|_| more);
        let older = last.map(|last| filter.link(&action, &[("after", Some(&last))]));
        let tabs = Tab::ALL.into_iter().zip(texts.tabs).map(|((tab, name), text)| Link {
            name: text.to_owned(),
            href: filter.link(&action, &[("tab", Some(name)), ("class", None)]),
            here: tab == filter.tab,
        });
        let tab = Tab::ALL.into_iter().find(|(tab, _)| *tab == filter.tab).map_or("all", |(_, name)| name);
        let file = |name: &str, format: &'static str| Link {
            name: name.to_owned(),
            // The tab also where it is that of an address without one.
            href: filter.link(&format!("{}/answers", frame.path()), &[("tab", Some(tab)), ("format", Some(format))]),
            here: false,
        };
        let voice = |row: VoiceRow| {
            let at = format_response_key(row.at.place);
            let erase = may_erase.then(|| filter.link(&format!("{action}/erase"), &[("at", Some(&at))]));
            Voice { erase, ..Voice::of(row, texts, today) }
        };
        Ok(Self {
            title: fill(texts.voices_of, &[("site", &frame.site)]),
            tabs: tabs.collect(),
            search: filter.search.clone().unwrap_or_default(),
            carried: filter.carried(&["q"]),
            newest: filter.after.map(|_| filter.link(&action, &[])),
            files: vec![file("CSV", "csv"), file("NDJSON", "ndjson"), file("Parquet", "parquet")],
            voices: rows.into_iter().map(voice).collect(),
            gone: words_gone(texts, site, &filter.period, today),
            older,
            acts: texts.acts(),
            action: action.clone(),
            frame,
            texts,
        })
    }
}

/// The filter of a tab, within what the address narrows to.
pub fn of_tab(filter: &Filter) -> Wanted {
    let wanted = filter.of_days(filter.period.range());
    let classes = |of: &[Class]| {
        let chosen = wanted.classes.as_deref().unwrap_or(&Class::ALL);
        Some(of.iter().copied().filter(|class| chosen.contains(class)).collect::<Vec<_>>())
    };
    match filter.tab {
        Tab::Recover => Wanted { flags: Some(flag::LOST | flag::RECOVER), ..wanted },
        Tab::Thanks => Wanted { classes: classes(&[Class::Delight]), ..wanted },
        Tab::Ideas => Wanted { classes: classes(&[Class::Ok, Class::None]), ..wanted },
        Tab::Complaints => Wanted { classes: classes(&[Class::Forgivable, Class::Unforgivable]), ..wanted },
        Tab::All => wanted,
    }
}
