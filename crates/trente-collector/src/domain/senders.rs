//! Sender tracking of unsigned responses: decides whether a further frame of a response comes from a stranger.
//!
//! An order reference can be guessed, and an unsigned response is found by nothing else. So a frame that contradicts
//! what is stored is kept aside, unless it comes from the network that answered first. Frames that only add something
//! are accepted from anywhere, because a customer may leave the Wi-Fi between two answers.
//!
//! A network is known by its number of today ([`crate::domain::throttle::network`]), in memory alone. What memory does
//! not know, after a restart or in another collector on the same store, is looked up in the store
//! ([`Senders::judge_stored`]).
//!
//! Not here: what becomes of a frame that was kept aside ([`trente_store::fold::merge`]).

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

use trente_store::key::ResponseKey;
use trente_survey::Answers;
use trente_survey::frame::Frame;

use super::throttle::client::Client;
use crate::limits::SENDERS_MAX;

/// Contradicting frames of strangers after which no stranger may add to the response any more. No stranger can try out the
/// thousands of possible answers to find those that may be added to; a customer never sends one of these.
const CONTRADICTIONS_MAX: u8 = 3;

/// What is to be done with an unsigned frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It may change the response.
    Keep,
    /// It contradicts what a customer on another network has said: it is stored and changes no figure.
    Aside,
    /// Memory does not know. The stored response decides: [`Senders::judge_stored`].
    Ask,
}

/// The senders of the responses of about a day: two tables, so that the older half can be forgotten at once.
pub struct Senders {
    hasher: RandomState,
    tables: Mutex<Tables>,
    entries_max: usize,
}

#[derive(Default)]
struct Tables {
    /// The key of the networks' numbers, see [`crate::domain::throttle::network::NetworkHasher::generation`].
    generation: u64,
    recent: HashMap<ResponseKey, Sender>,
    older: HashMap<ResponseKey, Sender>,
}

#[derive(Clone, Copy)]
struct Sender {
    /// Who answered first; none where that was before memory begins.
    client: Option<Client>,
    /// What the accepted frames say by now.
    says: Says,
    rev: u8,
    /// Whether the store was asked if there was another response before.
    confirmed: bool,
    /// Frames of strangers that contradicted it.
    contradictions: u8,
}

/// What a frame says, texts as hashes of 31 bits: with a secret key, so that no client can find two texts that are taken
/// for one. There are tens of thousands of these, so their size is memory.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Says {
    answers: Answers,
    channel: Option<u8>,
    extra: [u16; 3],
    texts: [Option<NonZeroU32>; 4],
}

impl Says {
    fn of(frame: &Frame, hasher: &RandomState) -> Self {
        let [first, second, third] = &frame.extra_text;
        let hash = |text: &Option<String>| text.as_ref().map(|text| NonZeroU32::MIN | hasher.hash_one(text) as u32);
        Self {
            answers: frame.answers,
            channel: frame.channel,
            extra: frame.extra,
            texts: [hash(&frame.verbatim), hash(first), hash(second), hash(third)],
        }
    }

    /// Whether it repeats everything that `other` says and perhaps adds optional answers.
    fn extends(&self, other: &Self) -> bool {
        let core = |says: &Self| Answers { moment: 0, forgive: 0, ..says.answers };
        let adds = |new: u16, old: u16| old == 0 || new == old;
        core(self) == core(other)
            && self.channel == other.channel
            && adds(self.answers.moment.into(), other.answers.moment.into())
            && adds(self.answers.forgive.into(), other.answers.forgive.into())
            && self.extra.iter().zip(other.extra).all(|(new, old)| adds(*new, old))
            && self.texts.iter().zip(other.texts).all(|(new, old)| old.is_none() || *new == old)
    }
}

impl Sender {
    fn new(client: Option<Client>, says: Says, rev: u8, confirmed: bool) -> Self {
        Self { client, says, rev, confirmed, contradictions: 0 }
    }

    /// Takes over what a frame says that is no older than those before it.
    fn hear(&mut self, says: Says, rev: u8) {
        if rev >= self.rev {
            (self.says, self.rev) = (says, rev);
        }
    }

    /// A frame of another client.
    fn judge_stranger(&mut self, client: Client, says: Says, rev: u8) -> Judgement {
        // A late or repeated frame of what is known: it displaces nothing.
        if says == self.says || (rev < self.rev && self.says.extends(&says)) {
            return Judgement::Keep;
        }
        if self.contradictions < CONTRADICTIONS_MAX && rev >= self.rev && says.extends(&self.says) {
            self.hear(says, rev);
            // Where it is unknown who answered first, the next client to go on with it is taken for that customer.
            self.client.get_or_insert(client);
            return Judgement::Keep;
        }
        self.contradictions = self.contradictions.saturating_add(1);
        Judgement::Aside
    }
}

