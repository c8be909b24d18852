//! One survey as a whole: turns the customer's acts into actions, and the state into a form.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use trente_survey::extra::ExtraKind;
use yew::html::Scope;
use yew::prelude::*;

use super::app::{App, Msg};
use super::text::{live, unseen};
use super::{ending, options, question, word};
use crate::browser::clock::Clock;
use crate::browser::delivery::{self, News};
use crate::browser::listener::Listener;
use crate::browser::page::{Host, is_composing, is_on_option};
use crate::browser::session;
use crate::config::Config;
use crate::digits::{bytes_to_hex, decimal};
use crate::event::{Answer, Event};
use crate::revision;
use crate::state::{Action, Delivery, Screen, State};

/// The end screen goes by itself after this.
const END_MS: u32 = 6_000;
/// While the focus or the pointer is inside, it is asked again after this.
const END_AGAIN_MS: u32 = 1_000;

/// One survey, from its mounting until it is dropped, which sends what was answered.
pub struct Survey {
    turn: u32,
    config: Rc<Config>,
    host: Host,
    /// Whether its form was ever made, and whether the page was told.
    made: Cell<bool>,
    shown: bool,
    state: State,
    clock: Clock,
    delivery: delivery::Delivery,
    /// An arrow key or the space bar went down: the click that follows is its doing and only marks.
    key_marks: bool,
    /// The last act was by keyboard or assistive technology rather than by pointer.
    by_keyboard: bool,
    /// The customer has acted inside: from then on the focus may be moved.
    acted: bool,
    pointer_over: bool,
    /// The screen that was drawn last.
    drawn: Screen,
    end_timer: Option<Timeout>,
    _leaving: Option<Listener>,
}

impl Survey {
    /// Begins, or goes on where a reload of the page has interrupted it.
    pub fn new(turn: u32, config: &Rc<Config>, host: &Host, link: &Scope<App>) -> Self {
        let (asked, late, app) = (config.clone(), host.clone(), link.clone());
        let news = Callback::from(move |news| {
            // Not by way of the app: the customer may have closed the survey since.
            if let News::Delivered(tries) = news {
                let response = bytes_to_hex(&asked.response.0);
                late.emit_late(&asked.script, &Event::Delivered { response, attempts: tries });
            }
            app.send_message(Msg::News(turn, news));
        });
        if config.storage {
            delivery::replay(&config.base);
        }
        let leave = link.callback(|()| Msg::Leave);
        let mut state = State::new(config.plan.clone());
        let unfinished = session::get(config);
        let clock = Clock::start(unfinished.as_ref().map_or(0, |unfinished| unfinished.elapsed_ms));
        if let Some(unfinished) = unfinished {
            state.resume(unfinished);
        }
        Self {
            turn,
            config: config.clone(),
            host: host.clone(),
            made: Cell::new(false),
            shown: false,
            drawn: state.screen,
            state,
            clock,
            delivery: delivery::Delivery::new(config, news),
            key_marks: false,
            by_keyboard: true,
            acted: false,
            pointer_over: false,
            end_timer: None,
            _leaving: Listener::on_page_hide(move || leave.emit(())),
        }
    }

    /// Whether the message changes what is to be seen.
    pub fn update(&mut self, link: &Scope<App>, msg: Msg) -> bool {
        let elapsed_ms = self.clock.elapsed_ms();
        match msg {
            Msg::Click(value) => {
                self.act(Action::Mark(value));
                let several = matches!(self.state.kind(), Some(ExtraKind::Choices(_)));
                if !std::mem::take(&mut self.key_marks) && !several {
                    self.act(Action::Confirm(elapsed_ms));
                }
            }
            Msg::Confirm => {
                if let Some(text) = self.host.word() {
                    self.state.apply(Action::Write(text));
                }
                self.act(Action::Confirm(elapsed_ms));
            }
            Msg::Skip => self.act(Action::Skip(elapsed_ms)),
            Msg::Back => self.act(Action::Back),
            Msg::Write(text) => self.act(Action::Write(text)),
            Msg::Key(event) => return self.key(&event),
            Msg::Press => {
                self.key_marks = false;
                self.by_keyboard = false;
                return false;
            }
            Msg::Over(over) => {
                self.pointer_over = over;
                return false;
            }
            Msg::News(_, news) => self.state.apply(Action::Delivery(match news {
                News::Delivered(_) => Delivery::Delivered,
                News::Waiting => Delivery::Waiting,
                News::Refused => Delivery::Refused,
            })),
            Msg::Close(reason) => {
                self.close(reason);
                return false;
            }
            Msg::Leave => {
                self.leave();
                return false;
            }
            Msg::EndTimer => {
                if self.pointer_over || self.host.has_focus() {
                    self.end_after(link, END_AGAIN_MS);
                } else {
                    self.close("finished");
                }
                return false;
            }
        }
        true
    }

