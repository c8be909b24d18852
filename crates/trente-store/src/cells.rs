//! The daily counts that a filter wants, read once for every figure of a page. No input and no output.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use trente_stats::aggregate::{Count, Kind, MISMATCH, NOTED};
use trente_stats::facts::{Brief, Facts};
use trente_stats::{Aggregate, CountError};
use trente_survey::response_id::SurveyId;
use trente_survey::score::ELAPSED_UNKNOWN;

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
    /// Every key that is counted, with what it says.
    keys: Vec<(u32, Facts)>,
    places: HashMap<u32, u32>,
    cells: Vec<Cell>,
    /// Responses by day that a filter on the language leaves out because theirs is not known.
    strangers: Vec<(u32, u64)>,
}

#[derive(Debug)]
struct Cell {
    at: PartKey,
    /// Places in `keys`, and how many: a year of a large site has millions.
    answers: Vec<(u32, u32)>,
    marks: Vec<Mark>,
}

impl Cells {
    /// Counts of nothing yet, for this filter.
    pub fn new(wanted: Wanted) -> Self {
        Self { wanted, keys: Vec::new(), places: HashMap::new(), cells: Vec::new(), strangers: Vec::new() }
    }

    /// Takes what the filter wants of a part.
    ///
    /// # Errors
    /// [`StoreError::Count`] for a key that no response has.
    pub fn take(&mut self, at: PartKey, part: &Part) -> Result<(), StoreError> {
        if !self.wanted.has_part(&at) {
            return Ok(());
        }
        let mut answers = Vec::with_capacity(part.answers().len());
        for &(key, n) in part.answers() {
            let place = match self.places.get(&key) {
                Some(place) => *place,
                None => {
                    let place = narrow(self.keys.len() as u64)?;
                    self.keys.push((key, Facts::of(key)?));
                    self.places.insert(key, place);
                    place
                }
            };
            if self.keys.get(place as usize).is_some_and(|(_, facts)| self.wanted.has_facts(facts)) {
                answers.push((place, narrow(n)?));
            }
        }
        if self.wanted.locale.is_some_and(|locale| locale != at.locale) {
            self.strangers.push((at.day, answers.iter().map(|(_, n)| u64::from(*n)).sum()));
        } else {
            let marks = part.marks().filter(|mark| self.wanted.has_mark(mark)).collect();
            self.cells.push(Cell { at, answers, marks });
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
        let mut answers = vec![0u64; self.keys.len()];
        let mut counts = Vec::new();
        let mut count = |kind, key, n| counts.push(Count { kind, survey: SurveyId([0; 4]), key, n });
        let (mut n, mut timed) = (0u64, 0u64);
        for cell in self.of_days(days).filter(|cell| cell.at.verified == verified) {
            for &(place, more) in &cell.answers {
                if let Some(slot) = answers.get_mut(place as usize) {
                    *slot += u64::from(more);
                    n += u64::from(more);
                }
            }
            for mark in &cell.marks {
                match mark.slot {
                    Slot::Elapsed(bucket) => {
                        timed += mark.n;
                        count(Kind::Elapsed, bucket.into(), mark.n);
                    }
                    Slot::Noted => count(Kind::Extra, NOTED, mark.n),
                    Slot::Mismatch => count(Kind::Extra, MISMATCH, mark.n),
                }
            }
        }
        if self.wanted.is_of_answers() {
            count(Kind::Elapsed, ELAPSED_UNKNOWN.into(), n.saturating_sub(timed));
        }
        let answers = self.keys.iter().zip(answers).filter(|(_, n)| *n > 0);
        counts.extend(answers.map(|((key, _), n)| Count {
            kind: Kind::Answers,
            survey: SurveyId([0; 4]),
            key: *key,
            n,
        }));
        Ok(Aggregate::from_counts(counts)?)
    }

    fn add(&self, brief: &mut Brief, cell: &Cell) {
        for &(place, n) in &cell.answers {
            if let Some((_, facts)) = self.keys.get(place as usize) {
                brief.add(facts, n.into());
            }
        }
    }

    /// What some days say in brief.
    pub fn brief(&self, days: &RangeInclusive<u32>, verified: bool) -> Brief {
        let mut brief = Brief::default();
        self.of_days(days).filter(|cell| cell.at.verified == verified).for_each(|cell| self.add(&mut brief, cell));
        brief
    }

    /// Weeks that end with this day, oldest first.
    pub fn weeks(&self, last: u32, weeks: usize, verified: bool) -> Vec<Brief> {
        let mut briefs = vec![Brief::default(); weeks];
        for cell in self.cells.iter().filter(|cell| cell.at.verified == verified) {
            let back = last.checked_sub(cell.at.day).map(|days| days as usize / 7);
            if let Some(brief) = back.and_then(|back| briefs.get_mut(back)) {
                self.add(brief, cell);
            }
        }
        briefs.reverse();
        briefs
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
            self.add(parts.entry(part).or_default(), cell);
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
            n += cell.answers.iter().map(|(_, n)| u64::from(*n)).sum::<u64>();
            timed +=
                cell.marks.iter().filter(|mark| matches!(mark.slot, Slot::Elapsed(_))).map(|mark| mark.n).sum::<u64>();
        }
        n.saturating_sub(timed)
    }
}

/// How many responses of one day and key there are, or how many keys: far below 2³².
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
