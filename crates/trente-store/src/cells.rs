//! Query result of the daily counts: those that a filter selects, read once for every figure of a page. No input and no
//! output.

mod by_key;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use trente_stats::aggregate::{BUCKETS, Count, Kind, MISMATCH, NOTED};
use trente_stats::facts::{Brief, Facts};
use trente_stats::weekly_digest::Entry;
use trente_stats::{Aggregate, CountError};
use trente_survey::response_id::SurveyId;
use trente_survey::score::ELAPSED_UNKNOWN;

use self::by_key::ByKey;
use crate::StoreError;
use crate::fold::counts::SiteCounts;
use crate::fold::parts::{LOCALE_UNKNOWN, Mark, Part, PartKey, Slot};
use crate::wanted::Wanted;

/// By what sums are kept apart; the number is that of the part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// By channel.
    Channel,
    /// By the number of the language; [`LOCALE_UNKNOWN`] where it is not known any more.
    Language,
    /// By survey: the four bytes of its id as a number, the first byte first.
    Survey,
    /// By day of the week: 0 is Monday.
    Weekday,
}

/// Daily counts of those responses of a site that a filter wants.
#[derive(Debug)]
pub struct Cells {
    wanted: Wanted,
    /// What each key that is counted says.
    facts: ByKey<Option<Facts>>,
    cells: Vec<Cell>,
    /// Responses by day that a filter on the language leaves out because theirs is not known.
    strangers: Vec<(u32, u64)>,
}

#[derive(Debug)]
struct Cell {
    at: PartKey,
    /// Keys, ascending, and how many: a year of a large site has millions.
    answers: Vec<(u32, u32)>,
    /// What does not follow from the answers, whatever class and cause it is of.
    slots: Vec<(Slot, u64)>,
    /// What the answers say in brief: a day is asked for several times, as itself, in its week and in its cut.
    brief: Brief,
}

impl Cells {
    /// Counts of nothing yet, for this filter.
    pub fn new(wanted: Wanted) -> Self {
        Self { wanted, facts: ByKey::new(None), cells: Vec::new(), strangers: Vec::new() }
    }

    /// Takes what the filter wants of a stored part ([`Part::to_bytes`]); one that it leaves out is not read.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`], [`StoreError::Count`]
    pub fn read(&mut self, at: PartKey, counts: &[u8]) -> Result<(), StoreError> {
        if self.wanted.has_part(&at) { self.take(at, &Part::from_bytes(counts)?) } else { Ok(()) }
    }

    /// Takes what the filter wants of a part.
    ///
    /// # Errors
    /// [`StoreError::Count`] for a key that no response has.
    pub fn take(&mut self, at: PartKey, part: &Part) -> Result<(), StoreError> {
        if !self.wanted.has_part(&at) {
            return Ok(());
        }
        let (mut answers, mut brief) = (Vec::with_capacity(part.answers().len()), Brief::default());
        for &(key, n) in part.answers() {
            let known = self.facts.slot(key)?;
            let facts = match *known {
                Some(facts) => facts,
                None => *known.insert(Facts::of(key)?),
            };
            if self.wanted.has_facts(&facts) {
                answers.push((key, narrow(n)?));
                brief.add(&facts, n);
            }
        }
        if self.wanted.locale.is_some_and(|locale| locale != at.locale) {
            self.strangers.push((at.day, brief.n));
        } else {
            let slots = slots(part.marks().filter(|mark| self.wanted.has_mark(mark)));
            self.cells.push(Cell { at, answers, slots, brief });
        }
        Ok(())
    }

