//! Reducer of the survey's dialogue: which screen, which answers, what is to be sent.
//!
//! Pure: no browser, no clock, no randomness; the tests below run natively.
//!
//! Not here: what a survey asks (`plan`), how a tap differs from an arrow key (`components`), sending
//! (`browser`).

use std::rc::Rc;

use trente_survey::extra::ExtraKind;
use trente_survey::limits::{CONTACT_CHARS_MAX, EXTRA_MAX, REV_MAX, VERBATIM_CHARS_MAX};
use trente_survey::{Answers, Branch};

use crate::plan::{Core, Plan};

/// What the customer sees. The core questions come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A core question; the response is complete after the last of them.
    Core(Core),
    /// What went wrong, made the difference or should change. Optional, like all that follows.
    Moment,
    /// Whether the incident is forgivable.
    Forgive,
    /// A merchant's own question, by its index.
    Extra(usize),
    /// In the customer's own words.
    Verbatim,
    /// Where to reply, of those who ask to be put right. No part of the response.
    Contact,
    /// Thanks; nothing is asked.
    End,
}

impl Screen {
    /// The name in `trente:answered`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Core(core) => core.name(),
            Self::Moment => "moment",
            Self::Forgive => "forgive",
            Self::Extra(index) => ["extra_1", "extra_2", "extra_3"].get(index).copied().unwrap_or_default(),
            Self::Verbatim => "word",
            Self::Contact => "contact",
            Self::End => "end",
        }
    }
}

/// What became of the newest revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// On its way.
    Sending,
    /// The collector has it on disk, after this many tries.
    Delivered(u32),
    /// Not acknowledged yet; it is kept and tried again.
    Waiting,
    /// The collector will not have it, or it was given up where nothing can be kept for the next page view.
    Refused,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// An option is marked, not yet sent on: an arrow key or the space bar. Where several may be ticked, it is
    /// ticked or unticked.
    Mark(u8),
    /// What is marked or written is sent on: Enter, Next, Send, or a tap once its mark was seen. Visible time so far, in
    /// ms.
    Confirm(u32),
    /// Leaves this question out; where something [stands](State::stands), [`Self::Confirm`]. Visible time so far, in ms.
    Skip(u32),
    /// Previous screen.
    Back,
    /// The text as it stands in the field.
    Write(String),
    /// What became of the newest revision.
    Delivery(Delivery),
    /// The customer leaves: what is answered and not sent yet is sent.
    Leave,
}

/// What the customer has said: the content of a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Answers to the core questions, the moment, the forgiveness.
    pub answers: Answers,
    /// Codes of the extra questions.
    pub extra: [u16; EXTRA_MAX],
    /// Texts of the extra questions, never empty.
    pub extra_text: [Option<String>; EXTRA_MAX],
    /// Their own words, never empty.
    pub verbatim: Option<String>,
}

/// What stood on a screen that was left by Back.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Aside {
    screen: Screen,
    marked: Option<u8>,
    ticked: u16,
    draft: String,
}

/// Everything that the views draw and the transport sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// What is asked.
    pub plan: Rc<Plan>,
    /// What the customer sees.
    pub screen: Screen,
    /// Confirmed answers.
    pub said: Content,
    /// The option that is marked on this screen.
    pub marked: Option<u8>,
    /// The options that are ticked on this screen, where several may be: bit 0 is option 1.
    pub ticked: u16,
    /// Text of this screen's field as it would travel, in NFC. The field itself is never written into.
    pub draft: String,
    /// Visible time from the first question to the last core answer, in ms.
    pub elapsed_ms: u32,
    /// Where to reply, once that was sent on; it goes next to the newest revision, never in it.
    pub contact: String,
    /// Newest revision that is to be sent; none before the last core question.
    pub rev: Option<u8>,
    /// What became of it.
    pub delivery: Delivery,
    /// What the newest revision says: nothing is sent twice.
    sent: Option<Content>,
    /// What stood unsent where Back was pressed: seen again there, and never sent by itself.
    asides: Vec<Aside>,
    /// The lens was answered by “not applicable”, which its answer does not tell from a skip.
    lens_none: bool,
}

