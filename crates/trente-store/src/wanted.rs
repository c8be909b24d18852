//! Which responses of a site are wanted, and their sums: one filter for every figure, list and export.
//!
//! Where only days, proof, channel and survey are asked for, the daily counts answer, which retention never deletes.
//! Language, class, cause and flag are in the single responses alone, so a filter on one of them counts those that are
//! still kept.

use std::ops::RangeInclusive;

use trente_stats::Aggregate;
use trente_stats::aggregate::{Count, Kind};
use trente_survey::Class;
use trente_survey::response_id::SurveyId;

use crate::StoreError;
use crate::fold::merge::StoredResponse;

/// A filter on the responses of a site; what is none is not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Days since 1970.
    pub days: RangeInclusive<u32>,
    /// Whether the purchase is proven.
    pub verified: Option<bool>,
    /// Number of the channel, 0 also for those that name none.
    pub channel: Option<u8>,
    /// The survey that was answered.
    pub survey: Option<SurveyId>,
    /// Number of the language.
    pub locale: Option<u8>,
    /// Classes.
    pub classes: Option<Vec<Class>>,
    /// Family of the primary cause.
    pub cause: Option<u8>,
    /// Flags, of which a response has at least one.
    pub flags: Option<u16>,
}

/// By what sums are kept apart; the number is [`SumRow::part`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// By nothing: 0.
    Whole,
    /// By weeks that end with this day: 0 is the newest.
    Weeks(u32),
    /// By channel.
    Channel,
    /// By the number of the language.
    Language,
    /// By survey: the four bytes of its id as a number, the first byte first.
    Survey,
    /// By day of the week: 0 is Monday.
    Weekday,
}

/// A sum over responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SumRow {
    /// Which part of the split.
    pub part: u32,
    /// Whether the purchases are proven.
    pub verified: bool,
    /// Number of the kind: answers, elapsed bucket or extra. Answers to a merchant's own questions are not among them.
    pub kind: u8,
    /// What is counted.
    pub key: u32,
    /// How many.
    pub n: u64,
}

impl Wanted {
    /// Every response of these days.
    pub const fn of_days(days: RangeInclusive<u32>) -> Self {
        Self {
            days,
            verified: None,
            channel: None,
            survey: None,
            locale: None,
            classes: None,
            cause: None,
            flags: None,
        }
    }

    /// Whether the daily counts know enough to answer.
    pub const fn is_in_counts(&self) -> bool {
        self.locale.is_none() && self.classes.is_none() && self.cause.is_none() && self.flags.is_none()
    }

    /// Whether a response is wanted.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]
    pub fn has(&self, candidate: &StoredResponse) -> Result<bool, StoreError> {
        let frame = &candidate.frame;
        let verdict = candidate.verdict().map_err(|_| StoreError::Unreadable("frame without a verdict"))?;
        let primary = verdict.diagnosis.primary.map(trente_survey::Cause::family);
        Ok(self.days.contains(&candidate.day)
            && self.verified.is_none_or(|verified| verified == candidate.verified)
            && self.channel.is_none_or(|channel| channel == candidate.channel())
            && self.survey.is_none_or(|survey| survey == frame.survey)
            && self.locale.is_none_or(|locale| locale == frame.locale)
            && self.classes.as_ref().is_none_or(|classes| classes.contains(&verdict.class))
            && self.cause.is_none_or(|cause| Some(cause) == primary)
            && self.flags.is_none_or(|flags| verdict.flags & flags != 0))
    }

    /// The classes as bits: bit 0 is class 0.
    pub(super) fn class_bits(&self) -> Option<u8> {
        self.classes.as_ref().map(|classes| classes.iter().fold(0, |bits, class| bits | 1 << *class as u8))
    }
}

/// How a statement is written for one of the databases: what differs between them.
pub(super) struct Dialect {
    /// Before the number of a parameter.
    pub mark: char,
    /// A null-able parameter of each kind: after its number.
    pub casts: [&'static str; 4],
    /// After a number that is read: the one type that numbers are read as.
    pub big: &'static str,
}

impl Dialect {
    /// The condition on a row of `daily` or `response`: parameters 1 to 9 are site, first day, last day,
    /// verified, channel, survey, language, bits of classes, cause, and 10 the flags.
    pub fn condition(&self, response: bool) -> String {
        let Self { mark, casts: [truth, small, bytes, number], .. } = self;
        let mut text = format!(
            "survey in (select id from survey where site = {mark}1) and day between {mark}2 and {mark}3
             and ({mark}4{truth} is null or verified = {mark}4)
             and ({mark}5{small} is null or channel = {mark}5)
             and ({mark}6{bytes} is null or survey = {mark}6)"
        );
        if response {
            text.push_str(&format!(
                " and ({mark}7{small} is null or locale = {mark}7)
                 and ({mark}8{number} is null or ({mark}8 >> class) & 1 = 1)
                 and ({mark}9{small} is null or primary_cause = {mark}9)
                 and ({mark}10{number} is null or flags & {mark}10 <> 0)"
            ));
        }
        text
    }

