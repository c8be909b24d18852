//! Update function of the survey view: what each act changes in the state, sends to the page, and sends as frames.

use gloo_timers::callback::Timeout;
use trente_survey::extra::ExtraKind;
use yew::html::Scope;
use yew::prelude::*;

use super::Survey;
use crate::browser::page::{is_composing, option_under};
use crate::browser::session;
use crate::components::options::DIGITS;
use crate::components::{App, Early, EarlyAct, Msg};
use crate::digits::bytes_to_hex;
use crate::event::{Answer, Event};
use crate::revision;
use crate::state::{Action, Screen, State};

/// How long a press may take that began while an option was seen chosen: it may be a change of mind.
const PRESS_MS: u32 = 500;

impl Survey {
    /// Marks an option, and sends it on once it was seen; `seen_ms` is for how long it has been. Another option meanwhile
    /// takes its place; the same one once more is sent on at once, so that quick taps do not put it off again and again.
    pub(super) fn choose(&mut self, link: &Scope<App>, value: u8, seen_ms: u32) {
        if self.state.marked == Some(value) && self.settle() {
            return;
        }
        self.act(Action::Mark(value));
        if self.state.marked == Some(value) {
            self.chosen =
                Some((settle_after(link, self.config.hold_ms().saturating_sub(seen_ms)), self.clock.elapsed_ms()));
            // It counts from now on, wherever the page goes meanwhile.
            self.hold();
        }
    }

    /// A pointer goes down: what it is about to click stays there until then.
    pub(super) fn press(&mut self, link: &Scope<App>) {
        self.key_marks = false;
        self.by_keyboard = false;
        if let Some((timer, _)) = &mut self.chosen {
            *timer = settle_after(link, PRESS_MS);
        }
    }

    /// Sends on at once what was tapped; whether there was something.
    pub(super) fn settle(&mut self) -> bool {
        let Some((_timer, elapsed_ms)) = self.chosen.take() else { return false };
        self.act(Action::Confirm(elapsed_ms));
        true
    }

    /// Enter, Send, or the form's own submission.
    pub(super) fn confirm(&mut self) {
        self.onward(Action::Confirm);
    }

    /// Skip, or Next.
    pub(super) fn forward(&mut self) {
        self.onward(Action::Skip);
    }

    fn onward(&mut self, action: fn(u32) -> Action) {
        if self.settle() {
            return;
        }
        self.read_word();
        let action = if self.state.stands() { Action::Confirm } else { action };
        let elapsed_ms = self.clock.elapsed_ms();
        self.act(action(elapsed_ms));
        // What keeps it from being sent is said by the field: by how much it is too long.
        if self.state.room() < 0 {
            self.host.focus(&["#word"]);
        }
    }

    /// Takes over the text of the field as it is: the page may have swallowed its events.
    fn read_word(&mut self) {
        if let Some(text) = self.host.word() {
            self.state.apply(Action::Write(text));
        }
    }

    /// Back to the question before.
    pub(super) fn back(&mut self) {
        // The option that was tapped just before is answered, and is not where the customer goes back to.
        if self.settle() {
            self.act(Action::Back);
        }
        self.read_word();
        self.act(Action::Back);
    }

    /// Does what was done on the first screen before the widget took it over.
    pub(super) fn take_over(&mut self, link: &Scope<App>, early: Early) {
        let Early { act, value, by_keyboard, seen_ms } = early;
        self.by_keyboard = by_keyboard;
        match (act, value) {
            (EarlyAct::Choose, Some(value)) => self.choose(link, value, seen_ms),
            (_, Some(value)) => {
                self.act(Action::Mark(value));
                self.confirm();
            }
            (EarlyAct::Forward, None) => {
                let elapsed_ms = self.clock.elapsed_ms();
                self.act(Action::Skip(elapsed_ms));
            }
            (_, None) => {}
        }
    }

    /// Whether several options of this screen may be ticked.
    pub(super) fn ticks(&self) -> bool {
        matches!(self.state.kind(), Some(ExtraKind::Choices(_)))
    }

    /// Applies an action of the customer: reports an answer, and sends a revision if there is a new one.
    pub(super) fn act(&mut self, action: Action) {
        self.acted = true;
        self.back = action == Action::Back;
        let screen = self.state.screen;
        let value = answered(&self.state);
        let confirmed_ms = if let Action::Confirm(elapsed_ms) = action { Some(elapsed_ms) } else { None };
        let rev = self.state.apply(action);
        if let (Some(elapsed_ms), true, Some(value)) = (confirmed_ms, self.state.screen != screen, value) {
            self.host.emit(&Event::Answered { question: screen.name(), value, elapsed_ms });
        }
        if let Some(rev) = rev {
            self.send(rev);
        }
        self.keep(rev);
        self.hold();
    }

    /// Prepares, within the event of an act itself, the frame that leaving the page right after it would send.
    pub(in crate::components) fn foresee(&self, msg: &Msg) {
        let confirm = Some(Action::Confirm(self.clock.elapsed_ms()));
        let word = || self.host.word().map(Action::Write);
        match msg {
            Msg::Key(event) => self.key_will_mark.set(marks(event)),
            Msg::Press => self.key_will_mark.set(false),
            _ => {}
        }
        // The screen that is acted on is not the state's any more.
        if self.view.get().0 != self.state.screen {
            return;
        }
        match msg {
            Msg::Key(event) if event.key() == "Enter" && !is_composing(event) => {
                if let Some(option) = option_under(event) {
                    self.hold_after([self.mark_by_enter(&option), confirm]);
                }
            }
            Msg::Click(value) if !self.key_will_mark.get() && !self.ticks() => {
                self.hold_after([Some(Action::Mark(*value)), confirm]);
            }
            Msg::Confirm if self.chosen.is_none() => self.hold_after([word(), confirm]),
            Msg::Forward if self.chosen.is_none() => {
                self.hold_after([word(), Some(Action::Skip(self.clock.elapsed_ms()))]);
            }
            _ => {}
        }
    }

