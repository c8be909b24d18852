//! Template data of the recovery desk.

use askama::Template;
use trente_stats::aggregate::unpack;
use trente_stats::confidence::NUMBER_MIN;
use trente_stats::reply_time::Replies;
use trente_store::StoreError;
use trente_store::clock::now_ms;
use trente_store::key::ResponseKey;
use trente_store::model::recovery::{AfterRecovery, Queue, RecoveryRow, Said};
use trente_store::model::site::SiteRow;
use trente_store::wanted::{After, VoiceRow};
use trente_survey::locale::{self, Language};
use trente_survey::wording::ReplyWording;
use trente_survey::{Cause, Verdict};

use super::super::filter::format_response_key;
use super::super::frame::{Frame, Link, Page};
use super::super::texts::{Acts, Texts, capital, fill};
use super::super::{reach, say, voices::Voice};
use super::reply::Reply;
use super::{Asked, PAGE, Refused, SHOWN, live, since};
use crate::app::App;
use crate::domain::contact::Contact;
use crate::domain::ops::recovery::{reply_days, reply_times};
use crate::inner::session::Session;
use crate::limits::NOTE_CHARS_MAX;

/// The page.
#[derive(Template)]
#[template(path = "desk.html")]
pub struct Desk {
    frame: Frame,
    texts: &'static Texts,
    acts: &'static Acts,
    title: String,
    head: Vec<String>,
    tabs: Vec<Link>,
    rows: Vec<Row>,
    older: Option<String>,
    /// The page itself, to be looked at again.
    again: String,
    /// Where it hears of new customers.
    events: String,
    /// How many had come when it was made, since the moment in that address.
    all: u64,
    /// Where its forms are sent.
    action: String,
    note_max: usize,
}

/// What to write to a customer, in their own language where it is one of ours.
struct Apology {
    lang: &'static str,
    text: String,
    /// The same in the language of the page, where that is another.
    meaning: Option<String>,
}

/// A customer.
struct Row {
    at: String,
    /// What they said; none once it is kept no longer.
    voice: Option<Voice>,
    /// Whether they are lost.
    lost: bool,
    came: String,
    seen: Option<String>,
    answered: Option<String>,
    note: String,
    cause: Option<String>,
    first_step: Option<&'static str>,
    /// What to write to a customer who waits.
    apology: Option<Apology>,
    /// Where they can be replied to, if they said so.
    reply: Option<Reply>,
    /// What is wrong with the note that was sent.
    refused: Option<String>,
}

impl Desk {
    /// Reads it.
    pub async fn read(
        app: &App,
        session: &Session,
        site: &SiteRow,
        today: u32,
        texts: &'static Texts,
        asked: &Asked,
        refused: Option<&Refused>,
    ) -> Result<Self, StoreError> {
        let (store, now_ms, acts) = (&app.store, now_ms(), texts.acts());
        let (since_ms, counted_ms) = (since(site, now_ms), live::counted_since(now_ms));
        // One more tells whether there is another page.
        let mut rows = store.recoveries(site.id, since_ms, asked.which, asked.after, PAGE + 1).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let last = rows.last().filter(|_| more);
        let last = last.map(|row| AfterRecovery { received_ms: row.received_ms, place: row.place });
        let contacts = store.contacts_at(rows.iter().map(|row| row.place).collect()).await?;
        let queue = store.recovery_queue(site.id, since_ms).await?;
        let replies = reply_times(store, site, now_ms).await?;
        let mut frame = Frame::new(texts, site, Page::Desk, &asked.filter(today), reach(app, session, site).await?);
        if asked.done.as_deref() == Some("noted") {
            frame.notices.push(acts.note_saved.to_owned());
        }
        let name = site.name.as_str();
        let tabs = SHOWN.into_iter().zip(acts.shown).map(|((which, _), text)| Link {
            name: text.to_owned(),
            href: asked.link(name, which, None, None),
            here: which == asked.which,
        });
        let again = asked.link(name, asked.which, None, None);
        Ok(Self {
            title: fill(acts.desk_of, &[("site", name)]),
            head: head(texts, &queue, &replies, site, now_ms),
            tabs: tabs.collect(),
            rows: rows
                .into_iter()
                .map(|row| {
                    let sealed = contacts.get(&row.place);
                    let contact = sealed.map(|sealed| app.contact_keys.as_ref().and_then(|keys| keys.open(sealed)));
                    Row::of(texts, row, contact, refused, (today, now_ms))
                })
                .collect(),
            older: last.map(|last| asked.link(name, asked.which, Some(&last), None)),
            events: live::address(name, counted_ms),
            all: store.recovery_queue(site.id, counted_ms).await?.all,
            action: asked.link(name, asked.which, asked.after.as_ref(), None),
            note_max: NOTE_CHARS_MAX,
            again,
            frame,
            texts,
            acts,
        })
    }
}

