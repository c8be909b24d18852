//! Weekly digest as a mail: thanks, one thing to do, the figures, what is out of the ordinary.

use trente_stats::confidence::Confidence;
use trente_stats::report::NpsReport;
use trente_stats::rounding::{self, half_away};
use trente_stats::weekly_digest::{AlertRow, Thanks, WeeklyDigest};
use trente_store::clock::{day, now_ms};
use trente_store::fold::counts::Headline;
use trente_survey::Cause;
use trente_survey::locale::Language;
use trente_survey::wording::{CHIP_MOMENTS, LetterWording, Text, Wording};

use super::texts::Texts;
use super::{Block, Letter, quoted};
use crate::domain::digest::SiteWeek;
use crate::views::dates;
use crate::views::sentence::{capital, fill, plural};

/// Weeks without an answer after which the digest pauses; that of the last of them says so.
pub const EMPTY_WEEKS_MAX: u32 = 4;

/// Writes line by line.
struct Writer {
    blocks: Vec<Block>,
    wording: LetterWording,
    texts: &'static Texts,
    language: Language,
}

impl Writer {
    fn new(language: Language) -> Self {
        Self { blocks: Vec::new(), wording: LetterWording::of(language), texts: Texts::of(language), language }
    }
}

/// The letter of one week.
pub fn letter(week: &SiteWeek, language: Language) -> Letter {
    let SiteWeek { site, weekly, .. } = week;
    let (from, until) = dates::ends(language, week.from, week.until, day(now_ms()));
    let texts = Texts::of(language);
    let mut writer = Writer::new(language);
    let head = format!("{site}. {} {from} {} {until}", writer.wording.week, writer.wording.until);
    writer.line(&head);
    writer.pair(&writer.wording.to.clone(), &weekly.to.join(", "));
    writer.thanks(weekly);
    writer.action(weekly);
    writer.figures(week);
    writer.blocks.extend(alerts(&weekly.alerts, language));
    if week.empty_weeks == EMPTY_WEEKS_MAX {
        writer.blocks.push(Block::Gap);
        writer.line(texts.pause);
    }
    let subject = texts.digest.replace("{site}", site).replace("{from}", &from).replace("{until}", &until);
    Letter { language, subject, blocks: writer.blocks }
}

/// What left its usual course, in a sentence each.
pub fn sentences(rows: &[AlertRow], language: Language) -> Vec<String> {
    let writer = Writer::new(language);
    rows.iter().map(|row| writer.alert(row)).collect()
}

