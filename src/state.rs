//! The dialogue with one customer: which screen, which answers, what is to be sent.
//!
//! Pure: no browser, no clock, no randomness; the tests below run natively.
//!
//! Not here: how a tap differs from an arrow key (`components`), sending (`browser`).

use trente_survey::limits::{REV_MAX, VERBATIM_BYTES_MAX, VERBATIM_CHARS_MAX};
use trente_survey::{Answers, Branch};

/// What the customer sees. The four core questions come first, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Question 1.
    Satisfaction,
    /// Question 2.
    Ease,
    /// Question 3.
    Lens,
    /// Question 4; the response is complete after it.
    Recommend,
    /// What went wrong, made the difference or should change. Optional, like all that follows.
    Moment,
    /// Whether the incident is forgivable.
    Forgive,
    /// In the customer's own words.
    Word,
    /// Thanks; nothing is asked.
    End,
}

impl Screen {
    /// Place among the core questions, 1..=4.
    pub const fn number(self) -> Option<u8> {
        match self {
            Self::Satisfaction => Some(1),
            Self::Ease => Some(2),
            Self::Lens => Some(3),
            Self::Recommend => Some(4),
            _ => None,
        }
    }

    /// The name in `trente:answered`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Satisfaction => "satisfaction",
            Self::Ease => "ease",
            Self::Lens => "lens",
            Self::Recommend => "recommend",
            Self::Moment => "moment",
            Self::Forgive => "forgive",
            Self::Word => "word",
            Self::End => "end",
        }
    }
}

/// What became of the newest revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// On its way.
    Sending,
    /// The collector has it on disk.
    Delivered,
    /// Not acknowledged yet; it is kept and tried again.
    Waiting,
    /// The collector will not have it.
    Refused,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// An option is marked, not yet sent on: an arrow key or the space bar.
    Mark(u8),
    /// The marked option is sent on: Enter, or a tap right after its mark. Visible time so far, in ms.
    Confirm(u32),
    /// This question is left out. Visible time so far, in ms.
    Skip(u32),
    /// Previous screen.
    Back,
    /// The text as it stands in the field.
    Write(String),
    /// News of the newest revision.
    Delivery(Delivery),
}

/// Everything that the views draw and the transport sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// What the customer sees.
    pub screen: Screen,
    /// Confirmed answers.
    pub answers: Answers,
    /// The option that is marked on this screen.
    pub marked: Option<u8>,
    /// Text of the word's field, in NFC.
    pub draft: String,
    /// Confirmed text, never empty.
    pub verbatim: Option<String>,
    /// Visible time from the first question to the fourth answer, in ms.
    pub elapsed_ms: u32,
    /// Newest revision that is to be sent; none before the fourth question.
    pub rev: Option<u8>,
    /// What became of it.
    pub delivery: Delivery,
    /// What the newest revision says: nothing is sent twice.
    sent: Option<(Answers, Option<String>)>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            screen: Screen::Satisfaction,
            answers: Answers::default(),
            marked: None,
            draft: String::new(),
            verbatim: None,
            elapsed_ms: 0,
            rev: None,
            delivery: Delivery::Sending,
            sent: None,
        }
    }
}

impl State {
    /// Applies one action; one that does not fit the screen changes nothing.
    pub fn apply(&mut self, action: Action) {
        match action {
            Action::Mark(value) => self.mark(value),
            Action::Confirm(elapsed_ms) => self.confirm(elapsed_ms),
            Action::Skip(elapsed_ms) => self.skip(elapsed_ms),
            Action::Back if self.can_go_back() => self.enter(self.previous()),
            Action::Back => {}
            Action::Write(text) => self.draft = text,
            Action::Delivery(delivery) => self.delivery = delivery,
        }
    }

    /// Whether there is a way back. After the last revision a change could not be sent any more.
    pub fn can_go_back(&self) -> bool {
        !matches!(self.screen, Screen::Satisfaction | Screen::End) && self.rev != Some(REV_MAX)
    }

    /// What the field still takes, in characters or in bytes, whichever runs out first; negative when it is too
    /// much.
    pub fn room(&self) -> i32 {
        let characters = VERBATIM_CHARS_MAX as i32 - self.draft.chars().count() as i32;
        let bytes = VERBATIM_BYTES_MAX as i32 - self.draft.len() as i32;
        characters.min(bytes)
    }