impl Default for Senders {
    fn default() -> Self {
        Self::new(SENDERS_MAX)
    }
}

impl Senders {
    /// Remembers at least `entries_max` responses, and at most twice as many.
    pub fn new(entries_max: usize) -> Self {
        Self { hasher: RandomState::new(), tables: Mutex::default(), entries_max }
    }

    fn lock(&self, generation: u64) -> MutexGuard<'_, Tables> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if tables.generation != generation {
            // The same network has another number from now on.
            *tables = Tables { generation, ..Tables::default() };
        }
        tables
    }

    fn insert(&self, tables: &mut Tables, place: ResponseKey, sender: Sender) {
        if tables.recent.len() >= self.entries_max {
            tables.older = std::mem::take(&mut tables.recent);
        }
        tables.recent.insert(place, sender);
    }

    /// What is to be done with an unsigned frame that would be accepted otherwise.
    pub fn judge(&self, generation: u64, client: Client, frame: &Frame) -> Judgement {
        let (place, says) = (ResponseKey::of(frame), Says::of(frame, &self.hasher));
        let mut tables = self.lock(generation);
        if let Some(old) = tables.older.remove(&place) {
            self.insert(&mut tables, place, old);
        }
        let Some(sender) = tables.recent.get_mut(&place) else {
            if frame.rev > 0 {
                return Judgement::Ask;
            }
            self.insert(&mut tables, place, Sender::new(Some(client), says, frame.rev, false));
            return Judgement::Keep;
        };
        if sender.client != Some(client) {
            return sender.judge_stranger(client, says, frame.rev);
        }
        if frame.rev > 0 && !sender.confirmed {
            return Judgement::Ask;
        }
        sender.hear(says, frame.rev);
        Judgement::Keep
    }

    /// Whether a client may add something to a response whose unsigned frame was accepted and kept: the one that answered
    /// it may, and another one while no client seems to guess its answers.
    pub fn may_add(&self, generation: u64, client: Client, place: ResponseKey) -> bool {
        let tables = self.lock(generation);
        let sender = tables.recent.get(&place).or_else(|| tables.older.get(&place));
        sender.is_none_or(|sender| sender.client == Some(client) || sender.contradictions < CONTRADICTIONS_MAX)
    }

    /// Whether it is this client that has answered a response first, as far as memory knows: not one whose frame was
    /// never compared with what is stored.
    pub fn has_answered(&self, generation: u64, client: Client, place: ResponseKey) -> bool {
        let tables = self.lock(generation);
        let sender = tables.recent.get(&place).or_else(|| tables.older.get(&place));
        sender.is_some_and(|sender| sender.client == Some(client) && sender.confirmed)
    }

    /// As [`judge`](Self::judge), which could not decide, with the unsigned frame that wins at present of those that
    /// are stored of the response.
    pub fn judge_stored(&self, generation: u64, client: Client, frame: &Frame, stored: Option<&Frame>) -> Judgement {
        let (place, says) = (ResponseKey::of(frame), Says::of(frame, &self.hasher));
        let mut tables = self.lock(generation);
        let known = tables.recent.get(&place).copied().filter(|sender| sender.client == Some(client));
        let stored = stored.map(|stored| (Says::of(stored, &self.hasher), stored.rev));
        let (sender, judgement) = match (known, stored) {
            // What is stored is what this client has said, or the store has nothing yet.
            (Some(mut sender), stored)
                if stored.is_none_or(|(stored, _)| stored.extends(&sender.says) || sender.says.extends(&stored)) =>
            {
                sender.confirmed = true;
                sender.hear(says, frame.rev);
                (sender, Judgement::Keep)
            }
            (None, None) => (Sender::new(Some(client), says, frame.rev, true), Judgement::Keep),
            // A client has answered before memory begins, and said something else than this client did.
            (_, Some((stored, rev))) => {
                let mut sender = Sender::new(None, stored, rev, true);
                let judgement = sender.judge_stranger(client, says, frame.rev);
                (sender, judgement)
            }
            (Some(_), None) => return Judgement::Keep,
        };
        self.insert(&mut tables, place, sender);
        judgement
    }
}

#[cfg(test)]
mod tests;