    fn of_days(&self, days: &RangeInclusive<u32>) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| days.contains(&cell.at.day))
    }

    /// The aggregates of some days, proven purchases and the others apart; extra questions are not among them. A time that
    /// is not known by class is one of those that a client did not measure.
    ///
    /// # Errors
    /// [`StoreError::Count`]
    pub fn sides(&self, days: &RangeInclusive<u32>) -> Result<SiteCounts, StoreError> {
        Ok(SiteCounts { verified: self.aggregate(days, true)?, unverified: self.aggregate(days, false)? })
    }

    fn aggregate(&self, days: &RangeInclusive<u32>, verified: bool) -> Result<Aggregate, StoreError> {
        let mut answers = ByKey::new(0u64);
        let mut counts = Vec::new();
        let mut count = |kind, key, n| counts.push(Count { kind, survey: SurveyId([0; 4]), key, n });
        let (mut n, mut timed) = (0u64, 0u64);
        for cell in self.of_days(days).filter(|cell| cell.at.verified == verified) {
            for &(key, more) in &cell.answers {
                *answers.slot(key)? += u64::from(more);
            }
            n += cell.brief.n;
            for &(slot, n) in &cell.slots {
                match slot {
                    Slot::Elapsed(bucket) => {
                        timed += n;
                        count(Kind::Elapsed, bucket.into(), n);
                    }
                    Slot::Noted => count(Kind::Extra, NOTED, n),
                    Slot::Mismatch => count(Kind::Extra, MISMATCH, n),
                }
            }
        }
        if self.wanted.is_of_answers() {
            count(Kind::Elapsed, ELAPSED_UNKNOWN.into(), n.saturating_sub(timed));
        }
        let answers = answers.iter().map(|(key, n)| Count { kind: Kind::Answers, survey: SurveyId([0; 4]), key, n });
        Ok(Aggregate::from_counts(counts.into_iter().chain(answers))?)
    }

    /// What some days say in brief.
    pub fn brief(&self, days: &RangeInclusive<u32>, verified: bool) -> Brief {
        let mut brief = Brief::default();
        self.of_days(days).filter(|cell| cell.at.verified == verified).for_each(|cell| brief.merge(&cell.brief));
        brief
    }

    /// Weeks that end with this day, oldest first.
    pub fn weeks(&self, last: u32, weeks: usize, verified: bool) -> Vec<Brief> {
        let mut briefs = vec![Brief::default(); weeks];
        for cell in self.cells.iter().filter(|cell| cell.at.verified == verified) {
            let back = last.checked_sub(cell.at.day).map(|days| days as usize / 7);
            if let Some(brief) = back.and_then(|back| briefs.get_mut(back)) {
                brief.merge(&cell.brief);
            }
        }
        briefs.reverse();
        briefs
    }

    /// What was said on some days, by day, channel and answers; each may come more than once.
    pub fn entries(&self, days: &RangeInclusive<u32>, verified: bool) -> Vec<Entry> {
        let cells = self.of_days(days).filter(|cell| cell.at.verified == verified);
        let of_cell = |cell: &Cell| {
            let PartKey { day, channel, .. } = cell.at;
            let entry = move |&(key, n): &(u32, u32)| Entry { day, channel, key, n: n.into() };
            cell.answers.iter().map(entry).collect::<Vec<_>>()
        };
        cells.flat_map(of_cell).collect()
    }

    /// Parts next to each other.
    pub fn parts(&self, split: Split, days: &RangeInclusive<u32>, verified: bool) -> BTreeMap<u32, Brief> {
        let mut parts: BTreeMap<u32, Brief> = BTreeMap::new();
        for cell in self.of_days(days).filter(|cell| cell.at.verified == verified && !cell.answers.is_empty()) {
            let part = match split {
                Split::Channel => cell.at.channel.into(),
                Split::Language => cell.at.locale.into(),
                Split::Survey => u32::from_be_bytes(cell.at.survey),
                // The first of January 1970 was a Thursday.
                Split::Weekday => (cell.at.day % 7 + 3) % 7,
            };
            parts.entry(part).or_default().merge(&cell.brief);
        }
        parts
    }

    /// Responses of these days that the filter on the language leaves out because theirs is not known any more.
    pub fn without_language(&self, days: &RangeInclusive<u32>) -> u64 {
        self.strangers.iter().filter(|(day, _)| days.contains(day)).map(|(_, n)| n).sum()
    }

    /// Responses of these days of which the filter does not know how long they took, and whether there are words: those
    /// whose class stands in their answers alone.
    pub fn without_marks(&self, days: &RangeInclusive<u32>) -> u64 {
        let (mut n, mut timed) = (0u64, 0u64);
        for cell in self.of_days(days) {
            n += cell.brief.n;
            timed +=
                cell.slots.iter().filter(|(slot, _)| matches!(slot, Slot::Elapsed(_))).map(|(_, n)| n).sum::<u64>();
        }
        n.saturating_sub(timed)
    }
}