/// Who waits, and how soon the shop answers.
fn head(texts: &Texts, queue: &Queue, replies: &Replies, site: &SiteRow, now_ms: u64) -> Vec<String> {
    let acts = texts.acts();
    let waits = match queue.oldest_ms {
        Some(oldest) => {
            let values = [("n", &*say::count(texts, queue.waiting)), ("span", &*span(texts, oldest, now_ms))];
            fill(texts.form(acts.wait_for, queue.waiting), &values)
        }
        None => acts.wait_none.to_owned(),
    };
    // They wait for nothing, and stand on the list until the shop has looked at them.
    let lost = fill(texts.form(texts.are_lost, queue.lost), &[("n", &say::count(texts, queue.lost))]);
    let mut lines = vec![if queue.lost > 0 { format!("{waits} {}.", capital(&lost)) } else { waits }];
    let days = |days: u32| fill(texts.form(acts.days, days.into()), &[("n", &days.to_string())]);
    let over = days(reply_days(site));
    let (within, n) = (say::count(texts, replies.within_a_day), say::count(texts, replies.n));
    match replies.low.zip(replies.high) {
        Some((low, high)) if replies.n >= NUMBER_MIN => {
            let (low, high) = (say::percent(texts, low), say::percent(texts, high));
            lines.push(fill(
                acts.replies,
                &[("days", &over), ("within", &within), ("n", &n), ("low", &low), ("high", &high)],
            ));
        }
        Some(_) => lines.push(fill(acts.replies_few, &[("days", &over), ("within", &within), ("n", &n)])),
        None => {}
    }
    if let Some(minutes) = replies.median_minutes.filter(|_| replies.replied >= NUMBER_MIN) {
        lines.push(fill(acts.median, &[("span", &span(texts, 0, (minutes * 60_000.0) as u64))]));
    }
    lines.push(fill(acts.kept, &[("days", &days(site.desk_days))]));
    lines
}

/// The time between two moments in the largest unit of which it has one: minutes, hours or days.
fn span(texts: &Texts, from_ms: u64, to_ms: u64) -> String {
    let acts = texts.acts();
    let minutes = (to_ms.saturating_sub(from_ms) / 60_000).max(1);
    let (forms, n) = match minutes {
        0..60 => (acts.minutes, minutes),
        60..1_440 => (acts.hours, minutes / 60),
        _ => (acts.days, minutes / 1_440),
    };
    fill(texts.form(forms, n), &[("n", &say::count(texts, n))])
}

impl Row {
    /// `contact`: the one that is kept of this customer, if any, and then what it says, if a key opens it.
    fn of(
        texts: &'static Texts,
        row: RecoveryRow,
        contact: Option<Option<Contact>>,
        refused: Option<&Refused>,
        (today, now_ms): (u32, u64),
    ) -> Self {
        let acts = texts.acts();
        let at = format_response_key(row.place);
        let refused = refused.filter(|refused| refused.at == at);
        let ago = |text, ms| fill(text, &[("span", &span(texts, ms, now_ms))]);
        let cause = row.said.as_ref().and_then(cause);
        let customer =
            row.said.as_ref().map_or(texts.language, |said| locale::language_of(said.locale).unwrap_or(Language::En));
        let sorry = ReplyWording::of(customer).apology.into_owned();
        Self {
            lost: row.lost,
            came: ago(acts.ago, row.received_ms),
            seen: row.seen_ms.map(|ms| ago(acts.seen_at, ms)),
            answered: row.answered_ms.map(|ms| ago(acts.answered_at, ms)),
            note: refused.map_or_else(|| row.note.clone().unwrap_or_default(), |refused| refused.note.clone()),
            cause: cause.map(|cause| fill(acts.cause_is, &[("cause", &texts.cause(cause))])),
            first_step: cause.map(|cause| cause.remedy(texts.language).first_step),
            reply: contact.map(|contact| {
                Reply::of(contact.as_ref().map(Contact::as_str), &ReplyWording::of(customer).subject, &sorry)
            }),
            apology: (!row.lost).then(|| Apology {
                lang: customer.tag(),
                text: sorry,
                meaning: (customer != texts.language).then(|| ReplyWording::of(texts.language).apology.into_owned()),
            }),
            refused: refused.map(|_| fill(acts.note_refused, &[("most", &NOTE_CHARS_MAX.to_string())])),
            voice: row.said.map(|said| voice(texts, row.place, said, today)),
            at,
        }
    }
}

fn cause(said: &Said) -> Option<Cause> {
    let (_, family, answers) = unpack(said.key).ok()?;
    Verdict::of(&answers, family, said.elapsed, said.verbatim.is_some()).ok()?.diagnosis.primary
}

/// The language of ours in which a customer who answered in this one is written to.
fn voice(texts: &Texts, place: ResponseKey, said: Said, today: u32) -> Voice {
    let Said { day, verified, channel, locale, key, elapsed, verbatim } = said;
    let at = After { day, place };
    Voice::of(
        VoiceRow { at, verified, channel, locale, key, elapsed, verbatim: verbatim.unwrap_or_default() },
        texts,
        today,
    )
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::super::super::texts;
    use super::*;

    #[test]
    fn a_span_is_told_in_its_largest_unit() {
        let texts = |language| texts::for_request(Some(language), &HeaderMap::new());
        for (minutes, english, french) in [
            (0, "one minute", "une minute"),
            (59, "59 minutes", "59 minutes"),
            (60, "one hour", "une heure"),
            (1_439, "23 hours", "23 heures"),
            (1_440, "one day", "un jour"),
            (4_320, "3 days", "3 jours"),
        ] {
            let told = |language| span(texts(language), 5, 5 + minutes * 60_000);
            assert_eq!((told("en"), told("fr")), (english.to_owned(), french.to_owned()));
        }
    }
}
