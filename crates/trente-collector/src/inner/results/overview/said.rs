//! Merchant's entries on the overview: annotations next to the chart, and how many orders were asked.

use trente_stats::confidence::NUMBER_MIN;
use trente_stats::detail::{ResponseRate, response_rate};
use trente_store::clock::format_day;
use trente_store::model::shop_day::{Annotation, OrdersAsked};
use trente_store::{Store, StoreError};

use super::super::filter::Filter;
use super::super::say;
use super::super::shop_days::Refused;
use super::super::texts::{Texts, fill};
use super::Figures;
use crate::limits::ANNOTATION_CHARS_MAX;

/// What was said.
pub struct Said {
    /// Of the weeks of the chart and of today, oldest first.
    pub annotations: Vec<Annotation>,
    /// Orders asked in the period; none where the page is narrowed to some answers, which no number of orders is of.
    orders: Option<OrdersAsked>,
    /// Answers of the period, proven or not.
    answers: u64,
    /// Whether the reader may say it.
    may_say: bool,
    /// The day that is not over, in the time zone of the site.
    pub today: u32,
    /// A form that was refused.
    pub refused: Option<Refused>,
}

impl Said {
    /// Reads it.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn read(
        store: &Store,
        site: i64,
        figures: &Figures,
        filter: &Filter,
        today: u32,
        may_say: bool,
    ) -> Result<Self, StoreError> {
        let period = filter.period;
        let first = figures.weeks.first().map_or(period.first(), |(week, _)| week.first());
        let last = if filter.length.is_some() { today } else { period.last() };
        let orders = if filter.is_narrow() { None } else { Some(store.orders_asked(site, period.range()).await?) };
        Ok(Self {
            annotations: store.annotations(site, first..=last).await?,
            orders,
            answers: figures.sides.verified.n + figures.sides.unverified.n,
            may_say,
            today,
            refused: None,
        })
    }
}

/// What the template is filled with.
pub struct Block {
    /// Where the forms are sent.
    pub action: String,
    /// Whether the reader may say it.
    pub may_say: bool,
    /// The annotations, newest first.
    pub annotations: Vec<Line>,
    /// Today, as a field of a form has it.
    pub today: String,
    /// Characters of an annotation.
    pub most: usize,
    /// How many answered of those who were asked.
    pub rate: Option<String>,
    /// Label of the number of orders; none where it cannot be said.
    pub orders_label: Option<String>,
    /// What was said before, or what was sent and refused.
    pub orders: String,
    /// What a new number replaces.
    pub orders_replace: Option<String>,
    /// Why the number was refused.
    pub orders_refused: Option<&'static str>,
    /// The annotation that was sent and refused: what happened, and the day.
    pub note: (String, String),
    /// Why it was refused.
    pub note_refused: Option<&'static str>,
}

/// An annotation.
pub struct Line {
    /// Its number on the chart.
    pub mark: usize,
    /// The day.
    pub day: String,
    /// The day, as a field of a form has it.
    pub date: String,
    /// Its number among those of the day.
    pub id: i64,
    /// What happened.
    pub text: String,
    /// Accessible name of the button that removes it.
    pub remove: String,
}

impl Block {
    /// Of what was said.
    pub fn new(texts: &Texts, said: Said, filter: &Filter, path: &str) -> Self {
        let (acts, today) = (texts.acts(), said.today);
        let days = filter.period.days();
        let line = |(index, annotation): (usize, Annotation)| {
            let day = say::day(texts, annotation.day, today);
            Line {
                mark: index + 1,
                date: format_day(annotation.day),
                remove: fill(acts.remove, &[("day", &day)]),
                id: annotation.id,
                text: annotation.text,
                day,
            }
        };
        let known = said.orders.filter(|orders| orders.days == days);
        let (mut orders, mut note) = (known.map(|orders| orders.n.to_string()).unwrap_or_default(), None);
        let mut orders_refused = None;
        match said.refused {
            Some(Refused::Orders(typed)) => (orders, orders_refused) = (typed, Some(acts.orders_refused)),
            Some(Refused::Note(text, day)) => note = Some((text, day)),
            None => {}
        }
        Self {
            action: filter.link(&format!("{path}/days"), &[]),
            may_say: said.may_say,
            annotations: said.annotations.into_iter().enumerate().map(line).rev().collect(),
            today: format_day(today),
            most: ANNOTATION_CHARS_MAX,
            rate: said.orders.map(|orders| rate(texts, said.answers, known.map(|_| orders.n))),
            orders_label: said
                .orders
                .map(|_| fill(texts.form(acts.orders_label, days.into()), &[("n", &days.to_string())])),
            orders,
            orders_refused,
            orders_replace: said
                .orders
                .map(|orders| u64::from(orders.days))
                .filter(|days| *days > 0)
                .map(|days| fill(texts.form(acts.orders_replace, days), &[("n", &say::count(texts, days))])),
            note_refused: note.as_ref().map(|_| acts.annotation_refused),
            note: note.unwrap_or_else(|| (String::new(), format_day(today))),
        }
    }
}

fn rate(texts: &Texts, n: u64, orders: Option<u64>) -> String {
    let acts = texts.acts();
    let Some(orders) = orders else { return acts.rate_unknown.to_owned() };
    let values = [("n", say::count(texts, n)), ("orders", say::count(texts, orders))];
    let mut values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    match response_rate(n, Some(orders)) {
        Some(rate) if (1..NUMBER_MIN).contains(&rate.orders) => fill(acts.rate_few, &values),
        Some(ResponseRate { rate: Some(share), low: Some(low), high: Some(high), .. }) => {
            let [share, low, high] = [share, low, high].map(|share| say::percent(texts, share));
            values.extend([("share", share.as_str()), ("low", &low), ("high", &high)]);
            fill(acts.rate, &values)
        }
        // No order, and no answer.
        Some(_) => acts.rate_unknown.to_owned(),
        None => fill(acts.rate_wrong, &values),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::super::super::texts;
    use super::*;

    #[test]
    fn a_share_is_of_five_orders() {
        let told = |language, orders| rate(texts::for_request(Some(language), &HeaderMap::new()), 3, Some(orders));
        assert_eq!(told("en", 4), "Answers: 3. Orders that were asked: 4. Too few for a percentage.");
        let french = told("fr", 4);
        assert!(
            french.starts_with("Réponses\u{a0}: 3. ") && french.ends_with("\u{a0}: 4. Trop peu pour un pourcentage.")
        );
        assert!(told("en", 5).contains("60%"), "{}", told("en", 5));
    }
}
