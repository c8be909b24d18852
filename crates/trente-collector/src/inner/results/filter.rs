//! Filter of the results, kept in the query of the address: it applies to every figure, chart, list and file.
//!
//! What an address says and we do not understand is left out, and the page says so; it is never guessed.

use std::ops::RangeInclusive;

use trente_stats::period::{Length, Period, PeriodError};
use trente_store::clock::parse_day;
use trente_store::encoding;
use trente_store::key::ResponseKey;
use trente_store::wanted::{After, Wanted};
use trente_survey::locale;
use trente_survey::response_id::SurveyId;
use trente_survey::{Cause, Class};

use super::texts::{Texts, fill};
use crate::web::form;

/// Characters that a search has at most.
const SEARCH_MAX: usize = 200;

/// By what the overview shows parts next to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cut {
    /// Channel.
    #[default]
    Channel,
    /// Language.
    Language,
    /// Proof of purchase.
    Proof,
    /// Version of the survey.
    Version,
    /// Day of the week.
    Weekday,
}

/// Which words the voices show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Of customers who are lost or wait.
    Recover,
    /// Of delighted customers.
    Thanks,
    /// Of customers who were served.
    Ideas,
    /// Of incidents.
    Complaints,
    /// All.
    All,
}

/// What was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Two days that are no period, by the index of its reason.
    Period(usize),
    /// Something else.
    Other,
}

/// What an address asks for.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Whole days.
    pub period: Period,
    /// The length that was chosen; none for two days.
    pub length: Option<Length>,
    /// Everything but the period.
    pub wanted: Wanted,
    /// By what parts stand next to each other.
    pub cut: Cut,
    /// Which words.
    pub tab: Tab,
    /// Words that are looked for.
    pub search: Option<String>,
    /// Where a list goes on.
    pub after: Option<After>,
    /// The language of the page, where the address says it.
    pub language: Option<String>,
    /// What was not understood.
    pub notices: Vec<Notice>,
    /// What was, name and value: what links carry on.
    pairs: Vec<(&'static str, String)>,
}

impl Cut {
    /// All of them, with their names in an address.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Channel, "channel"),
        (Self::Language, "lang"),
        (Self::Proof, "verified"),
        (Self::Version, "version"),
        (Self::Weekday, "weekday"),
    ];
}

impl Tab {
    /// All of them, with their names in an address.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Recover, "recover"),
        (Self::Thanks, "thanks"),
        (Self::Ideas, "ideas"),
        (Self::Complaints, "complaints"),
        (Self::All, "all"),
    ];
}

impl Filter {
    /// Of the query of an address; `today` is the site's own.
    pub fn parse(query: &str, today: u32) -> Self {
        let mut filter = Self {
            period: Period::until_yesterday(Length::default(), today),
            length: Some(Length::default()),
            wanted: Wanted::of_days(0..=0),
            cut: Cut::default(),
            tab: Tab::Thanks,
            search: None,
            after: None,
            language: None,
            notices: Vec::new(),
            pairs: Vec::new(),
        };
        let (mut from, mut to) = (None, None);
        for (name, value) in form::pairs(query.as_bytes()) {
            // A form sends its empty fields too.
            if value.is_empty() {
                continue;
            }
            match &*name {
                "from" => from = Some(value.into_owned()),
                "to" => to = Some(value.into_owned()),
                _ if filter.take(&name, &value, today).is_none() => filter.notice(Notice::Other),
                _ => {}
            }
        }
        if from.is_some() || to.is_some() {
            filter.between(from.as_deref(), to.as_deref(), today);
        }
        filter
    }

    /// Takes one value of an address; none when it is not understood.
    fn take(&mut self, name: &str, value: &str, today: u32) -> Option<()> {
        let name = match name {
            "days" => {
                let length = Length::named(value)?;
                (self.period, self.length) = (Period::until_yesterday(length, today), Some(length));
                "days"
            }
            "channel" => {
                self.wanted.channel = Some(value.parse().ok()?);
                "channel"
            }
            "lang" => {
                let number = locale::number_of(value);
                self.wanted.locale = Some(number).filter(|number| *number != 0 || value == locale::tag_of(0));
                self.wanted.locale?;
                "lang"
            }
            "verified" => {
                self.wanted.verified = Some(value.parse().ok()?);
                "verified"
            }
            "cause" => {
                let cause = Cause::ALL.into_iter().find(|cause| cause.name() == value)?;
                self.wanted.cause = Some(cause.family());
                "cause"
            }
            "class" => {
                let class = Class::ALL.into_iter().find(|class| class.name() == value)?;
                self.wanted.classes = Some(vec![class]);
                "class"
            }
            "version" => {
                self.wanted.survey = Some(SurveyId(encoding::array_from_hex(value)?));
                "version"
            }
            "by" => {
                self.cut = Cut::ALL.into_iter().find(|(_, name)| *name == value)?.0;
                "by"
            }
            "tab" => {
                self.tab = Tab::ALL.into_iter().find(|(_, name)| *name == value)?.0;
                "tab"
            }
            "q" => {
                let search: String = value.trim().chars().take(SEARCH_MAX).collect();
                self.search = Some(search).filter(|search| !search.is_empty());
                "q"
            }
            "after" => {
                self.after = Some(after_of(value)?);
                "after"
            }
            "hl" => {
                self.language = Some(value.to_owned()).filter(|language| matches!(language.as_str(), "en" | "fr"));
                self.language.as_ref()?;
                "hl"
            }
            // Of a file, of an erasure, of what was just done, or of the snippet, and asked for there.
            "format" | "separator" | "at" | "done" | "base" => return Some(()),
            _ => return None,
        };
        self.set(name, value.to_owned());
        Some(())
    }

