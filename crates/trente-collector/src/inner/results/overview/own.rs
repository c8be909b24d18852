//! Answers to the merchant's own questions, for each version of the survey that was answered in the period.

use trente_stats::CountError;
use trente_stats::aggregate::question_histogram;
use trente_stats::histogram::Histogram;
use trente_store::fold::counts::Headline;
use trente_store::{Store, StoreError, encoding};
use trente_survey::definition::{Definition, Extra, Kind, Localized};
use trente_survey::extra::ExtraKind;
use trente_survey::response_id::SurveyId;
use trente_survey::wording::Wording;

use super::super::filter::Filter;
use super::super::say;
use super::super::texts::{Own, Texts, fill};
use super::carries;
use crate::domain::catalog::{Site, Snapshot};

/// The block.
pub struct Block {
    /// What it says.
    pub texts: &'static Own,
    /// Questions of one version after the other, the one that is asked today first.
    pub questions: Vec<Question>,
    /// Whether the page is narrowed by what these counts do not know.
    pub whole: bool,
}

/// One question.
pub struct Question {
    /// As customers read it, in the reader's language where the survey speaks it.
    pub text: String,
    /// The version, where there are several, and how many have answered.
    pub notes: Vec<String>,
    /// Whether answers enough for shares are there.
    pub has_shares: bool,
    /// Its options; none of a question that takes text.
    pub rows: Vec<Row>,
}

/// One option.
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its share of those who answered; none of too few.
    pub share: String,
    /// The length of its bar, of 100.
    pub width: String,
    /// How many have chosen it.
    pub n: String,
}

impl Block {
    /// Reads the counts; none where no version has a question of the merchant's own that was answered.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn read(
        store: &Store,
        snapshot: &Snapshot,
        site: &Site,
        filter: &Filter,
        headline: Headline,
        texts: &'static Texts,
    ) -> Result<Option<Self>, StoreError> {
        let wanted = &filter.wanted;
        let mut versions: Vec<_> = snapshot
            .surveys_of(site)
            .filter(|survey| !survey.definition.extra.is_empty())
            .filter(|survey| wanted.survey.is_none_or(|only| only == survey.id))
            .collect();
        if versions.is_empty() {
            return Ok(None);
        }
        let counts = store.question_counts(site.id, filter.period.range()).await?;
        let proven = wanted.verified.unwrap_or(headline == Headline::Verified);
        let told = |survey: SurveyId, question| {
            let its = counts.iter().filter(move |row| row.survey == survey.0 && row.verified == proven);
            question_histogram(question, its.map(|row| (row.key, row.n)))
        };
        let current = site.survey.as_ref().map(|survey| survey.id);
        versions.sort_by_key(|survey| (Some(survey.id) != current, survey.id.0));
        let mut found = Vec::new();
        for survey in versions {
            let questions = questions(&survey.definition, |question| told(survey.id, question), texts)?;
            if !questions.is_empty() {
                found.push((survey.id, questions));
            }
        }
        let several = found.len() > 1;
        let questions = found.into_iter().flat_map(|(id, questions)| {
            questions.into_iter().map(move |question| if several { question.of_version(id, texts) } else { question })
        });
        let questions: Vec<_> = questions.collect();
        let whole = wanted.is_of_answers() || wanted.channel.is_some() || wanted.locale.is_some();
        Ok((!questions.is_empty()).then(|| Self { texts: texts.own(), questions, whole }))
    }
}

impl Question {
    fn of_version(mut self, id: SurveyId, texts: &Texts) -> Self {
        self.notes.insert(0, fill(texts.version, &[("id", &encoding::hex(&id.0))]));
        self
    }
}

/// The questions of one version that were answered, and those that take text.
fn questions(
    definition: &Definition,
    told: impl Fn(u8) -> Result<Histogram, CountError>,
    texts: &Texts,
) -> Result<Vec<Question>, CountError> {
    let mut counted = Vec::new();
    for (number, extra) in (0u8..).zip(&definition.extra) {
        let counts = told(number)?;
        if extra.kind == Kind::Text || counts.n() > 0 {
            counted.push((extra, counts));
        }
    }
    // Of texts there is no count: alone they say nothing.
    if counted.iter().all(|(_, counts)| counts.n() == 0) {
        return Ok(Vec::new());
    }
    Ok(counted.into_iter().map(|(extra, counts)| question(definition, extra, &counts, texts)).collect())
}

fn question(definition: &Definition, extra: &Extra, counts: &Histogram, texts: &Texts) -> Question {
    let own = texts.own();
    let spoken = |text: &Localized| spoken(text, definition, texts);
    let (kind, n) = (extra.wire_kind(), counts.n());
    let mut notes = Vec::new();
    if extra.kind == Kind::Text {
        notes.push(own.text.to_owned());
    } else {
        notes.push(fill(texts.form(own.answered, n), &[("n", &say::count(texts, n))]));
    }
    if extra.kind != Kind::Text && !carries(n) {
        notes.push(texts.too_few.to_owned());
    }
    let has_mean = matches!(extra.kind, Kind::Stars | Kind::Scale) && carries(n);
    let mean = counts.mean().filter(|_| has_mean);
    notes.extend(mean.map(|mean| fill(own.mean, &[("mean", &say::decimal(texts, mean, 1))])));
    if extra.kind == Kind::Choices {
        notes.push(own.several.to_owned());
    }
    let rows = counts.options(kind).into_iter().map(|share| {
        let known = share.share.filter(|_| carries(n));
        Row {
            name: named(extra, kind, share.option, &spoken, texts),
            share: known.map(|share| say::percent(texts, share)).unwrap_or_default(),
            width: format!("{:.1}", 100.0 * known.unwrap_or(0.0)),
            n: say::count(texts, share.n),
        }
    });
    Question { text: spoken(&extra.text), notes, has_shares: carries(n), rows: rows.collect() }
}

/// The name of an option, from 1, as customers read it.
fn named(extra: &Extra, kind: ExtraKind, option: u8, spoken: &impl Fn(&Localized) -> String, texts: &Texts) -> String {
    let (own, wording) = (texts.own(), Wording::of(texts.language));
    let number = option.to_string();
    match (kind, option) {
        (ExtraKind::Stars, _) => format!("{number} / 5"),
        (ExtraKind::YesNo, 1) => wording.yes.to_string(),
        (ExtraKind::YesNo, _) => wording.no.to_string(),
        (ExtraKind::Scale(points), _) => {
            let word = if option == 1 { &extra.low } else { &extra.high };
            let word = word.as_ref().filter(|_| option == 1 || option == points);
            word.map_or(number.clone(), |word| fill(own.end, &[("n", &number), ("word", &spoken(word))]))
        }
        _ => {
            let text = extra.options.get(usize::from(option - 1));
            text.map_or_else(|| wording.other.to_string(), spoken)
        }
    }
}

/// A text in the language of the reader, else in the survey's own, else in any that it has.
fn spoken(text: &Localized, definition: &Definition, texts: &Texts) -> String {
    let own = text.get(texts.language.tag()).or_else(|| text.get(&definition.default_locale));
    own.or_else(|| text.values().next()).cloned().unwrap_or_default()
}