    /// Prepares the frame that leaving the page now would send: of what is answered, and of what was tapped just now.
    fn hold(&self) {
        self.hold_after([self.chosen.as_ref().map(|(_, elapsed_ms)| Action::Confirm(*elapsed_ms)), None]);
    }

    fn hold_after(&self, actions: [Option<Action>; 2]) {
        let mut state = self.state.clone();
        let mut held = None;
        for action in actions.into_iter().flatten().chain([Action::Leave]) {
            held = state.apply(action).or(held);
        }
        let held = held.and_then(|rev| revision::encode(&self.config, &state, rev));
        self.sender.hold(held.map(|(bytes, _)| (bytes, state.contact.into_bytes())));
    }

    /// Keeps what is unfinished for a reload of the page, and forgets it once the response is complete.
    fn keep(&self, rev: Option<u8>) {
        match self.state.unfinished(self.clock.elapsed_ms()) {
            Some(unfinished) => session::put(&self.config, &unfinished),
            None if rev == Some(0) => session::remove(&self.config),
            None => {}
        }
    }

    /// Sends a revision, the newest.
    fn send(&self, rev: u8) {
        let (config, host) = (&self.config, &self.host);
        let Some((bytes, verdict)) = revision::encode(config, &self.state, rev) else { return };
        self.sender.send((bytes, self.state.contact.clone().into_bytes()));
        if rev == 0 {
            host.emit(&Event::Completed {
                response: bytes_to_hex(&config.response.0),
                score: verdict.score,
                class: verdict.class.name(),
                branch: verdict.branch.name(),
                elapsed_ms: self.state.elapsed_ms,
                signed: config.signature.is_some(),
            });
        }
    }

    /// Sends what was held back, and puts aside what is not acknowledged.
    pub(super) fn leave(&mut self) {
        self.settle();
        self.state.apply(Action::Leave);
        self.sender.leave();
    }

    /// A key inside the form; whether it changes what is to be seen.
    pub(super) fn key(&mut self, link: &Scope<App>, event: &KeyboardEvent) -> bool {
        if is_composing(event) {
            return false;
        }
        self.by_keyboard = true;
        let key = event.key();
        let option = option_under(event);
        match (key.as_str(), &option) {
            // A key that is held down is pressed once; only a text takes the same letter again and again.
            ("Enter", _) if event.repeat() && (self.host.word().is_none() || self.state.screen == Screen::Contact) => {
                event.prevent_default();
            }
            ("Escape", _) => {
                event.prevent_default();
                // A dialog of the page under the widget is not meant.
                event.stop_propagation();
                self.close("escape");
            }
            ("Enter", Some(option)) => {
                event.prevent_default();
                self.enter(link, option);
                return true;
            }
            _ => self.key_marks = marks(event),
        }
        false
    }

    /// The mark that Enter on an option makes before it confirms: none where it is marked, or where others are ticked.
    fn mark_by_enter(&self, option: &str) -> Option<Action> {
        let (_, value) = DIGITS.iter().zip(0..).find(|&(&digit, _)| digit == option)?;
        let marks = if self.ticks() { self.state.ticked == 0 } else { self.state.marked != Some(value) };
        marks.then_some(Action::Mark(value))
    }

    /// Enter on an option: does what it looks like, whether it was marked before or not.
    fn enter(&mut self, link: &Scope<App>, option: &str) {
        match self.mark_by_enter(option) {
            Some(Action::Mark(value)) if !self.ticks() => self.choose(link, value, 0),
            mark => {
                if let Some(mark) = mark {
                    self.act(mark);
                }
                self.confirm();
            }
        }
        self.voice.follow(&self.config, &self.state, self.late, link);
    }
}

/// Whether a key marks an option, by the click that follows from it, without sending it on.
fn marks(event: &KeyboardEvent) -> bool {
    let key = event.key();
    !is_composing(event) && (key == " " || key.starts_with("Arrow")) && option_under(event).is_some()
}

fn settle_after(link: &Scope<App>, wait_ms: u32) -> Timeout {
    let link = link.clone();
    Timeout::new(wait_ms, move || link.send_message(Msg::Settle))
}

/// What a confirmation would answer on this screen, as `trente:answered` tells it; none when nothing. A contact is told to
/// no page: other scripts listen there.
fn answered(state: &State) -> Option<Answer> {
    match (state.screen, state.kind()) {
        (Screen::Extra(_), Some(ExtraKind::Choices(options))) => {
            let ticked = (1..=options).filter(|option| state.ticked >> (option - 1) & 1 == 1);
            Some(Answer::Options(ticked.collect()))
        }
        (Screen::Verbatim, _) | (Screen::Extra(_), Some(ExtraKind::Text)) => {
            let text = state.draft.trim();
            (!text.is_empty()).then(|| Answer::Words(text.into()))
        }
        _ => state.marked.map(Answer::Option),
    }
}
