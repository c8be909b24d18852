//! Sentences of the overview: the head, the causes, how reliable the page is.

use trente_stats::Summary;
use trente_stats::alerts::{Alert, Rule};
use trente_stats::confidence::{Confidence, NUMBER_MIN};
use trente_stats::ranking::Ranked;
use trente_stats::rounding::half_away;
use trente_stats::story::{Amount, Change, Story};
use trente_store::fold::counts::Headline;
use trente_survey::Cause;
use trente_survey::score::ELAPSED_UNKNOWN;
use trente_survey::wording::LetterWording;

use super::super::filter::Filter;
use super::super::frame::Link;
use super::super::say;
use super::super::texts::{Texts, capital, fill};
use super::{Sides, VoicesLinks, carries};

/// The title: how many answered, and when.
pub fn title(texts: &Texts, when: &str, n: u64, any: bool) -> String {
    match n {
        0 if any => fill(texts.none_when, &[("when", when)]),
        0 => texts.none_ever.to_owned(),
        n => fill(texts.form(texts.answered, n), &[("when", when), ("n", &say::count(texts, n))]),
    }
}

/// Which responses the figures are of, where the reader did not choose.
pub fn basis(texts: &Texts, headline: Headline, filter: &Filter, proven: u64) -> Vec<String> {
    let letters = LetterWording::of(texts.language);
    match headline {
        _ if filter.wanted.verified.is_some() => Vec::new(),
        Headline::All => vec![letters.unproven.into_owned()],
        Headline::Verified => {
            let few = (Confidence::of(proven) == Confidence::Tendency).then(|| letters.tendency.into_owned());
            let few = few.map(|few| format!("{} (n = {proven}).", capital(&few)));
            std::iter::once(letters.proven.into_owned()).chain(few).collect()
        }
    }
}

/// The lede: who is lost, what changed, what comes first.
pub fn lede(texts: &Texts, story: &Story, days: u32) -> Vec<String> {
    let mut sentences = vec![hurt(texts, story.lost, story.waiting)];
    if story.n < NUMBER_MIN {
        sentences.push(texts.few.to_owned());
        return sentences;
    }
    sentences.push(change(texts, &story.change, days));
    let causes: Vec<String> = story.causes.iter().map(|cause| texts.cause(*cause)).collect();
    match causes.as_slice() {
        [] => {}
        [cause] => sentences.push(fill(texts.first_cause, &[("cause", cause)])),
        causes => sentences.push(fill(texts.first_causes, &[("causes", &texts.list(causes))])),
    }
    sentences
}

fn hurt(texts: &Texts, lost: u64, waiting: u64) -> String {
    let part = |forms, n: u64| (n > 0).then(|| fill(texts.form(forms, n), &[("n", &say::count(texts, n))]));
    let parts: Vec<String> = [part(texts.are_lost, lost), part(texts.wait, waiting)].into_iter().flatten().collect();
    if parts.is_empty() { texts.none_lost.to_owned() } else { format!("{}.", capital(&parts.join(", "))) }
}

