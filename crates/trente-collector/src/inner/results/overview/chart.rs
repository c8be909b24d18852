//! Control chart of the overview as SVG: a wide drawing and a narrow one, of which the style sheet shows one, because a
//! drawing that is scaled down has letters of five pixels on a phone.
//!
//! Forty lines of own geometry: no crate that draws charts writes attributes and classes alone, which our Content Security
//! Policy asks for, without breaking with every release.

use trente_stats::chart::Signal;
use trente_stats::chart::share::Sample;
use trente_stats::chart::weeks::WeekChart;
use trente_stats::facts::Brief;
use trente_stats::period::Period;
use trente_store::model::shop_day::Annotation;
use trente_survey::locale::Language;

use super::super::say;
use super::super::texts::{Texts, fill};
use super::carries;
use crate::views::dates;

/// Weeks with answers enough for a share below which there is nothing to draw.
const WEEKS_MIN: usize = 3;
/// Weeks from which on years are named in place of months.
const YEARS_FROM: usize = 104;
/// Room for a name of a month, in units of the view box.
const NAME_WIDTH: f64 = 52.0;
/// Shares between two lines of the grid.
const STEP: f64 = 0.1;

/// The chart.
pub struct Chart {
    weeks: Vec<Period>,
    chart: WeekChart,
    /// The drawings, the wide one first.
    pub drawings: Vec<Drawing>,
    /// What it shows, in a sentence.
    pub told: String,
    /// The table of its figures.
    pub rows: Vec<Row>,
}

/// One drawing.
pub struct Drawing {
    /// Class: wide or narrow.
    pub class: &'static str,
    /// Width and height of the view box.
    pub size: (u32, u32),
    /// Lines of the grid: height, and what it stands for.
    pub grid: Vec<(String, String)>,
    /// Left and right end of the grid.
    pub ends: (u32, u32),
    /// Names of months or years: where, and what.
    pub months: Vec<(String, String)>,
    /// Where the names of months stand.
    pub foot: u32,
    /// The band; one area for each run of weeks with limits.
    pub bands: Vec<String>,
    /// Height of the usual share.
    pub usual: Option<String>,
    /// Runs of weeks with answers.
    pub curves: Vec<String>,
    /// The weeks.
    pub dots: Vec<Dot>,
    /// Annotations: where, and the number in the list below; those of one week stand in one place.
    pub marks: Vec<(String, String)>,
}

/// A week.
pub struct Dot {
    /// Where.
    pub x: String,
    /// Where.
    pub y: String,
    /// Whether it lies outside.
    pub out: bool,
    /// For a mouse; the table has it too.
    pub title: String,
}

/// A week in the table.
pub struct Row {
    /// First day.
    pub week: String,
    /// Responses.
    pub n: String,
    /// Incidents.
    pub incidents: String,
    /// Their share.
    pub share: String,
    /// Between what chance alone keeps it.
    pub limits: String,
    /// Recommendation with its interval.
    pub nps: String,
    /// Whether the week lies outside.
    pub out: bool,
}