    fn between(&mut self, from: Option<&str>, to: Option<&str>, today: u32) {
        let last = to.map_or(Some(today.saturating_sub(1)), parse_day);
        let (Some(first), Some(last)) = (from.and_then(parse_day), last) else {
            return self.notice(Notice::Period(3));
        };
        match Period::between(first, last, today) {
            Ok(period) => {
                (self.period, self.length) = (period, None);
                self.pairs.retain(|(name, _)| *name != "days");
                self.set("from", from.unwrap_or_default().to_owned());
                if let Some(to) = to {
                    self.set("to", to.to_owned());
                }
            }
            Err(error) => self.notice(Notice::Period(match error {
                PeriodError::Backwards => 0,
                PeriodError::Unfinished => 1,
                PeriodError::Long => 2,
            })),
        }
    }

    fn notice(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    fn set(&mut self, name: &'static str, value: String) {
        self.pairs.retain(|(known, _)| *known != name);
        self.pairs.push((name, value));
    }

    /// What is wanted of these days.
    pub fn of_days(&self, days: RangeInclusive<u32>) -> Wanted {
        Wanted { days, ..self.wanted.clone() }
    }

    /// The same, of proven purchases alone.
    pub fn proven(&self) -> Self {
        let mut filter = self.clone();
        filter.wanted.verified = Some(true);
        filter.set("verified", "true".to_owned());
        filter
    }

    /// Whether the address names a tab, as those of the voices do.
    pub fn names_tab(&self) -> bool {
        self.pairs.iter().any(|(name, _)| *name == "tab")
    }

    /// Whether anything but the period is asked for.
    pub fn is_narrow(&self) -> bool {
        self.pairs.iter().any(|(name, _)| NARROWING.contains(name))
    }

    /// The address of a page with this filter, but for what is changed: a name without a value is left out.
    pub fn link(&self, path: &str, changes: &[(&'static str, Option<&str>)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let kept = self.pairs.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        // Where a list goes on is never where another one does.
        query.extend_pairs(kept.filter(|(name, _)| *name != "after"));
        query.extend_pairs(changes.iter().filter_map(|(name, value)| value.map(|value| (*name, value))));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The same without everything that narrows.
    pub fn wide_link(&self, path: &str) -> String {
        let changes: Vec<(&'static str, Option<&str>)> = NARROWING.into_iter().map(|name| (name, None)).collect();
        self.link(path, &changes)
    }

    /// What a form has to carry on in addition to its own fields.
    pub fn carried(&self, own: &[&str]) -> Vec<(&'static str, String)> {
        let kept = self.pairs.iter().filter(|(name, _)| !own.contains(name) && *name != "after");
        kept.map(|(name, value)| (*name, value.clone())).collect()
    }

    /// What the page is narrowed to, in words.
    pub fn narrowed(&self, texts: &Texts) -> Vec<String> {
        let Wanted { verified, channel, survey, locale, classes, cause, .. } = &self.wanted;
        let [proven, unproven] = texts.proofs;
        let mut names = Vec::new();
        names.extend(channel.map(|channel| texts.channel_name(channel)));
        names.extend(locale.map(|locale| locale::tag_of(locale).to_owned()));
        names.extend(verified.map(|verified| if verified { proven } else { unproven }.to_owned()));
        names.extend(cause.map(|cause| texts.cause(Cause::from_family(cause))));
        let class = classes.as_ref().and_then(|classes| classes.first());
        names.extend(class.and_then(|class| texts.classes.get(*class as usize)).map(|name| (*name).to_owned()));
        names.extend(survey.map(|survey| fill(texts.version, &[("id", &encoding::hex(&survey.0))])));
        names
    }

    /// What was not understood, in words.
    pub fn notices(&self, texts: &Texts) -> Vec<String> {
        let text = |notice: &Notice| match notice {
            Notice::Period(why) => {
                fill(texts.period_refused, &[("why", texts.period_why.get(*why).copied().unwrap_or_default())])
            }
            Notice::Other => texts.filter_refused.to_owned(),
        };
        self.notices.iter().map(text).collect()
    }
}

/// What narrows the responses, by its names in an address.
const NARROWING: [&str; 6] = ["channel", "lang", "verified", "cause", "class", "version"];

/// Where a list goes on, as an address has it: day, survey and response.
pub fn after_text(after: &After) -> String {
    format!("{}-{}", after.day, format_response_key(after.place))
}

/// A response, as an address or a form has it.
pub fn format_response_key(ResponseKey { survey, rid }: ResponseKey) -> String {
    format!("{}-{}", encoding::hex(&survey), encoding::hex(&rid))
}

/// The inverse of [`format_response_key`].
pub fn parse_response_key(value: &str) -> Option<ResponseKey> {
    let (survey, rid) = value.split_once('-')?;
    Some(ResponseKey { survey: encoding::array_from_hex(survey)?, rid: encoding::array_from_hex(rid)? })
}

fn after_of(value: &str) -> Option<After> {
    let (day, place) = value.split_once('-')?;
    Some(After { day: day.parse().ok()?, place: parse_response_key(place)? })
}

#[cfg(test)]
mod tests;
