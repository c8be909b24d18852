//! Numbers as text: never without their n, never a number that few answers do not carry.
//!
//! How many answers a number takes: [`Confidence`].

use trente_stats::ces::Ces;
use trente_stats::confidence::Confidence;
use trente_stats::csat::Csat;
use trente_stats::nps::Nps;
use trente_stats::{Interval, Summary};

/// One metric, ready to be read.
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// The number, or why there is none.
    pub value: String,
    /// Interval, counts, n.
    pub lines: Vec<String>,
}

impl Figure {
    /// The figure in one line, for a table.
    pub fn line(&self) -> String {
        let mut line = self.value.clone();
        for part in &self.lines {
            line.push_str("; ");
            line.push_str(part);
        }
        line
    }

    fn new(name: &'static str, n: u64, number: Option<String>, interval: Option<String>, counts: String) -> Self {
        let confidence = Confidence::of(n);
        let value = match number {
            None => "no answers yet".to_owned(),
            Some(_) if confidence < Confidence::Tendency => "too few for a number".to_owned(),
            Some(number) => number,
        };
        let mut lines = Vec::new();
        if confidence >= Confidence::Tendency {
            lines.extend(interval.map(|interval| format!("95\u{a0}% interval {interval}")));
        }
        if n > 0 {
            lines.push(counts);
            lines.push(format!("n = {n}{}", if confidence == Confidence::Tendency { ", tendency" } else { "" }));
        }
        Self { name, value, lines }
    }
}

/// Every metric of a summary.
pub fn all(summary: &Summary) -> Vec<Figure> {
    vec![nps(&summary.nps), csat(&summary.csat), ces(&summary.ces), score(summary)]
}

fn nps(nps: &Nps) -> Figure {
    let number = nps.points().map(|points| format!("{} points", signed(points)));
    let counts = format!("promoters {}, passives {}, detractors {}", nps.promoters, nps.passives, nps.detractors);
    Figure::new("NPS", nps.n(), number, nps.interval().map(|interval| between(interval, signed)), counts)
}

fn csat(csat: &Csat) -> Figure {
    let counts = format!("{} of {} satisfied (4 or 5)", csat.satisfied(), csat.n());
    let interval = csat.interval().map(|interval| between(interval, percent));
    Figure::new("CSAT", csat.n(), csat.share().map(percent), interval, counts)
}

fn ces(ces: &Ces) -> Figure {
    let easy = match (Confidence::of(ces.n()) >= Confidence::Tendency, ces.easy_share(), ces.easy_interval()) {
        (true, Some(share), Some(interval)) => {
            format!("easy (5 to 7) {}, {}", percent(share), between(interval, percent))
        }
        _ => format!("{} of {} easy (5 to 7)", ces.easy(), ces.n()),
    };
    let number = ces.mean().map(|mean| format!("{mean:.2} of 7"));
    let interval = ces.mean_interval().map(|interval| between(interval, |end| format!("{end:.2}")));
    Figure::new("CES", ces.n(), number, interval, easy)
}

fn score(summary: &Summary) -> Figure {
    let number = summary.score_mean().map(|mean| format!("{} of 100", mean.round()));
    let counts = format!("{} of {} responses have a score", summary.scored(), summary.n);
    Figure::new("Mean score", summary.scored(), number, None, counts)
}

/// A share as a whole percentage, rounded half away from zero, that no line break tears apart.
pub fn percent(share: f64) -> String {
    format!("{}\u{a0}%", (100.0 * share).round())
}

/// Points with their sign, rounded half away from zero; a true minus, which is as wide as a plus.
fn signed(points: f64) -> String {
    let points = points.round();
    if points > 0.0 {
        format!("+{points}")
    } else if points < 0.0 {
        format!("−{}", -points)
    } else {
        "0".to_owned()
    }
}

fn between(interval: Interval, text: impl Fn(f64) -> String) -> String {
    format!("{} to {}", text(interval.low), text(interval.high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_answers_are_counts_and_no_number() {
        let figure = nps(&Nps { promoters: 3, passives: 0, detractors: 1 });
        assert_eq!(figure.value, "too few for a number");
        assert_eq!(figure.lines, ["promoters 3, passives 0, detractors 1", "n = 4"]);
    }

    #[test]
    fn a_number_has_its_interval_and_its_n() {
        let figure = nps(&Nps { promoters: 3, passives: 2, detractors: 1 });
        assert_eq!(figure.value, "+33 points");
        assert_eq!(figure.lines[0], "95\u{a0}% interval −27 to +71");
        assert_eq!(figure.lines[2], "n = 6, tendency");
        let firm = csat(&Csat { counts: [0, 0, 182, 81, 0] });
        assert_eq!(
            (firm.value.as_str(), firm.lines[0].as_str()),
            ("31\u{a0}%", "95\u{a0}% interval 26\u{a0}% to 37\u{a0}%")
        );
        assert_eq!(firm.lines[2], "n = 263");
    }

    #[test]
    fn nothing_is_never_a_zero() {
        for figure in all(&Summary::default()) {
            assert_eq!((figure.value.as_str(), figure.lines.len()), ("no answers yet", 0));
        }
        assert_eq!(signed(-0.4), "0");
    }
}