impl State {
    /// The dialogue at its first screen.
    pub fn new(plan: Rc<Plan>) -> Self {
        let screen = plan.core.first().map_or(Screen::End, |core| Screen::Core(*core));
        Self {
            plan,
            screen,
            said: Content::default(),
            marked: None,
            ticked: 0,
            draft: String::new(),
            elapsed_ms: 0,
            contact: String::new(),
            rev: None,
            delivery: Delivery::Sending,
            sent: None,
            asides: Vec::new(),
            lens_none: false,
        }
    }

    /// Applies one action, and gives the number of the revision that is to be sent now, if it made one. An action that
    /// does not fit the screen changes nothing.
    pub fn apply(&mut self, action: Action) -> Option<u8> {
        match action {
            Action::Mark(value) => self.mark(value),
            Action::Confirm(elapsed_ms) => return self.confirm(elapsed_ms),
            Action::Skip(elapsed_ms) => return self.skip(elapsed_ms),
            Action::Back if self.can_go_back() => {
                self.set_aside();
                self.step(-1);
            }
            Action::Write(text) if self.writes() => self.draft = text,
            Action::Delivery(delivery) => self.delivery = delivery,
            Action::Leave if self.rev.is_some() => return self.commit(),
            Action::Back | Action::Write(_) | Action::Leave => {}
        }
        None
    }

    /// Whether there is a way back. After the last revision a change could not be sent any more.
    pub fn can_go_back(&self) -> bool {
        self.screen != Screen::End && self.place() != Some(0) && self.rev != Some(REV_MAX)
    }

    /// Whether there is something on this screen, or was when it was left: marked, ticked, or written.
    pub fn stands(&self) -> bool {
        let said = &self.said;
        let answered = match self.screen {
            Screen::Verbatim => said.verbatim.is_some(),
            Screen::Extra(at) => said.extra.get(at) > Some(&0) || matches!(said.extra_text.get(at), Some(Some(_))),
            _ => false,
        };
        answered || self.marked.is_some() || self.ticked != 0 || !self.draft.trim().is_empty()
    }

    fn writes(&self) -> bool {
        matches!(self.screen, Screen::Verbatim | Screen::Contact) || self.kind() == Some(ExtraKind::Text)
    }

    /// Place of this screen among the core questions, from 0.
    pub fn place(&self) -> Option<usize> {
        self.plan.core.iter().position(|&core| self.screen == Screen::Core(core))
    }

    /// The branch that the core answers lead to.
    pub const fn branch(&self) -> Branch {
        self.said.answers.branch()
    }

    /// Kind of the extra question on this screen.
    pub fn kind(&self) -> Option<ExtraKind> {
        match self.screen {
            Screen::Extra(index) => self.plan.kind(index),
            _ => None,
        }
    }

    /// How many characters the field still takes, of what would be sent; negative when there are too many.
    ///
    /// A merchant's own question is limited in bytes: there it is the room for more characters like the last one.
    pub fn room(&self) -> i32 {
        let text = self.draft.trim();
        if self.kind().is_none() {
            let most = if self.screen == Screen::Contact { CONTACT_CHARS_MAX } else { VERBATIM_CHARS_MAX };
            return most as i32 - text.chars().count() as i32;
        }
        let (mut left, mut over, mut last) = (self.plan.layout.text_bytes_max() as i32, 0, 1);
        for character in text.chars() {
            last = character.len_utf8() as i32;
            left -= last;
            over += i32::from(left < 0);
        }
        if over > 0 { -over } else { left / last }
    }

    fn mark(&mut self, value: u8) {
        let one_to = |max: u8| (1..=max).contains(&value);
        let valid = match self.screen {
            // 0 is “not applicable”.
            Screen::Core(question) => (question == Core::Lens && value == 0) || question.scale().contains(&value),
            Screen::Moment => {
                one_to(Answers::MOMENT_MAX) && (self.branch() == Branch::Incident || value != Answers::MOMENT_TONE)
            }
            Screen::Forgive => one_to(3),
            Screen::Extra(_) => match self.kind() {
                Some(ExtraKind::Choices(options)) => {
                    self.ticked ^= u16::from(one_to(options)) << value.saturating_sub(1).min(15);
                    false
                }
                Some(kind) => value != 0 && kind.check(value.into()).is_ok(),
                None => false,
            },
            Screen::Verbatim | Screen::Contact | Screen::End => false,
        };
        if valid {
            self.marked = Some(value);
        }
    }