    /// The statement for the sums; [`SumRow`] column by column, the part of [`Split::Survey`] as bytes. Parameter 7 of the daily counts, 11 of the responses, is
    /// the last day of the weeks; no other split has it.
    pub fn sums(&self, split: Split, response: bool) -> String {
        let Self { mark, big, .. } = self;
        let last = if response { 11 } else { 7 };
        let part = match split {
            Split::Whole => format!("0{big}"),
            Split::Weeks(_) => format!("({mark}{last} - day){big} / 7"),
            Split::Channel => format!("channel{big}"),
            Split::Language => format!("locale{big}"),
            Split::Survey => "survey".to_owned(),
            Split::Weekday => format!("(day{big} + 3) % 7"),
        };
        let condition = self.condition(response);
        if !response {
            return format!(
                "select {part}, verified, kind{big}, key{big}, sum(n){big} from daily where {condition} and kind < 3
                 group by 1, 2, 3, 4"
            );
        }
        // The same kinds and keys as the daily counts have (docs/storage.md).
        let of = |kind: u8, key: &str, more: &str| {
            format!(
                "select {part}, verified, {kind}{big}, {key}{big}, count(*) from response
                 where {condition}{more} group by 1, 2, 4"
            )
        };
        [of(0, "key", ""), of(1, "elapsed", ""), extra(self, &part, 0, 128), extra(self, &part, 1, 512)]
            .join(" union all ")
    }

    /// The statement for the words of customers, newest first: survey, rid, day, verified, channel, locale, key, elapsed,
    /// verbatim. Parameters 11 to 14: the pattern of a search, the day, survey and rid of the last one that was read; 15:
    /// how many.
    pub fn voices(&self, like: &str) -> String {
        let Self { mark, casts: [_, _, bytes, number], .. } = self;
        let text = if bytes.is_empty() { "" } else { "::text" };
        let condition = self.condition(true);
        format!(
            "select survey, rid, day, verified, channel, locale, key, elapsed, verbatim from response
             where {condition} and verbatim is not null
             and ({mark}11{text} is null or verbatim {like} {mark}11 escape '\\')
             and ({mark}12{number} is null or (day, survey, rid) < ({mark}12, {mark}13{bytes}, {mark}14{bytes}))
             order by day desc, survey desc, rid desc limit {mark}15"
        )
    }
}

fn extra(dialect: &Dialect, part: &str, key: u8, flag: u16) -> String {
    let (condition, big) = (dialect.condition(true), dialect.big);
    format!(
        "select {part}, verified, 2{big}, {key}{big}, count(*) from response
         where {condition} and flags & {flag} <> 0 group by 1, 2"
    )
}

/// The aggregate of rows of one part.
///
/// # Errors
/// [`StoreError::Count`], [`StoreError::Unreadable`].
pub fn aggregate<'a>(rows: impl Iterator<Item = &'a SumRow>) -> Result<Aggregate, StoreError> {
    let counts: Vec<Count> = rows
        .map(|row| {
            let kind = Kind::from_number(row.kind).ok_or(StoreError::Unreadable("kind of a daily count"))?;
            Ok(Count { kind, survey: SurveyId([0; 4]), key: row.key, n: row.n })
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Aggregate::from_counts(counts)?)
}

/// The pattern of a search as it is typed, in which nothing has a meaning of its own.
pub(super) fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for character in search.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// Where a list of words goes on: after the response of this day and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// Days since 1970.
    pub day: u32,
    /// Bytes of the survey id.
    pub survey: [u8; 4],
    /// Bytes of the response id.
    pub rid: [u8; 8],
}

/// A customer's own words with what belongs to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoiceRow {
    /// Where it stands.
    pub at: After,
    /// Whether the purchase is proven.
    pub verified: bool,
    /// Channel, 0 for none.
    pub channel: u8,
    /// Number of the language.
    pub locale: u8,
    /// Key of the aggregate: family and answers.
    pub key: u32,
    /// Bucket of the time that the answers took.
    pub elapsed: u8,
    /// The words, unedited.
    pub verbatim: String,
}