fn change(texts: &Texts, change: &Change, days: u32) -> String {
    let before = fill(texts.form(texts.before_days, days.into()), &[("n", &days.to_string())]);
    let told = |forms, amount: &Amount| {
        let points = half_away(amount.points, 0);
        let values = [
            ("points", points.to_string()),
            ("low", half_away(amount.interval.low, 0).to_string()),
            ("high", half_away(amount.interval.high, 0).to_string()),
            ("before", before.clone()),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let text = fill(texts.form(forms, points as u64), &values);
        if amount.tendency { format!("{} {}", texts.tendency_is, small(&text)) } else { text }
    };
    match change {
        Change::Unknown => fill(texts.unknown, &[("before", &before)]),
        Change::Uncertain => fill(texts.uncertain, &[("before", &before)]),
        Change::Fell(amount) => told(texts.fell, amount),
        Change::Rose(amount) => told(texts.rose, amount),
    }
}

fn small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A cause that recurs, in a sentence.
pub fn recurs(texts: &Texts, alert: &Alert) -> String {
    let Rule::Recurrence(cause) = alert.rule else { return String::new() };
    let cause = capital(&texts.cause(cause));
    let n = alert.found.to_string();
    // Without responses before, nothing is usual, and none is no number to compare with.
    let Some(usual) = alert.baseline.filter(|usual| half_away(*usual, 1) > 0.0) else {
        return fill(texts.recurs_new, &[("cause", &cause), ("n", &n)]);
    };
    let usual = say::decimal(texts, usual, usize::from(usual < 10.0));
    fill(texts.recurs, &[("cause", &cause), ("n", &n), ("usual", &usual)])
}

/// The one cause, or those that share the first place, with what to do.
pub struct Lead {
    /// Its heading.
    pub title: &'static str,
    /// One for each cause.
    pub causes: Vec<LeadCause>,
}

/// A cause with its remedy.
pub struct LeadCause {
    /// What can be done within a day.
    pub first_step: &'static str,
    /// What to ask management.
    pub question: &'static str,
    /// Who can act, how many, what it costs.
    pub lines: Vec<String>,
}

/// Causes that share the first place and are still told with their remedies.
const LEADS_MAX: usize = 3;

impl Lead {
    /// None where no incident points at a cause.
    pub fn new(texts: &Texts, now: &Summary, ranked: &[Ranked], first: &[Cause]) -> Option<Self> {
        let title = match first.len() {
            0 => return None,
            1 => texts.one_cause,
            _ => texts.many_causes,
        };
        let shown = ranked.iter().filter(|row| first.contains(&row.cause)).take(LEADS_MAX);
        Some(Self { title, causes: shown.map(|row| lead(texts, now, row)).collect() })
    }
}

fn lead(texts: &Texts, now: &Summary, row: &Ranked) -> LeadCause {
    let remedy = row.cause.remedy(texts.language);
    let mut lines = vec![fill(texts.who, &[("owner", &texts.owner(remedy.owner))])];
    lines.push(fill(
        texts.incidents,
        &[
            ("cause", &capital(&texts.cause(row.cause))),
            ("told", &say::count(texts, row.counts.told())),
            ("inferred", &say::count(texts, row.counts.inferred())),
            ("lost", &say::count(texts, row.counts.unforgivable())),
        ],
    ));
    let gain = now.what_if().into_iter().find(|gain| gain.cause == row.cause);
    let gain = gain.map(|gain| half_away(gain.nps_delta, 0));
    if let Some(points) = gain.filter(|points| *points >= 1.0 && carries(now.nps.n())) {
        lines.push(fill(texts.form(texts.what_if, points as u64), &[("points", &points.to_string())]));
    }
    LeadCause { first_step: remedy.first_step, question: remedy.question, lines }
}

/// The table of all causes.
pub struct Causes {
    /// Rows, first place first.
    pub rows: Vec<CauseRow>,
    /// What stands below it.
    pub lines: Vec<String>,
}

/// A row of it.
pub struct CauseRow {
    /// The place.
    pub place: usize,
    /// Its name, and the link to its words.
    pub link: Link,
    /// Incidents whose cause was told.
    pub told: String,
    /// Incidents whose cause was inferred.
    pub inferred: String,
    /// Unforgivable ones.
    pub unforgivable: String,
    /// Weight of all.
    pub weight: String,
    /// Width of the bar of the told ones, in hundredths.
    pub told_width: String,
    /// Width of the bar of the inferred ones.
    pub inferred_width: String,
}

impl Causes {
    /// Of a summary.
    pub fn new(texts: &Texts, now: &Summary, ranked: &[Ranked], voices: &VoicesLinks<'_>) -> Self {
        let most = ranked.iter().map(|row| row.counts.impact()).max().unwrap_or(0).max(1) as f64;
        let rows = ranked.iter().map(|row| {
            let told = row.counts.told_impact();
            let width = |weight: u64| format!("{:.1}", 100.0 * weight as f64 / most);
            let changes = [("tab", Some("complaints")), ("cause", Some(row.cause.name()))];
            CauseRow {
                place: row.place,
                link: voices.link(texts.cause(row.cause), &changes),
                told: say::count(texts, row.counts.told()),
                inferred: say::count(texts, row.counts.inferred()),
                unforgivable: say::count(texts, row.counts.unforgivable()),
                weight: say::count(texts, row.counts.impact()),
                told_width: width(told),
                inferred_width: width(row.counts.impact().saturating_sub(told)),
            }
        });
        let rows: Vec<CauseRow> = rows.collect();
        let mut lines = Vec::new();
        let mut tell = |forms, n: u64| {
            if n > 0 {
                lines.push(fill(texts.form(forms, n), &[("n", &say::count(texts, n))]));
            }
        };
        tell(texts.competitors, now.handed_to_competitors());
        tell(texts.without_cause, now.without_cause.incidents());
        Self { rows, lines }
    }
}

/// What the page is worth.
pub struct Worth {
    /// Sentences.
    pub lines: Vec<String>,
    /// The figures as a file.
    pub figures: String,
    /// The same as a table.
    pub figures_csv: String,
    /// Every answer as a file.
    pub answers: Vec<Link>,
}

impl Worth {
    /// Of a summary.
    pub fn new(texts: &Texts, now: &Summary, headline: Headline, sides: &Sides, filter: &Filter, path: &str) -> Self {
        let mut lines = Vec::new();
        let nps = |summary: &trente_stats::nps::Nps| match (Confidence::of(summary.n()), summary.points()) {
            (Confidence::Tendency | Confidence::Number, Some(points)) => say::signed(points),
            _ => texts.too_few.to_owned(),
        };
        let apart = &sides.unverified;
        if headline == Headline::Verified && filter.wanted.verified.is_none() && apart.n > 0 {
            let values = [("n", &*say::count(texts, apart.n)), ("nps", &*nps(&apart.nps))];
            lines.push(fill(texts.form(texts.apart, apart.n), &values));
        }
        let lenses: u64 = now.lenses.iter().map(trente_stats::lens::Lens::n).sum();
        let left = |n: u64| say::count(texts, now.n.saturating_sub(n));
        lines.push(fill(
            texts.skips,
            &[
                ("satisfaction", &left(now.csat.n())),
                ("ease", &left(now.ces.n())),
                ("lens", &left(lenses)),
                ("recommend", &left(now.nps.n())),
            ],
        ));
        if now.fast() > 0 {
            let values = [("n", &*say::count(texts, now.fast())), ("nps", &*nps(&now.nps_without_fast))];
            lines.push(fill(texts.form(texts.fast, now.fast()), &values));
        } else {
            lines.push(texts.fast_none.to_owned());
        }
        if let Some(seconds) = median_seconds(&now.elapsed) {
            lines.push(fill(texts.median, &[("seconds", &seconds)]));
        }
        let mut tell = |forms, n: u64| {
            if n > 0 {
                lines.push(fill(texts.form(forms, n), &[("n", &say::count(texts, n))]));
            }
        };
        tell(texts.noted, now.flagged(trente_survey::score::flag::NOTED));
        tell(texts.mismatches, now.mismatches);
        lines.push(texts.others.to_owned());
        let file = |name: &str, format: &'static str| Link {
            name: name.to_owned(),
            // Tab and search are of the voices, from where the address may come.
            href: filter.link(&format!("{path}/answers"), &[("tab", None), ("q", None), ("format", Some(format))]),
            here: false,
        };
        Self {
            lines,
            figures: filter.link(&format!("{path}/figures"), &[]),
            figures_csv: filter.link(&format!("{path}/figures"), &[("format", Some("csv"))]),
            answers: vec![file("CSV", "csv"), file("NDJSON", "ndjson"), file("Parquet", "parquet")],
        }
    }
}