impl Chart {
    /// None where fewer than three weeks have answers enough for a share.
    pub fn new(texts: &Texts, weeks: &[(Period, Brief)], annotations: &[Annotation], today: u32) -> Option<Self> {
        // A young site has no weeks before its first answer, and not a drawing of nothing.
        let first = weeks.iter().position(|(_, summary)| summary.n > 0)?;
        let weeks = weeks.get(first..)?;
        if weeks.iter().filter(|(_, summary)| carries(summary.n)).count() < WEEKS_MIN {
            return None;
        }
        let samples: Vec<Sample> =
            weeks.iter().map(|(_, summary)| Sample { hits: summary.incidents, n: summary.n }).collect();
        let mut chart = WeekChart::of(&samples);
        // No share of fewer than five answers, drawn or told.
        chart.points.iter_mut().filter(|point| !carries(point.sample.n)).for_each(|point| point.share = None);
        // Where no week is large enough for limits, none can have left its usual course.
        chart.usual = chart.usual.filter(|_| chart.points.iter().any(|point| point.limits.is_some()));
        let shares: Vec<f64> = chart.points.iter().filter_map(|point| point.share).collect();
        let (low, high) =
            shares.iter().fold((1.0f64, 0.0f64), |(low, high), share| (low.min(*share), high.max(*share)));
        let told = fill(
            texts.chart_told,
            &[
                ("weeks", &weeks.len().to_string()),
                ("low", &say::percent(texts, low)),
                ("high", &say::percent(texts, high)),
            ],
        );
        let rows = weeks.iter().zip(&chart.points).map(|((week, summary), point)| Row {
            week: dates::short_day(texts.language, week.first(), today),
            n: say::count(texts, summary.n),
            incidents: say::count(texts, summary.incidents),
            share: point
                .share
                .filter(|_| carries(summary.n))
                .map(|share| say::percent(texts, share))
                .unwrap_or_default(),
            limits: point
                .limits
                .map(|limits| say::between(texts, limits, |share| say::percent(texts, share)))
                .unwrap_or_default(),
            nps: match (summary.nps.points(), summary.nps.interval()) {
                (Some(points), Some(interval)) if carries(summary.nps.n()) => {
                    format!("{}, {}", say::signed(points), say::between(texts, interval, say::signed))
                }
                _ => String::new(),
            },
            out: point.signal.is_some(),
        });
        let rows = rows.collect();
        let weeks: Vec<Period> = weeks.iter().map(|(week, _)| *week).collect();
        let wide = draw(texts, &weeks, &chart, annotations, today, ("w", (680, 230)));
        let narrow = draw(texts, &weeks, &chart, annotations, today, ("n", (358, 240)));
        Some(Self { weeks, chart, drawings: vec![wide, narrow], told, rows })
    }

    /// Whether it is known what is usual.
    pub const fn has_usual(&self) -> bool {
        self.chart.usual.is_some()
    }

    /// What is usual, in a sentence.
    pub fn usual(&self, texts: &Texts) -> String {
        match self.chart.usual {
            Some(share) => fill(texts.usually, &[("share", &say::percent(texts, share))]),
            None => texts.young.to_owned(),
        }
    }

    /// The weeks outside, in a sentence for each side.
    pub fn found(&self, texts: &Texts, today: u32) -> Vec<String> {
        let side = |signal, forms| {
            let told = |index: usize| {
                let share = self.chart.points.get(index)?.share?;
                let week = dates::short_day(texts.language, self.weeks.get(index)?.first(), today);
                Some(format!("{week} ({})", say::percent(texts, share)))
            };
            let weeks: Vec<String> = self.chart.outside(signal).filter_map(told).collect();
            let n = weeks.len() as u64;
            (n > 0).then(|| fill(texts.form(forms, n), &[("n", &n.to_string()), ("weeks", &weeks.join(", "))]))
        };
        [side(Signal::High, texts.above), side(Signal::Low, texts.below)].into_iter().flatten().collect()
    }
}

/// Where a share lies on a drawing, and a week.
struct Scale {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    most: f64,
    weeks: usize,
}

impl Scale {
    fn x(&self, index: usize) -> String {
        let step = (self.right - self.left) / (self.weeks.saturating_sub(1).max(1)) as f64;
        format!("{:.1}", self.left + step * index as f64)
    }

    fn y(&self, share: f64) -> String {
        format!("{:.1}", self.bottom - (self.bottom - self.top) * share / self.most)
    }
}

