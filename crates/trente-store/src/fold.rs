//! Fold: decodes, merges and counts the rows of the inbox, and sets those aside that it cannot decode (dead letters).
//! No input and no output.
//!
//! A store reads rows of its inbox, has them read as a [`Batch`], reads the responses at its [`places`](Batch::places),
//! and writes what [`Batch::apply`] tells, all in one transaction. The result does not depend on the order of the
//! rows, on repetition, or on where one fold ends and the next begins.

pub mod counts;
pub mod lookup;
pub mod merge;
pub mod parts;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use trente_stats::zone::Zone;
use trente_survey::definition::Definition;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::SurveyId;
use trente_survey::{Cause, Verdict};

use self::counts::CountDeltas;
use self::merge::{Asides, StoredResponse};
use crate::StoreError;
use crate::inbound::Inbound;
use crate::key::ResponseKey;

/// Layouts of the surveys seen so far: a published definition never changes.
#[derive(Debug, Default)]
pub struct Layouts(BTreeMap<SurveyId, Layout>);

impl Layouts {
    /// The layout of a survey, if it was learnt.
    pub fn get(&self, survey: SurveyId) -> Option<Layout> {
        self.0.get(&survey).copied()
    }

    /// The surveys that frames name and that were not learnt yet.
    pub fn missing<'a>(&self, frames: impl Iterator<Item = &'a [u8]>) -> BTreeSet<SurveyId> {
        frames.filter_map(survey_of).filter(|survey| !self.0.contains_key(survey)).collect()
    }

    /// Learns the layout of a published document; one that cannot be read is left out, and its frames are set aside.
    pub fn learn(&mut self, survey: SurveyId, document: &str) {
        if let Ok(definition) = Definition::from_published(document) {
            self.0.insert(survey, definition.layout());
        }
    }

    fn decode(&self, bytes: &[u8]) -> Option<(Layout, Frame)> {
        let layout = self.get(survey_of(bytes)?)?;
        Some((layout, whole(bytes, &layout)?))
    }
}

/// Time zones of sites, by the surveys that they published. A survey that is not among them is in UTC.
///
/// Read anew for each fold: another zone of a site holds for what is folded from then on, and no stored day changes.
#[derive(Debug, Default)]
pub struct Zones(BTreeMap<SurveyId, Zone>);

impl Zones {
    /// Of surveys with the names of their sites' zones. A name that this version does not know is UTC.
    pub fn of(rows: impl IntoIterator<Item = (SurveyId, String)>) -> Self {
        Self(rows.into_iter().filter_map(|(survey, name)| Some((survey, Zone::named(&name).ok()?))).collect())
    }

    fn get(&self, survey: SurveyId) -> Zone {
        self.0.get(&survey).cloned().unwrap_or_default()
    }
}

/// The survey that a frame names: the four bytes after its first.
fn survey_of(bytes: &[u8]) -> Option<SurveyId> {
    bytes.get(1..)?.first_chunk().map(|id| SurveyId(*id))
}

fn whole(bytes: &[u8], layout: &Layout) -> Option<Frame> {
    Frame::decode(bytes, layout).ok().filter(|(_, length)| *length == bytes.len()).map(|(frame, _)| frame)
}

/// A response as it is stored, but for what follows from its frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawResponse {
    /// Its key.
    pub place: ResponseKey,
    /// Its day in the time zone of its site, in days since 1970.
    pub day: u32,
    /// Whether its purchase is proven.
    pub verified: bool,
    /// Its winning frame.
    pub bytes: Vec<u8>,
    /// Whether that was kept aside itself.
    pub aside: bool,
    /// How many frames of it were kept aside.
    pub asides_n: u64,
    /// Those frames; a store reads them after the row where there are any.
    pub asides: Asides,
}

impl RawResponse {
    /// The response, read by the layout of its survey.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]
    pub fn read(self, layout: Layout) -> Result<StoredResponse, StoreError> {
        let frame = whole(&self.bytes, &layout).ok_or(StoreError::Unreadable("frame of a response"))?;
        let Self { verified, bytes, day, aside, asides, .. } = self;
        Ok(StoredResponse { verified, layout, frame, bytes, day, aside, asides })
    }
}

/// A row of `response`, column by column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseRow {
    /// Bytes of the survey id.
    pub survey: [u8; 4],
    /// Bytes of the response id.
    pub rid: [u8; 8],
    /// Days since 1970.
    pub day: u32,
    /// Whether the purchase is proven.
    pub verified: bool,
    /// Revision, 0..=3.
    pub rev: u8,
    /// Key of the aggregate.
    pub key: u32,
    /// Bucket of the time that the answers took.
    pub elapsed: u8,
    /// Number of the language.
    pub locale: u8,
    /// Our own score; 255 is none, as on the wire.
    pub score: u8,
    /// Number of the class.
    pub class: u8,
    /// Flags of the verdict and of the collector.
    pub flags: u16,
    /// Family of the primary cause.
    pub primary: Option<u8>,
    /// Family of the secondary cause.
    pub secondary: Option<u8>,
    /// Channel, 0 for none.
    pub channel: u8,
    /// The customer's words.
    pub verbatim: Option<String>,
    /// The winning frame.
    pub frame: Vec<u8>,
    /// Whether it was kept aside itself.
    pub aside: bool,
    /// Every frame of the response that was kept aside.
    pub asides: Asides,
    /// When the first of the frames came that this fold took, in milliseconds since 1970; no column of `response`.
    pub received_ms: u64,
    /// Whether the response was stored before this fold; no column of `response`.
    pub stored_before: bool,
}