    fn confirm(&mut self, elapsed_ms: u32) -> Option<u8> {
        let (kind, marked) = (self.kind(), self.marked);
        let text = self.draft.trim();
        let text = (!text.is_empty()).then(|| text.to_owned());
        match (self.screen, marked) {
            (Screen::Verbatim, _) if self.room() >= 0 => self.said.verbatim = text,
            (Screen::Contact, _) if self.room() >= 0 => {
                self.contact = text.unwrap_or_default();
                let rev = self.advance(elapsed_ms);
                // It makes no revision: the newest one takes it along once more.
                return if self.contact.is_empty() { rev } else { self.again() };
            }
            (Screen::Extra(index), _) if kind == Some(ExtraKind::Text) => {
                if self.room() < 0 {
                    return None;
                }
                put(&mut self.said.extra_text, index, text);
            }
            (Screen::Extra(index), _) if let Some(ExtraKind::Choices(options)) = kind => {
                put(&mut self.said.extra, index, ExtraKind::choices_code(options, self.ticked));
            }
            (Screen::Extra(index), Some(value)) => put(&mut self.said.extra, index, value.into()),
            // “Not applicable” is an answer to the customer and a missing one to the score.
            (Screen::Core(Core::Lens), Some(0)) => {
                self.said.answers.lens = None;
                self.lens_none = true;
            }
            (Screen::Core(question), Some(_)) => self.said.answers.set_rating(question, marked),
            (Screen::Moment, Some(value)) => self.said.answers.moment = value,
            (Screen::Forgive, Some(value)) => self.said.answers.forgive = value,
            _ => return None,
        }
        self.advance(elapsed_ms)
    }

    /// Going forward never takes back what stands. A skipped question sends nothing.
    fn skip(&mut self, elapsed_ms: u32) -> Option<u8> {
        match self.screen {
            _ if self.stands() => self.confirm(elapsed_ms),
            Screen::End => None,
            _ => self.advance(elapsed_ms),
        }
    }

    fn advance(&mut self, elapsed_ms: u32) -> Option<u8> {
        let last_core = self.place().map(|place| place + 1 == self.plan.core.len());
        if last_core == Some(true) && self.rev.is_none() {
            self.elapsed_ms = elapsed_ms;
        }
        self.prune();
        // Nothing leaves the page while a core question is open.
        let rev = match last_core {
            Some(false) => None,
            Some(true) => self.commit(),
            // The last revision is kept for the last screen, so that nothing is asked that could not be sent.
            None if self.rev.is_some_and(|rev| rev + 1 == REV_MAX)
                && !matches!(self.following(), Screen::Contact | Screen::End) =>
            {
                None
            }
            None => self.commit(),
        };
        self.step(1);
        rev
    }

    fn again(&mut self) -> Option<u8> {
        self.delivery = Delivery::Sending;
        self.rev
    }

    /// Takes back answers to questions that these answers do not ask: an incident's moment is not a promoter's.
    fn prune(&mut self) {
        let asked = self.plan.extras(&self.said.answers, &self.said.extra);
        for (index, asked) in asked.into_iter().enumerate() {
            if !asked {
                put(&mut self.said.extra, index, 0);
                put(&mut self.said.extra_text, index, None);
            }
        }
        if self.sent.as_ref().is_some_and(|sent| sent.answers.branch() != self.branch()) {
            self.said.answers.moment = 0;
            self.said.answers.forgive = 0;
            self.asides.retain(|aside| !matches!(aside.screen, Screen::Moment | Screen::Forgive));
        }
    }

    /// None when the last revision says the same, or was the last that there may be.
    fn next_rev(&self) -> Option<u8> {
        let rev = self.rev.map_or(0, |rev| rev + 1);
        (rev <= REV_MAX && self.sent.as_ref() != Some(&self.said)).then_some(rev)
    }

    /// Makes what is answered the newest revision, unless it says what the last one said.
    fn commit(&mut self) -> Option<u8> {
        let rev = self.next_rev()?;
        self.rev = Some(rev);
        self.delivery = Delivery::Sending;
        self.sent = Some(self.said.clone());
        self.rev
    }
}

fn put<T, const N: usize>(slots: &mut [T; N], index: usize, value: T) {
    if let Some(slot) = slots.get_mut(index) {
        *slot = value;
    }
}

mod screens;
mod unfinished;

#[cfg(test)]
mod tests;