    /// The form.
    pub fn view(&self, link: &Scope<App>) -> Html {
        self.made.set(true);
        let config = &self.config;
        let texts = &config.texts;
        let screen = match self.state.screen {
            Screen::End => ending::view(config, &self.state),
            Screen::Word => word::view(config, &self.state, link),
            Screen::Extra(_) if self.state.kind() == Some(ExtraKind::Text) => word::view(config, &self.state, link),
            _ => question::view(config, &self.state, link),
        };
        let at_end = self.state.screen == Screen::End;
        let progress = self.progress();
        html! {
            <form key={decimal(self.turn.into())} class="card" part="card" novalidate=true tabindex="-1"
                lang={config.lang.clone()} dir={config.dir.clone()} aria-label={texts.get("title")}
                onsubmit={link.callback(|event: SubmitEvent| { event.prevent_default(); Msg::Confirm })}
                onkeydown={link.callback(Msg::Key)}
                onpointerdown={link.callback(|_: PointerEvent| Msg::Press)}
                onpointerover={link.callback(|_: PointerEvent| Msg::Over(true))}
                onpointerout={link.callback(|_: PointerEvent| Msg::Over(false))}>
                if config.preview {
                    <p class="preview">{ texts.get("rehearsal") }</p>
                }
                <div class="bar" data-plain={progress.is_empty().then_some("")}>
                    <span class="progress">{ live(progress) }</span>
                    <button type="button" class="close" part="close" aria-label={texts.get("close")}
                        onclick={link.callback(|_| Msg::Close("button"))}>
                        <span aria-hidden="true">{ "×" }</span>
                    </button>
                </div>
                // Alone in its element, so that it is never put before a node that somebody else has taken away.
                <div class="screen">{ screen }</div>
                if !at_end {
                    <div class="bar foot">
                        // In an element of its own for the same reason.
                        <span>
                            if self.state.can_go_back() {
                                <button type="button" class="quiet" part="button" onclick={link.callback(|_| Msg::Back)}>
                                    { texts.get("back") }
                                </button>
                            }
                        </span>
                        <button type="button" class="quiet skip" part="button" onclick={link.callback(|_| Msg::Skip)}>
                            { texts.get("skip") }
                        </button>
                    </div>
                }
                <p class="unseen" role="status" aria-live="polite">{ unseen(self.announcement(config)) }</p>
            </form>
        }
    }

    /// After the form was drawn.
    pub fn rendered(&mut self, link: &Scope<App>) {
        // Yew may be speaking of the nothing that was drawn before this survey.
        if !self.made.get() {
            return;
        }
        if !std::mem::replace(&mut self.shown, true) {
            let config = &self.config;
            let survey = bytes_to_hex(&config.survey.0);
            let (site, display, load_ms) = (&config.site, &config.display, config.load_ms);
            self.host.emit(&Event::Shown { site, survey, display, load_ms });
        }
        if self.drawn != self.state.screen {
            self.drawn = self.state.screen;
            if self.acted {
                self.host.focus(self.focus_after());
            }
            if self.drawn == Screen::End {
                self.end_after(link, END_MS);
            }
        }
    }

    /// Applies an action of the customer: reports an answer, and sends a revision if there is a new one.
    fn act(&mut self, action: Action) {
        self.acted = true;
        let (screen, confirms) = (self.state.screen, matches!(action, Action::Confirm(_)));
        let (value, rev) = (answered(&self.state), self.state.rev);
        self.state.apply(action);
        if let (true, Some(value)) = (confirms && self.state.screen != screen, value) {
            let elapsed_ms = self.clock.elapsed_ms();
            self.host.emit(&Event::Answered { question: screen.name(), value, elapsed_ms });
        }
        self.send(rev);
        self.keep(&self.config, rev);
        let held = self.state.held().and_then(|rev| revision::encode(&self.config, &self.state, rev));
        self.delivery.hold(held.map(|(bytes, _)| bytes));
    }

