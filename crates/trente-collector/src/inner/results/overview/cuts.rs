//! Breakdown of the overview: recommendation by channel, language, proof, version or day of the week.

use std::collections::BTreeMap;

use trente_stats::Summary;
use trente_stats::alerts;
use trente_stats::alerts::Rule;
use trente_stats::confidence::Confidence;
use trente_stats::facts::Brief;
use trente_stats::shrinkage;
use trente_store::encoding;
use trente_store::fold::parts::LOCALE_UNKNOWN;
use trente_survey::locale;

use super::super::filter::{Cut, Filter};
use super::super::frame::Link;
use super::super::say;
use super::super::texts::{Texts, capital, fill};
use super::carries;
use super::figures::Strip;

/// Parts that stand next to each other at most; the largest.
const PARTS_MAX: usize = 20;

/// A table of parts.
pub struct CutTable {
    /// Its heading.
    pub title: &'static str,
    /// Its rows.
    pub rows: Vec<CutRow>,
    /// The same drawn towards the whole, a name and a value each; none where no part carries a figure, or one is the whole.
    pub shrunk: Vec<(String, String)>,
    /// Links to the other cuts.
    pub others: Vec<Link>,
}

/// A part.
pub struct CutRow {
    /// Its name, and the page narrowed to it where it can be.
    pub link: Link,
    /// On the scale, next to the whole.
    pub strip: Strip,
    /// The recommendation, or why there is none.
    pub value: String,
    /// Whether it is a tendency.
    pub tendency: bool,
    /// Whether it fell or rose since the span before, with Holm's correction over the parts; else empty.
    pub changed: &'static str,
    /// Its interval.
    pub between: String,
    /// Recommendations.
    pub n: String,
    /// The recommendation drawn towards the whole; none where it carries no figure.
    shrunk: Option<String>,
}

impl CutTable {
    /// Of the parts, now and before.
    pub fn new(
        texts: &Texts,
        whole: &Summary,
        parts: &BTreeMap<u32, (Brief, Brief)>,
        filter: &Filter,
        path: &str,
    ) -> Self {
        let place = Cut::ALL.iter().position(|(cut, _)| *cut == filter.cut).unwrap_or(0);
        let pairs: Vec<_> = parts.values().map(|(now, before)| (before.nps, now.nps)).collect();
        let alarmed = alerts::segments(&pairs);
        let changed = |index: usize| {
            let found = alarmed.iter().find(|alert| alert.rule == Rule::Segment(index));
            let [fell, rose] = texts.changed;
            let change = found.and_then(|alert| Some((alert.found, alert.baseline?)));
            change.map_or("", |(now, before)| if now < before { fell } else { rose })
        };
        let was = whole.nps.points().filter(|_| carries(whole.nps.n()));
        let mut rows: Vec<(u64, CutRow)> = parts
            .iter()
            .enumerate()
            .map(|(index, (part, (now, _)))| {
                let (name, value) = named(texts, filter.cut, *part);
                let field = Cut::ALL.get(place).map_or("", |(_, field)| field);
                let href = value.map(|value| filter.link(path, &[(field, Some(&value))])).unwrap_or_default();
                let known = now.nps.points().zip(now.nps.interval()).filter(|_| carries(now.nps.n()));
                let row = CutRow {
                    link: Link { name, href, here: false },
                    strip: Strip::nps(&now.nps, was),
                    value: known.map_or_else(|| texts.too_few.to_owned(), |(points, _)| say::signed(points)),
                    tendency: Confidence::of(now.nps.n()) == Confidence::Tendency,
                    changed: changed(index),
                    between: known.map(|(_, interval)| say::range(texts, interval, say::signed)).unwrap_or_default(),
                    n: say::count(texts, now.nps.n()),
                    shrunk: known.and(shrinkage::nps(&now.nps, &whole.nps)).map(say::signed),
                };
                (now.n, row)
            })
            .collect();
        if filter.cut != Cut::Weekday {
            // Stable: the order of the parts decides among equals.
            rows.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
        }
        rows.truncate(PARTS_MAX);
        let others = Cut::ALL.iter().zip(texts.by_link).filter(|((cut, _), _)| *cut != filter.cut);
        let shrunk = |(_, row): &(u64, CutRow)| Some((row.link.name.clone(), row.shrunk.clone()?));
        Self {
            shrunk: if rows.len() > 1 { rows.iter().filter_map(shrunk).collect() } else { Vec::new() },
            title: texts.by.get(place).copied().unwrap_or_default(),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            others: others
                .map(|((_, name), text)| Link {
                    name: text.to_owned(),
                    href: format!("{}#by", filter.link(path, &[("by", Some(name))])),
                    here: false,
                })
                .collect(),
        }
    }
}

/// The name of a part, and its value in an address.
fn named(texts: &Texts, cut: Cut, part: u32) -> (String, Option<String>) {
    let byte = u8::try_from(part).unwrap_or(u8::MAX);
    match cut {
        Cut::Channel => (texts.channel_name(byte), Some(part.to_string())),
        Cut::Language if byte == LOCALE_UNKNOWN => (texts.language_unknown.to_owned(), None),
        Cut::Language => (locale::tag_of(byte).to_owned(), Some(locale::tag_of(byte).to_owned())),
        Cut::Proof => {
            let [proven, unproven] = texts.proofs;
            if part == 0 {
                (proven.to_owned(), Some("true".to_owned()))
            } else {
                (unproven.to_owned(), Some("false".to_owned()))
            }
        }
        Cut::Version => {
            let id = encoding::hex(&part.to_be_bytes());
            (fill(texts.version, &[("id", &id)]), Some(id))
        }
        Cut::Weekday => (capital(texts.weekdays.get(part as usize).copied().unwrap_or_default()), None),
    }
}