/// The sums of marks by slot, of which a part has one for each class and cause.
fn slots(marks: impl Iterator<Item = Mark>) -> Vec<(Slot, u64)> {
    let (mut elapsed, mut noted, mut mismatches) = ([0u64; BUCKETS], 0, 0);
    for Mark { slot, n, .. } in marks {
        match slot {
            Slot::Elapsed(bucket) => {
                if let Some(sum) = elapsed.get_mut(usize::from(bucket)) {
                    *sum += n;
                }
            }
            Slot::Noted => noted += n,
            Slot::Mismatch => mismatches += n,
        }
    }
    let elapsed = (0u8..).zip(elapsed).map(|(bucket, n)| (Slot::Elapsed(bucket), n));
    elapsed.chain([(Slot::Noted, noted), (Slot::Mismatch, mismatches)]).filter(|(_, n)| *n > 0).collect()
}

/// How many responses of one day and key there are: far below 2³².
fn narrow(number: u64) -> Result<u32, CountError> {
    u32::try_from(number).map_err(|_| CountError::TooMany)
}

/// Rows of `daily`, gathered into the parts of days that have none yet.
#[derive(Debug, Default)]
pub(crate) struct Gathered(Option<(PartKey, Part)>);

impl Gathered {
    /// Adds a row; those of one part come one after the other.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn add(&mut self, cells: &mut Cells, at: PartKey, kind: u8, key: u32, n: u64) -> Result<(), StoreError> {
        if self.0.as_ref().is_some_and(|(gathered, _)| *gathered != at) {
            self.take(cells)?;
        }
        let (_, part) = self.0.get_or_insert_with(|| (at, Part::default()));
        part.add_daily(kind, key, n)
    }

    /// Ends the last part.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn end(mut self, cells: &mut Cells) -> Result<(), StoreError> {
        self.take(cells)
    }

    fn take(&mut self, cells: &mut Cells) -> Result<(), StoreError> {
        self.0.take().map_or(Ok(()), |(at, part)| cells.take(at, &part))
    }
}

impl Wanted {
    /// Whether a part may hold responses that are wanted. One of an unknown language may, whatever language is.
    fn has_part(&self, at: &PartKey) -> bool {
        self.days.contains(&at.day)
            && self.verified.is_none_or(|verified| verified == at.verified)
            && self.channel.is_none_or(|channel| channel == at.channel)
            && self.survey.is_none_or(|survey| survey.0 == at.survey)
            && self.locale.is_none_or(|locale| locale == at.locale || at.locale == LOCALE_UNKNOWN)
    }

    /// Whether responses are chosen by what they answer.
    pub const fn is_of_answers(&self) -> bool {
        self.classes.is_some() || self.cause.is_some()
    }

    fn has_facts(&self, facts: &Facts) -> bool {
        self.classes.as_ref().is_none_or(|classes| classes.contains(&facts.class))
            && self.cause.is_none_or(|wanted| facts.cause.is_some_and(|cause| cause.family() == wanted))
    }

    fn has_mark(&self, mark: &Mark) -> bool {
        match mark.of {
            None => !self.is_of_answers(),
            Some((class, cause)) => {
                self.classes.as_ref().is_none_or(|classes| classes.iter().any(|wanted| *wanted as u8 == class))
                    && self.cause.is_none_or(|wanted| cause == Some(wanted))
            }
        }
    }
}