    fn mark(&mut self, value: u8) {
        let valid = match self.screen {
            Screen::Satisfaction => (1..=5).contains(&value),
            Screen::Ease => (1..=7).contains(&value),
            Screen::Lens => value <= 5,
            Screen::Recommend => value <= 10,
            Screen::Moment => {
                let incident = self.answers.branch() == Branch::D;
                (1..=Answers::MOMENT_MAX).contains(&value) && (incident || value != Answers::MOMENT_TONE)
            }
            Screen::Forgive => (1..=3).contains(&value),
            Screen::Word | Screen::End => false,
        };
        if valid {
            self.marked = Some(value);
        }
    }

    fn confirm(&mut self, elapsed_ms: u32) {
        if self.screen == Screen::Word {
            return self.confirm_word();
        }
        let Some(value) = self.marked else { return };
        match self.screen {
            Screen::Satisfaction => self.answers.satisfaction = Some(value),
            Screen::Ease => self.answers.ease = Some(value),
            // « Sans objet » is an answer to the customer and a missing one to the score.
            Screen::Lens => self.answers.lens = (value != 0).then_some(value),
            Screen::Recommend => self.answers.recommend = Some(value),
            Screen::Moment => self.answers.moment = value,
            Screen::Forgive => self.answers.forgive = value,
            Screen::Word | Screen::End => return,
        }
        self.advance(elapsed_ms);
    }

    fn confirm_word(&mut self) {
        if self.room() < 0 {
            return;
        }
        let text = self.draft.trim();
        self.verbatim = (!text.is_empty()).then(|| text.to_owned());
        self.advance(self.elapsed_ms);
    }

    fn skip(&mut self, elapsed_ms: u32) {
        match self.screen {
            Screen::Satisfaction => self.answers.satisfaction = None,
            Screen::Ease => self.answers.ease = None,
            Screen::Lens => self.answers.lens = None,
            Screen::Recommend => self.answers.recommend = None,
            // A skipped optional question sends nothing: what was said before stands.
            Screen::Moment | Screen::Forgive | Screen::Word => {}
            Screen::End => return,
        }
        self.advance(elapsed_ms);
    }

    fn advance(&mut self, elapsed_ms: u32) {
        if self.screen == Screen::Recommend && self.rev.is_none() {
            self.elapsed_ms = elapsed_ms;
        }
        // Nothing leaves the page while a core question is open.
        if self.screen == Screen::Recommend || self.screen.number().is_none() {
            self.commit();
        }
        self.enter(self.next());
    }

    /// Makes what is answered the newest revision, unless it says what the last one said.
    fn commit(&mut self) {
        let branch_changed = self.sent.as_ref().is_some_and(|(sent, _)| sent.branch() != self.answers.branch());
        if branch_changed {
            // Asked in another light: an incident's moment is not a promoter's.
            self.answers.moment = 0;
            self.answers.forgive = 0;
        }
        let says = (self.answers, self.verbatim.clone());
        if self.sent.as_ref() == Some(&says) {
            return;
        }
        let rev = self.rev.map_or(0, |rev| rev + 1);
        if rev <= REV_MAX {
            self.rev = Some(rev);
            self.delivery = Delivery::Sending;
            self.sent = Some(says);
        }
    }

    fn next(&self) -> Screen {
        match self.screen {
            Screen::Satisfaction => Screen::Ease,
            Screen::Ease => Screen::Lens,
            Screen::Lens => Screen::Recommend,
            // Never ask what could not be sent any more.
            _ if self.rev == Some(REV_MAX) => Screen::End,
            Screen::Recommend => Screen::Moment,
            Screen::Moment if self.answers.branch() == Branch::D => Screen::Forgive,
            Screen::Moment | Screen::Forgive => Screen::Word,
            Screen::Word | Screen::End => Screen::End,
        }
    }

    fn previous(&self) -> Screen {
        match self.screen {
            Screen::Satisfaction | Screen::Ease => Screen::Satisfaction,
            Screen::Lens => Screen::Ease,
            Screen::Recommend => Screen::Lens,
            Screen::Moment => Screen::Recommend,
            Screen::Word if self.answers.branch() == Branch::D => Screen::Forgive,
            Screen::Forgive | Screen::Word => Screen::Moment,
            Screen::End => Screen::End,
        }
    }

    fn enter(&mut self, screen: Screen) {
        self.screen = screen;
        let code = |code: u8| (code != 0).then_some(code);
        self.marked = match screen {
            Screen::Satisfaction => self.answers.satisfaction,
            Screen::Ease => self.answers.ease,
            Screen::Lens => self.answers.lens,
            Screen::Recommend => self.answers.recommend,
            Screen::Moment => code(self.answers.moment),
            Screen::Forgive => code(self.answers.forgive),
            Screen::Word | Screen::End => None,
        };
    }
}

#[cfg(test)]
mod tests;
