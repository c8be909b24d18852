//! Figures of the overview: three metrics, each drawn as a strip, and the classes as one bar.

use trente_stats::confidence::Confidence;
use trente_stats::nps::Nps;
use trente_stats::{Interval, Summary, wilson};
use trente_survey::Class;

use super::super::frame::Link;
use super::super::say;
use super::super::texts::{Texts, fill};
use super::{VoicesLinks, carries};

/// Width of a strip in units of its view box, and the room that its dots need at the ends.
const STRIP: f64 = 300.0;
const MARGIN: f64 = 8.0;

/// A value on its scale: a line for the uncertainty, a dot for the value, a hollow one for what it is compared with.
#[derive(Clone, Debug, Default)]
pub struct Strip {
    /// Where the scale is 0, on a scale that has a middle.
    pub zero: Option<String>,
    /// Ends of the line.
    pub range: Option<(String, String)>,
    /// The value.
    pub is: Option<String>,
    /// What it is compared with.
    pub was: Option<String>,
}

impl Strip {
    /// On the scale from `min` to `max`.
    pub fn new(min: f64, max: f64, value: Option<f64>, interval: Option<Interval>, was: Option<f64>) -> Self {
        let at = |value: f64| format!("{:.1}", MARGIN + (STRIP - 2.0 * MARGIN) * (value - min) / (max - min));
        Self {
            zero: (min < 0.0).then(|| at(0.0)),
            range: interval.map(|interval| (at(interval.low), at(interval.high))),
            is: value.map(at),
            was: was.map(at),
        }
    }

    /// Of a recommendation, next to another one.
    pub fn nps(nps: &Nps, was: Option<f64>) -> Self {
        let carried = carries(nps.n());
        let (value, interval) = (nps.points().filter(|_| carried), nps.interval().filter(|_| carried));
        Self::new(-100.0, 100.0, value, interval, was)
    }
}

/// One metric.
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// The number, or why there is none.
    pub value: String,
    /// Whether there is a number.
    pub is_number: bool,
    /// Whether it is a tendency, which is said first and set smaller.
    pub tendency: bool,
    /// The strip; nothing on it without a number.
    pub strip: Strip,
    /// Interval, n, the span before.
    pub lines: Vec<String>,
}

struct Metric {
    n: u64,
    value: Option<f64>,
    interval: Option<Interval>,
}

/// The three metrics.
pub fn all_figures(texts: &Texts, now: &Summary, before: &Summary) -> Vec<Figure> {
    let [nps, csat, ces] = texts.metrics;
    let recommendation = |summary: &Summary| Metric {
        n: summary.nps.n(),
        value: summary.nps.points(),
        interval: summary.nps.interval(),
    };
    let satisfaction = |summary: &Summary| Metric {
        n: summary.csat.n(),
        value: summary.csat.share(),
        interval: summary.csat.interval(),
    };
    let ease = |summary: &Summary| Metric {
        n: summary.ces.n(),
        value: summary.ces.mean(),
        interval: summary.ces.mean_interval(),
    };
    vec![
        figure(texts, nps, (-100.0, 100.0), &recommendation(now), &recommendation(before), say::signed),
        figure(texts, csat, (0.0, 1.0), &satisfaction(now), &satisfaction(before), |share| say::percent(texts, share)),
        figure(texts, ces, (1.0, 7.0), &ease(now), &ease(before), |mean| say::decimal(texts, mean, 1)),
    ]
}

fn figure(
    texts: &Texts,
    name: &'static str,
    (min, max): (f64, f64),
    now: &Metric,
    before: &Metric,
    text: impl Fn(f64) -> String,
) -> Figure {
    let number = |metric: &Metric| metric.value.filter(|_| carries(metric.n));
    let value = number(now);
    let interval = now.interval.filter(|_| value.is_some());
    let mut lines = Vec::new();
    lines.extend(interval.map(|interval| say::between(texts, interval, &text)));
    if now.n > 0 {
        lines.push(fill(texts.n, &[("n", &say::count(texts, now.n))]));
    }
    lines.extend(
        number(before).map(|value| fill(texts.before, &[("value", &text(value)), ("n", &say::count(texts, before.n))])),
    );
    Figure {
        name,
        value: match (value, now.n) {
            (Some(value), _) => text(value),
            (None, 0) => texts.no_answer.to_owned(),
            (None, _) => texts.too_few.to_owned(),
        },
        is_number: value.is_some(),
        tendency: Confidence::of(now.n) == Confidence::Tendency,
        strip: Strip::new(min, max, value, interval, number(before).filter(|_| value.is_some())),
        lines,
    }
}

/// The mean score with its interval; empty where few answers carry none.
pub fn score(texts: &Texts, now: &Summary) -> String {
    let known = now.score_mean().zip(now.score_interval()).filter(|_| carries(now.scored()));
    known.map_or_else(String::new, |(mean, Interval { low, high })| {
        let whole = |value| say::decimal(texts, value, 0);
        let values = [
            ("value", whole(mean)),
            ("low", whole(low)),
            ("high", whole(high)),
            ("n", say::count(texts, now.scored())),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fill(texts.score, &values)
    })
}

/// The classes.
pub struct Who {
    /// Those that have responses, best first.
    pub parts: Vec<Part>,
}

/// A class.
pub struct Part {
    /// Number of the class, which colours it.
    pub class: u8,
    /// How many.
    pub count: String,
    /// Its name, and the link to its words.
    pub link: Link,
    /// Its share; empty where few answers carry none.
    pub share: String,
    /// Where its bar begins, in hundredths.
    pub from: String,
    /// How wide it is.
    pub width: String,
}

impl Who {
    /// Of a summary.
    pub fn new(texts: &Texts, now: &Summary, voices: &VoicesLinks<'_>) -> Self {
        let mut from = 0.0;
        let order = [Class::Delight, Class::Ok, Class::Forgivable, Class::Unforgivable, Class::None];
        let part = |class: Class| {
            let count = now.classes.get(class as usize).copied().filter(|count| *count > 0)?;
            let width = 100.0 * count as f64 / now.n.max(1) as f64;
            let start = from;
            from += width;
            let name = texts.classes.get(class as usize).copied().unwrap_or_default().to_owned();
            let changes = [("tab", Some("all")), ("class", Some(class.name()))];
            let share = wilson::share(count, now.n).filter(|_| carries(now.n));
            Some(Part {
                class: class as u8,
                count: say::count(texts, count),
                link: voices.link(name, &changes),
                share: share.map(|share| say::percent(texts, share)).unwrap_or_default(),
                from: format!("{start:.2}"),
                width: format!("{width:.2}"),
            })
        };
        Self { parts: order.into_iter().filter_map(part).collect() }
    }
}
