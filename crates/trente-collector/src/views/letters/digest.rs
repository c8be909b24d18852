//! Weekly digest as a mail: thanks, one thing to do, the figures, what is out of the ordinary.

use trente_stats::confidence::Confidence;
use trente_stats::report::NpsReport;
use trente_stats::rounding::half_away;
use trente_stats::weekly_digest::{AlertRow, Thanks, WeeklyDigest};
use trente_store::clock::format_day;
use trente_store::fold::counts::Headline;
use trente_survey::Cause;
use trente_survey::locale::Language;
use trente_survey::wording::{CHIP_MOMENTS, LetterWording, Text, Wording};

use super::texts::Texts;
use super::{Block, Letter, quoted};
use crate::domain::digest::SiteWeek;

/// Weeks without an answer after which the digest pauses; that of the last of them says so.
pub const EMPTY_WEEKS_MAX: u32 = 4;

/// Writes line by line.
struct Writer {
    blocks: Vec<Block>,
    wording: LetterWording,
    language: Language,
}

/// The letter of one week.
pub fn letter(week: &SiteWeek, language: Language) -> Letter {
    let SiteWeek { site, weekly, .. } = week;
    let (from, until) = (format_day(week.from), format_day(week.until));
    let texts = Texts::of(language);
    let mut writer = Writer { blocks: Vec::new(), wording: LetterWording::of(language), language };
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

/// What left its usual course, under its heading; nothing where nothing did.
pub fn alerts(rows: &[AlertRow], language: Language) -> Vec<Block> {
    let mut writer = Writer { blocks: Vec::new(), wording: LetterWording::of(language), language };
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
            (None, Some(chip)) => chip.clone().into_owned(),
            (None, None) => self.wording.delight.clone().into_owned(),
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
        if let Some(gain) = action.nps_delta {
            self.pair(&self.wording.gain.clone(), &self.points(gain));
        }
    }

    fn figures(&mut self, week: &SiteWeek) {
        let weekly = &week.weekly;
        self.heading(&self.wording.figures.clone());
        self.pair(&self.wording.responses.clone(), &weekly.n.to_string());
        if let Some(rate) = &weekly.response_rate {
            self.pair(&self.wording.orders.clone(), &rate.orders.to_string());
            if let Some(share) = rate.rate {
                self.pair(&self.wording.rate.clone(), &self.percent(share));
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
            let rule = ["A2", "A3", "A4", "A5", "A6"].iter().position(|code| *code == alert.rule);
            let rule = rule.and_then(|at| self.wording.rules.get(at)).cloned().unwrap_or_default();
            let about = self.about(alert).map(|about| format!(", {about}")).unwrap_or_default();
            let usual = alert.baseline.map(|usual| format!(" / {}", self.number(usual))).unwrap_or_default();
            let found = self.number(alert.found);
            let text = format!("{rule} ({}{about}, n = {}, {found}{usual})", alert.rule, alert.n);
            self.blocks.push(Block::Item(text));
        }
    }

    /// The cause that recurs, or the channel that changed; which side of its limits a number lies on, it says itself.
    fn about(&self, alert: &AlertRow) -> Option<String> {
        let about = alert.about.as_deref()?;
        match about.split_once(' ') {
            Some((_, channel)) => Some(format!("{} {channel}", self.wording.channel)),
            None => self.cause(about).map(Text::into_owned),
        }
    }

    fn cause(&self, name: &str) -> Option<Text> {
        let at = Cause::ALL.into_iter().position(|cause| cause.name() == name)?;
        self.wording.cause_names.get(at).cloned()
    }

    /// Points with their sign, one decimal where they have one.
    fn points(&self, points: f64) -> String {
        let number = self.number(points.abs());
        match points {
            _ if number == "0" => number,
            points if points > 0.0 => format!("+{number}"),
            _ => format!("−{number}"),
        }
    }

    fn percent(&self, share: f64) -> String {
        let space = if self.language == Language::Fr { "\u{a0}" } else { "" };
        format!("{}{space}%", half_away(100.0 * share, 0))
    }

    /// At most two decimals, written as the language does.
    fn number(&self, number: f64) -> String {
        let text = half_away(number, 2).to_string();
        if self.language == Language::Fr { text.replace('.', ",") } else { text }
    }
}