/// The median time of those whose time is known, five or more, in seconds: half seconds up to 30, and then no more than
/// that it was longer (docs/score.md#elapsed-time).
fn median_seconds(elapsed: &[u64]) -> Option<String> {
    let known: u64 = elapsed.iter().take(usize::from(ELAPSED_UNKNOWN)).sum();
    if known < NUMBER_MIN {
        return None;
    }
    let mut seen = 0;
    let at = elapsed.iter().take(usize::from(ELAPSED_UNKNOWN)).position(|count| {
        seen += count;
        *count > 0 && 2 * seen >= known
    })?;
    Some(if at < 60 { (at / 2).to_string() } else { "≥\u{a0}30".to_owned() })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::super::super::texts;
    use super::*;

    #[test]
    fn a_median_is_of_five_known_times() {
        let of = |known: u64| {
            let mut elapsed = [0; ELAPSED_UNKNOWN as usize + 1];
            elapsed[30] = known;
            elapsed[usize::from(ELAPSED_UNKNOWN)] = 100;
            median_seconds(&elapsed)
        };
        assert_eq!([0, 4, 5].map(of), [None, None, Some("15".to_owned())]);
    }

    #[test]
    fn a_period_of_one_day_is_compared_with_the_day_before() {
        let told = |language, days| {
            let texts = texts::for_request(Some(language), &HeaderMap::new());
            [Change::Unknown, Change::Uncertain].map(|of| change(texts, &of, days))
        };
        assert_eq!(told("en", 1)[1], "The recommendation has not clearly changed compared with the day before.");
        assert_eq!(told("en", 7)[0], "There are too few answers for a comparison with the 7 days before.");
        let french = "Les réponses sont trop peu nombreuses pour comparer cette période au jour précédent.";
        assert_eq!(told("fr", 1)[0], french);
        assert!(told("fr", 1)[1].ends_with(" n’a pas changé nettement par rapport au jour précédent."));
        assert!(told("fr", 7)[1].ends_with("par rapport aux 7 jours précédents."), "{:?}", told("fr", 7));
    }

    /// Three usual ones are a number, and no mark of nothing before.
    #[test]
    fn a_recurrence_tells_what_is_usual_where_that_is_known() {
        let (en, fr) =
            (texts::for_request(Some("en"), &HeaderMap::new()), texts::for_request(Some("fr"), &HeaderMap::new()));
        let alert = |baseline| Alert { rule: Rule::Recurrence(Cause::Speed), n: 12, found: 12.0, baseline };
        let told = |texts, baseline| recurs(texts, &alert(baseline));
        assert_eq!(told(en, Some(3.0)), "Speed: unforgivable 12 times in thirty days, where about 3.0 would be usual.");
        assert_eq!(told(en, None), "Speed: unforgivable 12 times in thirty days.");
        assert_eq!(told(en, Some(0.04)), told(en, None));
        assert_eq!(
            told(fr, Some(3.0)),
            "Rapidité\u{a0}: impardonnable 12 fois en trente jours, contre 3,0 d’ordinaire."
        );
        assert_eq!(told(fr, None), "Rapidité\u{a0}: impardonnable 12 fois en trente jours.");
    }
}