/// What left its usual course, under its heading; nothing where nothing did.
pub fn alerts(rows: &[AlertRow], language: Language) -> Vec<Block> {
    let mut writer = Writer::new(language);
    writer.alerts(rows);
    writer.blocks
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.blocks.push(Block::Line(line.to_owned()));
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.line(&format!("{name} {value}"));
    }

    fn heading(&mut self, heading: &str) {
        self.blocks.push(Block::Heading(heading.to_owned()));
    }

    fn thanks(&mut self, weekly: &WeeklyDigest) {
        self.heading(&self.wording.thanks.clone());
        if weekly.thanks.is_empty() {
            self.line(&self.wording.thanks_none.clone());
        }
        for thanks in &weekly.thanks {
            let line = self.thank(thanks);
            self.blocks.push(Block::Item(line));
        }
        self.pair(&self.wording.delights.clone(), &weekly.delights.to_string());
    }

    /// The customer's words, else what made the difference, else that there was something.
    fn thank(&self, thanks: &Thanks) -> String {
        let chips = Wording::of(self.language).chip_options;
        let chip = CHIP_MOMENTS.iter().zip(&chips).find(|(moment, _)| **moment == thanks.moment).map(|(_, chip)| chip);
        match (&thanks.verbatim, chip) {
            (Some(words), None) => quoted(words, self.language),
            (Some(words), Some(chip)) => format!("{} ({chip})", quoted(words, self.language)),
            (None, Some(chip)) if thanks.count == 1 => chip.clone().into_owned(),
            (None, Some(chip)) => fill(self.texts.same_delight, &[("what", chip), ("n", &thanks.count.to_string())]),
            (None, None) => {
                let text = plural(self.language, self.texts.silent_delights, thanks.count);
                fill(text, &[("n", &thanks.count.to_string())])
            }
        }
    }

    fn action(&mut self, weekly: &WeeklyDigest) {
        self.heading(&self.wording.action.clone());
        let Some(action) = &weekly.action else {
            return self.line(&self.wording.action_none.clone());
        };
        let cause = self.cause(action.cause).unwrap_or_default();
        let owner = ["direction", "manager", "team_and_manager"].iter().position(|name| *name == action.owner);
        let owner = owner.and_then(|at| self.wording.owner_names.get(at)).cloned().unwrap_or_default();
        self.line(action.first_step);
        self.line(action.question);
        self.pair(&self.wording.cause.clone(), &format!("{cause} ({})", action.incidents));
        let tied: Vec<String> = action.tied.iter().filter_map(|name| self.cause(name).map(Text::into_owned)).collect();
        if !tied.is_empty() {
            self.pair(&self.wording.tied.clone(), &tied.join(", "));
        }
        self.pair(&self.wording.owner.clone(), &owner);
        // Less than a point is no reason to act.
        if let Some(gain) = action.nps_delta.map(|gain| half_away(gain, 0)).filter(|gain| *gain >= 1.0) {
            let text = plural(self.language, self.texts.gain, gain as u64);
            self.line(&fill(text, &[("points", &gain.to_string())]));
        }
    }

    fn figures(&mut self, week: &SiteWeek) {
        let weekly = &week.weekly;
        self.heading(&self.wording.figures.clone());
        self.pair(&self.wording.responses.clone(), &weekly.n.to_string());
        if let Some(rate) = &weekly.response_rate {
            self.pair(&self.wording.orders.clone(), &rate.orders.to_string());
            if let (Some(share), Some(low), Some(high)) = (rate.rate, rate.low, rate.high) {
                let [share, low, high] = [share, low, high].map(|share| self.percent(share));
                let LetterWording { interval, up_to, .. } = &self.wording;
                let value = format!("{share} (n = {}, {interval} {low} {up_to} {high})", rate.orders);
                self.pair(&self.wording.rate.clone(), &value);
            }
        }
        let value = self.nps(&weekly.nps);
        self.pair(&self.wording.nps.clone(), &value);
        self.pair(&self.wording.lost_count.clone(), &weekly.lost.to_string());
        self.pair(&self.wording.waiting_count.clone(), &weekly.waiting.to_string());
        match week.headline {
            Headline::All => self.line(&self.wording.unproven.clone()),
            Headline::Verified => {
                self.line(&self.wording.proven.clone());
                self.pair(&self.wording.apart.clone(), &week.unproven.to_string());
                if week.unproven > 0 {
                    let value = self.nps(&week.unproven_nps);
                    self.pair(&self.wording.apart_nps.clone(), &value);
                }
            }
        }
    }

    fn nps(&self, nps: &NpsReport) -> String {
        let n = nps.promoters + nps.passives + nps.detractors;
        match (nps.points, nps.low.zip(nps.high)) {
            (Some(points), Some((low, high))) => {
                let (points, low, high) = (self.points(points), self.points(low), self.points(high));
                let tendency = match Confidence::of(n) {
                    Confidence::Tendency => format!(", {}", self.wording.tendency),
                    _ => String::new(),
                };
                let LetterWording { interval, up_to, .. } = &self.wording;
                format!("{points} (n = {n}{tendency}, {interval} {low} {up_to} {high})")
            }
            _ if n == 0 => self.wording.none.clone().into_owned(),
            _ => format!("{} (n = {n})", self.wording.few),
        }
    }

    fn alerts(&mut self, rows: &[AlertRow]) {
        if rows.is_empty() {
            return;
        }
        self.heading(&self.wording.alerts.clone());
        for alert in rows {
            let text = self.alert(alert);
            self.blocks.push(Block::Item(text));
        }
    }

    /// What a rule says, in a sentence with units; its code is in the JSON.
    fn alert(&self, alert: &AlertRow) -> String {
        let (texts, about) = (self.texts, alert.about.as_deref().unwrap_or_default());
        let low = about == "low";
        let usual = |text: fn(&Self, f64) -> String| alert.baseline.map(|usual| text(self, usual)).unwrap_or_default();
        let (text, found, usual) = match alert.rule {
            "A2" => {
                let text = if low { texts.share_low } else { texts.share_high };
                (text, self.percent(alert.found), usual(Self::percent))
            }
            "A3" => {
                let text = if low { texts.score_low } else { texts.score_high };
                (text, self.decimal(alert.found, 1), usual(|writer, mean| writer.decimal(mean, 1)))
            }
            "A4" => {
                // None is no number to compare with.
                let known = alert.baseline.filter(|usual| half_away(*usual, 1) > 0.0);
                let text = if known.is_some() { texts.recurs } else { texts.recurs_new };
                let usual = known.map(|usual| self.decimal(usual, usize::from(usual < 10.0)));
                (text, self.decimal(alert.found, 0), usual.unwrap_or_default())
            }
            "A5" => (texts.segment, self.points(alert.found), usual(Self::points)),
            _ => (texts.doubled, String::new(), String::new()),
        };
        let channel = about.strip_prefix("channel ").and_then(|number| number.parse().ok());
        let channel = channel.map(|channel| texts.channel_name(channel)).unwrap_or_default();
        let cause = self.cause(about).map(|name| capital(&name)).unwrap_or_default();
        let n = alert.n.to_string();
        fill(text, &[("found", &found), ("usual", &usual), ("n", &n), ("channel", &channel), ("cause", &cause)])
    }

    fn cause(&self, name: &str) -> Option<Text> {
        let at = Cause::ALL.into_iter().position(|cause| cause.name() == name)?;
        self.wording.cause_names.get(at).cloned()
    }

    /// Whole points with their sign.
    fn points(&self, points: f64) -> String {
        match half_away(points, 0) {
            0.0 => "0".to_owned(),
            points if points > 0.0 => format!("+{points}"),
            points => format!("−{}", -points),
        }
    }

    fn percent(&self, share: f64) -> String {
        let space = if self.language == Language::Fr { "\u{a0}" } else { "" };
        format!("{}{space}%", half_away(100.0 * share, 0))
    }

    /// So many decimals, written as the language does.
    fn decimal(&self, number: f64, places: usize) -> String {
        let text = rounding::decimal(number, places);
        if self.language == Language::Fr { text.replace('.', ",") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use trente_survey::lint::{sincerity, typography};

    use super::*;

    fn row(rule: &'static str, about: Option<&str>, found: f64, baseline: Option<f64>) -> AlertRow {
        AlertRow { rule, about: about.map(str::to_owned), n: 60, found, baseline }
    }

    /// Each rule on each side says what it found in a sentence with units, without its code.
    #[test]
    fn each_rule_is_a_sentence_with_units() {
        let rows = [
            row("A2", Some("high"), 23.0 / 40.0, Some(0.1)),
            row("A2", Some("low"), 0.05, Some(0.2)),
            row("A3", Some("low"), 74.25, Some(80.0)),
            row("A3", Some("high"), 81.0, Some(80.0)),
            row("A4", Some("speed"), 12.0, Some(3.0)),
            row("A4", Some("speed"), 3.0, None),
            row("A4", Some("speed"), 3.0, Some(0.01)),
            row("A5", Some("channel 1"), -10.4, Some(26.24)),
            row("A5", Some("channel 7"), 0.0, Some(-12.5)),
            row("A6", None, 42.0, Some(37.0)),
        ];
        let english = [
            "58% of 60 answers were incidents, where 10% are usual: more than chance alone explains.",
            "5% of 60 answers were incidents, where 20% are usual: fewer than chance alone explains.",
            "The moving mean of the daily scores fell to 74.3 of 100, where 80.0 is usual; the last day had 60 answers.",
            "The moving mean of the daily scores rose to 81.0 of 100, where 80.0 is usual; the last day had 60 answers.",
            "Speed: unforgivable 12 times in thirty days, where about 3.0 would be usual.",
            "Speed: unforgivable 3 times in thirty days.",
            "Speed: unforgivable 3 times in thirty days.",
            "Shop: the NPS went from +26 to −10 points (60 answers).",
            "Channel 7: the NPS went from −13 to 0 points (60 answers).",
            "Incidents have about doubled, compared with the twelve weeks before (60 answers in all).",
        ];
        let of = |language| -> Vec<String> {
            alerts(&rows, language)
                .into_iter()
                .filter_map(|block| if let Block::Item(text) = block { Some(text) } else { None })
                .collect()
        };
        assert_eq!(of(Language::En), english);
        let french = of(Language::Fr);
        for wanted in [
            "58\u{a0}% des 60 réponses étaient des incidents, contre 10\u{a0}% d’ordinaire\u{a0}: plus que le hasard seul n’en explique.",
            "Rapidité\u{a0}: impardonnable 12 fois en trente jours, contre 3,0 d’ordinaire.",
            "Boutique\u{a0}: le NPS est passé de +26 à −10 points (60 réponses).",
        ] {
            assert!(french.iter().any(|line| line == wanted), "{wanted}: {french:?}");
        }
        for (language, lines) in [(Language::En, of(Language::En)), (Language::Fr, french)] {
            for line in lines {
                assert_eq!(typography::check(&line, language), [], "{line}");
                assert!(sincerity::check(&line, language).is_empty(), "{line}");
                assert!(!line.contains('{') && !line.contains(" / "), "{line}");
                assert!(["A2", "A3", "A4", "A5", "A6"].iter().all(|code| !line.contains(code)), "{line}");
            }
        }
    }

    #[test]
    fn customers_without_words_stand_there_once() {
        let thanks = |moment, count| Thanks { moment, verbatim: None, count };
        let told = |language, thanks: Thanks| Writer::new(language).thank(&thanks);
        assert_eq!(told(Language::En, thanks(0, 1)), "A customer was delighted, and said no more.");
        assert_eq!(told(Language::En, thanks(0, 5)), "5 customers were delighted, and said no more.");
        assert_eq!(told(Language::En, thanks(3, 2)), "Time for me (2 customers)");
        assert_eq!(told(Language::Fr, thanks(0, 5)), "5 clients ont été enchantés, sans un mot de plus.");
        assert_eq!(told(Language::Fr, thanks(3, 1)), "Du temps pour moi");
    }
}