fn draw(
    texts: &Texts,
    weeks: &[Period],
    chart: &WeekChart,
    annotations: &[Annotation],
    today: u32,
    (class, size): (&'static str, (u32, u32)),
) -> Drawing {
    let (width, height) = size;
    let tops = chart.points.iter().flat_map(|point| [point.share, point.limits.map(|limits| limits.high)]);
    let top = tops.flatten().fold(STEP, f64::max);
    let most = ((top / STEP).ceil() * STEP).min(1.0);
    let (left, right) = (44, width - 12);
    let scale = Scale {
        left: left.into(),
        right: right.into(),
        top: 14.0,
        bottom: f64::from(height) - 30.0,
        most,
        weeks: weeks.len(),
    };
    let lines = (most / STEP).round() as u32;
    let months = names(texts.language, weeks);
    // As many names as there is room for.
    let room = (f64::from(right - left) / NAME_WIDTH).floor().max(1.0) as usize;
    let every = months.len().div_ceil(room).max(1);
    let months = months.into_iter().step_by(every).map(|(index, name)| (scale.x(index), name)).collect();
    Drawing {
        class,
        size,
        grid: (0..=lines)
            .map(|line| f64::from(line) * STEP)
            .map(|share| (scale.y(share), say::percent(texts, share)))
            .collect(),
        ends: (left, right),
        months,
        foot: height - 8,
        bands: runs(chart, |point| point.limits.is_some())
            .into_iter()
            .filter(|run| run.len() > 1)
            .map(|run| band(&scale, chart, run))
            .collect(),
        usual: chart.usual.map(|share| scale.y(share)),
        curves: runs(chart, |point| point.share.is_some()).into_iter().map(|run| curve(&scale, chart, run)).collect(),
        marks: marks(&scale, weeks, annotations),
        dots: weeks
            .iter()
            .zip(&chart.points)
            .enumerate()
            .filter_map(|(index, (week, point))| {
                let share = point.share?;
                let title = format!(
                    "{}: {}, {}",
                    dates::short_day(texts.language, week.first(), today),
                    say::percent(texts, share),
                    fill(texts.n, &[("n", &say::count(texts, point.sample.n))])
                );
                Some(Dot { x: scale.x(index), y: scale.y(share), out: point.signal.is_some(), title })
            })
            .collect(),
    }
}

/// The names below the weeks: of months, and of years where there are many.
fn names(language: Language, weeks: &[Period]) -> Vec<(usize, String)> {
    let named = |(index, week): (usize, &Period)| {
        let (month, year) = dates::month_of_week(language, week.first())?;
        if weeks.len() >= YEARS_FROM { Some((index, year?)) } else { Some((index, month.to_owned())) }
    };
    weeks.iter().enumerate().filter_map(named).collect()
}

/// Where annotations stand: in their week, or at the end where it has just begun. Those before the first week are in the
/// list alone.
fn marks(scale: &Scale, weeks: &[Period], annotations: &[Annotation]) -> Vec<(String, String)> {
    let mut marks: Vec<(String, String)> = Vec::new();
    for (index, annotation) in annotations.iter().enumerate() {
        let week = weeks.iter().position(|week| week.range().contains(&annotation.day));
        let later = weeks.last().is_some_and(|last| annotation.day > last.last()).then(|| weeks.len() - 1);
        let Some(week) = week.or(later) else { continue };
        let (x, number) = (scale.x(week), (index + 1).to_string());
        match marks.last_mut().filter(|(place, _)| *place == x) {
            Some((_, numbers)) => numbers.push_str(&format!(",{number}")),
            None => marks.push((x, number)),
        }
    }
    marks
}

type Point = trente_stats::chart::share::SharePoint;

/// Runs of weeks that have something.
fn runs(chart: &WeekChart, has: impl Fn(&Point) -> bool) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for index in chart.points.iter().enumerate().filter(|(_, point)| has(point)).map(|(index, _)| index) {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last + 1 == index) => run.push(index),
            _ => runs.push(vec![index]),
        }
    }
    runs
}

fn curve(scale: &Scale, chart: &WeekChart, run: Vec<usize>) -> String {
    let at = |index: usize| Some(format!("{},{}", scale.x(index), scale.y(chart.points.get(index)?.share?)));
    run.into_iter().filter_map(at).collect::<Vec<_>>().join(" ")
}

fn band(scale: &Scale, chart: &WeekChart, run: Vec<usize>) -> String {
    let limits = |index: usize| chart.points.get(index).and_then(|point| point.limits);
    let upper = run.iter().filter_map(|index| Some(format!("{},{}", scale.x(*index), scale.y(limits(*index)?.high))));
    let lower =
        run.iter().rev().filter_map(|index| Some(format!("{},{}", scale.x(*index), scale.y(limits(*index)?.low))));
    upper.chain(lower).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-29 is day 20,786.
    #[test]
    fn weeks_are_named_by_months_and_many_of_them_by_years() {
        let names = |weeks: u32| {
            let week = |back: u32| {
                let last = 20_785 - 7 * back;
                Period::between(last - 6, last, 20_786).unwrap()
            };
            let weeks: Vec<Period> = (0..weeks).rev().map(week).collect();
            names(Language::Fr, &weeks).into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(26), ["juin", "juil.", "août", "sept.", "oct.", "nov."]);
        assert_eq!(names(103).len(), 23);
        assert_eq!(names(160), ["2024", "2025", "2026"]);
    }
}