impl ResponseRow {
    /// Its key.
    pub const fn place(&self) -> ResponseKey {
        ResponseKey { survey: self.survey, rid: self.rid }
    }

    fn of(candidate: &StoredResponse, verdict: &Verdict, received_ms: u64, stored_before: bool) -> Self {
        let frame = &candidate.frame;
        let family = |cause: Option<Cause>| cause.map(Cause::family);
        Self {
            survey: frame.survey.0,
            rid: frame.response.0,
            day: candidate.day,
            verified: candidate.verified,
            rev: frame.rev,
            key: candidate.contribution(verdict).key,
            elapsed: frame.elapsed,
            locale: frame.locale,
            score: verdict.score_byte(),
            class: verdict.class as u8,
            flags: verdict.flags,
            primary: family(verdict.diagnosis.primary),
            secondary: family(verdict.diagnosis.secondary),
            channel: candidate.channel(),
            verbatim: frame.verbatim.clone(),
            frame: candidate.bytes.clone(),
            aside: candidate.aside,
            asides: candidate.asides.clone(),
            received_ms,
            stored_before,
        }
    }
}

/// Inbox rows, decoded and merged with each other.
#[derive(Debug, Default)]
pub struct Batch {
    fresh: BTreeMap<ResponseKey, StoredResponse>,
    /// When the first frame of each came.
    came: BTreeMap<ResponseKey, u64>,
    dead_letters: Vec<Inbound>,
    discards_words: bool,
}

/// What a fold writes.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Responses that are new or have changed, in the order of their keys.
    pub rows: Vec<ResponseRow>,
    /// What changes in the daily counts.
    pub changes: CountDeltas,
    /// Frames that were accepted and yet cannot be folded: they were promised not to be lost.
    pub dead_letters: Vec<Inbound>,
    /// Words that were stored are in no row any more, so that their former bytes are to be overwritten: a later
    /// revision says something else, or the response was erased.
    pub discards_words: bool,
}

impl Batch {
    /// Reads inbox rows; `layouts` and `zones` know every survey that is published among theirs.
    pub fn read(rows: Vec<Inbound>, layouts: &Layouts, zones: &Zones) -> Self {
        let mut batch = Self::default();
        for row in rows {
            let Some((layout, frame)) = layouts.decode(&row.bytes) else {
                tracing::error!("an inbox frame cannot be folded and is set aside in table stray");
                batch.dead_letters.push(row);
                continue;
            };
            let (zone, received_ms) = (zones.get(frame.survey), row.received_ms);
            let candidate = StoredResponse::new(layout, frame, row, &zone);
            batch
                .came
                .entry(candidate.place())
                .and_modify(|came| *came = received_ms.min(*came))
                .or_insert(received_ms);
            match batch.fresh.entry(candidate.place()) {
                Entry::Occupied(mut slot) => {
                    let merged = slot.get().clone().merge(candidate.clone());
                    batch.discards_words |= candidate.loses_words_in(&merged) || slot.get().loses_words_in(&merged);
                    slot.insert(merged);
                }
                Entry::Vacant(slot) => {
                    slot.insert(candidate);
                }
            }
        }
        batch
    }

    /// The keys of the responses that the rows are about, in order.
    pub fn places(&self) -> impl Iterator<Item = ResponseKey> {
        self.fresh.keys().copied()
    }

    /// Leaves out what is said of a response that was erased: it must not come back.
    pub fn forget(&mut self, place: ResponseKey) {
        self.discards_words |= self.fresh.remove(&place).is_some_and(|candidate| candidate.has_words());
    }

    /// Merges with what is stored at its places, in any order.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]
    pub fn apply(self, stored: Vec<RawResponse>) -> Result<Outcome, StoreError> {
        let mut stored: BTreeMap<ResponseKey, RawResponse> = stored.into_iter().map(|row| (row.place, row)).collect();
        let mut outcome =
            Outcome { dead_letters: self.dead_letters, discards_words: self.discards_words, ..Outcome::default() };
        for (place, candidate) in self.fresh {
            let stored = stored.remove(&place).map(|row| row.read(candidate.layout)).transpose()?;
            let merged = match &stored {
                Some(stored) => {
                    let merged = stored.clone().merge(candidate.clone());
                    outcome.discards_words |= candidate.loses_words_in(&merged) || stored.loses_words_in(&merged);
                    merged
                }
                None => candidate,
            };
            if stored.as_ref() == Some(&merged) {
                continue;
            }
            if let Some(stored) = &stored {
                outcome.changes.subtract(stored, &stored.verdict()?);
            }
            let verdict = merged.verdict()?;
            outcome.changes.add(&merged, &verdict);
            let received_ms = self.came.get(&place).copied().unwrap_or_default();
            outcome.rows.push(ResponseRow::of(&merged, &verdict, received_ms, stored.is_some()));
        }
        Ok(outcome)
    }
}