    /// Keeps what is unfinished for a reload of the page, and forgets it once the response is complete.
    fn keep(&self, config: &Config, before: Option<u8>) {
        match self.state.unfinished(self.clock.elapsed_ms()) {
            Some(unfinished) => session::put(config, &unfinished),
            None if before.is_none() => session::remove(config),
            None => {}
        }
    }

    /// Sends the newest revision if it is newer than `before`.
    fn send(&self, before: Option<u8>) {
        let Some(rev) = self.state.rev.filter(|rev| Some(*rev) != before) else { return };
        let (config, host) = (&self.config, &self.host);
        let Some((bytes, verdict)) = revision::encode(config, &self.state, rev) else { return };
        self.delivery.send(bytes);
        if before.is_none() {
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
    fn leave(&mut self) {
        self.state.apply(Action::Leave);
        self.delivery.leave();
    }

    fn key(&mut self, event: &KeyboardEvent) -> bool {
        if is_composing(event) {
            return false;
        }
        self.by_keyboard = true;
        let key = event.key();
        let on_option = is_on_option(event);
        match key.as_str() {
            "Escape" => {
                event.prevent_default();
                // A dialog of the page under the widget is not meant.
                event.stop_propagation();
                self.close("escape");
            }
            "Enter" if on_option => {
                event.prevent_default();
                let elapsed_ms = self.clock.elapsed_ms();
                self.act(Action::Confirm(elapsed_ms));
                return true;
            }
            " " if on_option => self.key_marks = true,
            _ => self.key_marks = on_option && key.starts_with("Arrow"),
        }
        false
    }

    fn close(&self, reason: &'static str) {
        let host = self.host.clone();
        session::remove(&self.config);
        host.emit(&Event::Closed { reason });
        // Not from inside an update of the app that is to be destroyed.
        Timeout::new(0, move || crate::remove(&host)).forget();
    }

    fn end_after(&mut self, link: &Scope<App>, wait_ms: u32) {
        let link = link.clone();
        self.end_timer = Some(Timeout::new(wait_ms, move || link.send_message(Msg::EndTimer)));
    }

    /// Where the focus goes on a new screen. Focusing the field would open a keyboard over the page of a
    /// customer who taps.
    fn focus_after(&self) -> &'static [&'static str] {
        match (self.state.screen, self.by_keyboard) {
            (Screen::End, true) => &[".close"],
            (Screen::End, false) => &[],
            (_, true) => &["[name=option]:checked", "[name=option]", "#word"],
            (_, false) => &["[name=option]:checked", "[name=option]", ".card"],
        }
    }

    fn progress(&self) -> AttrValue {
        let Some(place) = self.state.place() else { return AttrValue::default() };
        let of = |number: usize| options::DIGITS.get(number).copied().unwrap_or_default();
        AttrValue::from([of(place + 1), " / ", of(self.state.plan.core.len())].concat())
    }

    /// Empty on the first screen: nobody asked for it yet.
    fn announcement(&self, config: &Config) -> AttrValue {
        let state = &self.state;
        match state.screen {
            Screen::End => ending::sentence(config, state),
            _ if !self.acted => AttrValue::default(),
            Screen::Core(_) => AttrValue::from([&self.progress(), " ", &question::prompt(config, state)].concat()),
            _ => question::prompt(config, state),
        }
    }
}

impl Drop for Survey {
    /// However it ends, by the customer or by the page, nothing that was answered is left behind.
    fn drop(&mut self) {
        self.leave();
    }
}

/// What a confirmation would answer on this screen, as `trente:answered` tells it; none when nothing.
fn answered(state: &State) -> Option<Answer> {
    match (state.screen, state.kind()) {
        (Screen::Extra(_), Some(ExtraKind::Choices(options))) => {
            let ticked = (1..=options).filter(|option| state.ticked >> (option - 1) & 1 == 1);
            Some(Answer::Options(ticked.collect()))
        }
        (Screen::Word, _) | (Screen::Extra(_), Some(ExtraKind::Text)) => {
            let text = state.draft.trim();
            (!text.is_empty()).then(|| Answer::Words(text.into()))
        }
        _ => state.marked.map(Answer::Option),
    }
}
