//! Filter of a site's responses, the same for every figure, list and export.
//!
//! Figures come from the daily counts ([`crate::cells`]), which retention never deletes; lists of words and files from
//! the single responses that are still kept. Flags are in those alone.

use std::ops::RangeInclusive;

use trente_survey::Class;
use trente_survey::response_id::SurveyId;

use crate::StoreError;
use crate::fold::merge::StoredResponse;
use crate::key::ResponseKey;

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

    /// Whether a response is wanted.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]
    pub fn has(&self, candidate: &StoredResponse) -> Result<bool, StoreError> {
        let frame = &candidate.frame;
        let verdict = candidate.verdict()?;
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
}

impl Dialect {
    /// The condition for the words of customers in one survey; its parameters are the first nine of [`Self::voices`].
    fn words_wanted(&self) -> String {
        let Self { mark, casts: [truth, small, _, number] } = self;
        format!(
            "survey = {mark}1 and day between {mark}2 and {mark}3
             and verbatim is not null
             and ({mark}4{truth} is null or verified = {mark}4)
             and ({mark}5{small} is null or channel = {mark}5)
             and ({mark}6{small} is null or locale = {mark}6)
             and ({mark}7{number} is null or ({mark}7 >> class) & 1 = 1)
             and ({mark}8{small} is null or primary_cause = {mark}8)
             and ({mark}9{number} is null or flags & {mark}9 <> 0)"
        )
    }

    /// The statement for how many they are, found in the index alone.
    pub fn voices_count(&self) -> String {
        format!("select count(*) from response where {}", self.words_wanted())
    }

    /// The statement for the words of customers in one survey, newest first: rid, day, verified, channel, locale, key,
    /// elapsed, verbatim. Parameters: 1 survey, 2 first day, 3 last day, 4 verified, 5 channel, 6 language, 7 bits of
    /// classes, 8 cause, 9 flags, 10 and 11 day and rid before which the list goes on, 12 how many.
    ///
    /// Which they are is found in the index alone. A search is no part of it: [`crate::search`].
    pub fn voices(&self) -> String {
        let Self { mark, casts: [_, _, bytes, number] } = self;
        let wanted = self.words_wanted();
        format!(
            "with found as (
                 select rid from response where {wanted}
                 and ({mark}10{number} is null or (day, rid) < ({mark}10, {mark}11{bytes}))
                 order by day desc, rid desc limit {mark}12
             )
             select response.rid, day, verified, channel, locale, key, elapsed, verbatim
             from found join response on response.survey = {mark}1 and response.rid = found.rid
             order by day desc, response.rid desc"
        )
    }
}

/// The newest `most` of the words of several surveys, each newest first.
pub(super) fn newest(mut rows: Vec<VoiceRow>, most: usize) -> Vec<VoiceRow> {
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    rows.truncate(most);
    rows
}

/// Where a list of words goes on: after the response of this day and place. Ordered by day, then by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct After {
    /// Days since 1970.
    pub day: u32,
    /// Its key.
    pub place: ResponseKey,
}

impl After {
    /// Where the list of one survey goes on, which is in the order of day and response: before the day and the response, of
    /// which none is after all of the day.
    ///
    /// The whole list is in the order of day, survey and response, each descending.
    pub(super) fn within(&self, survey: [u8; 4]) -> (Option<u32>, Option<Vec<u8>>) {
        match survey.cmp(&self.place.survey) {
            // All of that day is still to come: before the day after it.
            std::cmp::Ordering::Less => (Some(self.day.saturating_add(1)), Some(Vec::new())),
            std::cmp::Ordering::Equal => (Some(self.day), Some(self.place.rid.to_vec())),
            // None of that day is: nothing is before empty bytes.
            std::cmp::Ordering::Greater => (Some(self.day), Some(Vec::new())),
        }
    }
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
