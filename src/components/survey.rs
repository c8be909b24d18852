//! Survey view: turns the customer's acts into messages, and the state into a form.
//!
//! `survey/acts.rs` says what an act does, `survey/voice.rs` what is said aloud, and when.

mod acts;
mod voice;

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use trente_survey::extra::ExtraKind;
use yew::html::Scope;
use yew::prelude::*;

use self::voice::Voice;
use super::text::{live, unseen};
use super::{App, Msg, act, ending, free_text, question};
use crate::browser::clock::Clock;
use crate::browser::delivery::Sender;
use crate::browser::listener::Listener;
use crate::browser::page::Host;
use crate::browser::session;
use crate::config::Config;
use crate::digits::{bytes_to_hex, decimal};
use crate::event::Event;
use crate::state::{Action, Delivery, Screen, State};

/// The end screen goes by itself after this.
const END_MS: u32 = 6_000;
/// While the focus or the pointer is inside, it is asked again after this.
const END_AGAIN_MS: u32 = 1_000;
/// How long the last screen waits for the collector's word before it says that the response is on its way.
const LATE_MS: u32 = 800;
/// How long the card takes to go, where anything moves: styles/widget.css.
const LEAVE_MS: u32 = 160;

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
    sender: Sender,
    /// A tapped option that is still to be seen chosen, and the visible time of the tap in ms.
    chosen: Option<(Timeout, u32)>,
    /// An arrow key or the space bar went down: the click that follows is its doing and only marks.
    key_marks: bool,
    /// The same, known within the event of the key itself.
    key_will_mark: Cell<bool>,
    /// The last act was by keyboard or assistive technology rather than by pointer.
    by_keyboard: bool,
    /// The customer has acted inside: from then on the focus may be moved.
    acted: bool,
    pointer_over: bool,
    /// The last act was Back: the screen settles from the other side.
    back: bool,
    /// It was closed and is on its way off the page.
    leaving: bool,
    /// The screen that stands on the page.
    drawn: Screen,
    /// What was drawn last: the screen, and whether the card stands on for what is to come. The state may be further by the
    /// time it stands there.
    view: Cell<(Screen, bool)>,
    voice: Voice,
    /// What the live region holds.
    spoken: AttrValue,
    /// The last screen has waited for [`LATE_MS`].
    late: bool,
    late_timer: Option<Timeout>,
    end_timer: Option<Timeout>,
    focus_timer: Option<Timeout>,
    _leaving: Option<Listener>,
}

impl Survey {
    /// Begins, or goes on where a reload of the page has interrupted it.
    pub fn new(turn: u32, config: &Rc<Config>, host: &Host, link: &Scope<App>) -> Self {
        let (asked, late, app) = (config.clone(), host.clone(), link.clone());
        let news = Callback::from(move |news| {
            // Not by way of the app: the customer may have closed the survey since.
            if let Delivery::Delivered(tries) = news {
                let response = bytes_to_hex(&asked.response.0);
                late.emit_late(&asked.script, &Event::Delivered { response, attempts: tries });
            }
            app.send_message(Msg::News(turn, news));
        });
        let leave = link.callback(|()| Msg::Leave);
        let mut state = State::new(config.plan.clone());
        let unfinished = session::get(config);
        // The first screen may have stood there for a while before the widget came.
        let clock = Clock::start(unfinished.as_ref().map_or(config.elapsed_ms, |unfinished| unfinished.elapsed_ms));
        if let Some(unfinished) = unfinished {
            state.resume(unfinished);
        }
        let voice = Voice::new(config, &state, link);
        Self {
            turn,
            config: config.clone(),
            host: host.clone(),
            made: Cell::new(false),
            // The loader has shown the first screen, and told the page.
            shown: config.early,
            drawn: state.screen,
            view: Cell::new((state.screen, true)),
            state,
            clock,
            sender: Sender::new(config, news),
            chosen: None,
            key_marks: false,
            key_will_mark: Cell::new(false),
            by_keyboard: true,
            acted: false,
            pointer_over: false,
            back: false,
            leaving: false,
            voice,
            spoken: AttrValue::default(),
            late: false,
            late_timer: None,
            end_timer: None,
            focus_timer: None,
            _leaving: Listener::on_page_hide(move || leave.emit(())),
        }
    }

    /// Whether the message changes what is to be seen.
    pub fn update(&mut self, link: &Scope<App>, msg: Msg) -> bool {
        // Nothing counts on its way off the page: it is the second half of a double tap on the cross.
        if self.leaving && !matches!(msg, Msg::News(..) | Msg::Leave) {
            return false;
        }
        match msg {
            Msg::Click(value) => {
                if std::mem::take(&mut self.key_marks) || self.ticks() {
                    self.act(Action::Mark(value));
                } else {
                    self.choose(link, value, 0);
                }
            }
            Msg::Settle => {
                self.settle();
            }
            Msg::Early(act) => self.take_over(link, act),
            Msg::Confirm => self.confirm(),
            Msg::Forward => self.forward(),
            Msg::Back => self.back(),
            Msg::Write(text) => self.act(Action::Write(text)),
            Msg::Key(event) => return self.key(link, &event),
            Msg::Press => {
                self.press(link);
                return false;
            }
            Msg::Over(over) => {
                self.pointer_over = over;
                return false;
            }
            Msg::News(_, news) => {
                self.state.apply(Action::Delivery(news));
            }
            Msg::Close(reason) => {
                self.close(reason);
                return false;
            }
            Msg::Leave => {
                self.leave();
                return false;
            }
            Msg::Hush => self.voice.hush(),
            Msg::Arrive => self.voice.arrive(&self.config, self.acted, link),
            Msg::Late => self.late = true,
            Msg::EndTimer => {
                if self.pointer_over || self.host.has_focus() {
                    self.end_after(link, END_AGAIN_MS);
                } else {
                    self.close("finished");
                }
                return false;
            }
        }
        self.voice.follow(&self.config, &self.state, self.late, link);
        true
    }

    /// The form.
    pub fn view(&self, link: &Scope<App>) -> Html {
        self.made.set(true);
        let (config, state) = (&self.config, &self.state);
        let looks = self.looks();
        // Not what was drawn: on a slow machine Yew lets the browser go on between a drawing and `rendered`, and the same
        // screen may be drawn again in between.
        if self.view.replace(looks) != looks {
            config.turn();
        }
        let texts = &config.texts;
        let screen = match state.screen {
            Screen::End => ending::view(config, state, self.late),
            Screen::Verbatim | Screen::Contact => free_text::view(config, state, link),
            Screen::Extra(_) if state.kind() == Some(ExtraKind::Text) => free_text::view(config, state, link),
            _ => question::view(config, state, link),
        };
        let at_end = state.screen == Screen::End;
        // A dialog has the name itself.
        let title = (config.display != "modal").then(|| texts.get("title"));
        // No other word in the moment in which an answer is seen chosen.
        let (forward, forward_part) = match state.stands() && self.chosen.is_none() {
            true => ("next", "button next"),
            false => ("skip", "button skip"),
        };
        html! {
            <form key={decimal(self.turn.into())} class="card" part="card" novalidate=true tabindex="-1"
                lang={config.lang.clone()} dir={config.dir.clone()} aria-label={title}
                data-steady={looks.1.then_some("")} data-back={self.back.then_some("")}
                onsubmit={act(link, |event: SubmitEvent| { event.prevent_default(); Msg::Confirm })}
                onkeydown={act(link, Msg::Key)}
                onpointerdown={act(link, |_: PointerEvent| Msg::Press)}
                onpointerover={link.callback(|_: PointerEvent| Msg::Over(true))}
                onpointerout={link.callback(|_: PointerEvent| Msg::Over(false))}>
                if config.preview {
                    <p class="preview">{ texts.get("rehearsal") }</p>
                }
                <div class="bar">
                    <button type="button" class="close" part="close" aria-label={texts.get("close")}
                        onclick={link.callback(|_| Msg::Close("button"))}>
                        <span aria-hidden="true">{ "×" }</span>
                    </button>
                </div>
                // Alone in its element, so that it is never put before a node that another script has removed.
                <div class="screen">{ screen }</div>
                if !at_end {
                    <div class="bar foot">
                        // In an element of its own for the same reason.
                        <span class="side">
                            if state.can_go_back() {
                                <button type="button" class="quiet" part="button back" onclick={link.callback(|_| Msg::Back)}>
                                    { texts.get("back") }
                                </button>
                            }
                        </span>
                        <span class="progress" part="progress" aria-hidden="true">{ live(voice::progress(state)) }</span>
                        <span class="unseen">{ unseen(voice::position(config, state)) }</span>
                        <span class="side">
                            <button type="button" class="quiet skip" part={forward_part}
                                onclick={act(link, |_| Msg::Forward)}>
                                { live(texts.get(forward)) }
                            </button>
                        </span>
                    </div>
                }
            </form>
        }
    }

    /// After the form was drawn.
    pub fn rendered(&mut self, link: &Scope<App>) {
        // Yew may be speaking of the nothing that was drawn before this survey.
        if !self.made.get() {
            return;
        }
        let spoken = self.voice.text();
        let told = spoken != self.spoken;
        // What was announced is unsaid again after a while.
        let announced = told && !spoken.is_empty();
        if told {
            self.host.say(&spoken);
            self.spoken = spoken;
        }
        if !std::mem::replace(&mut self.shown, true) {
            let config = &self.config;
            let survey = bytes_to_hex(&config.survey.0);
            let (site, display, load_ms) = (&config.site, &config.display, config.load_ms);
            self.host.emit(&Event::Shown { site, survey, display, load_ms });
        }
        let looks = self.view.get();
        let before = std::mem::replace(&mut self.drawn, looks.0);
        if looks.0 != before {
            if self.acted {
                let (host, found) = (self.host.clone(), self.focus_after());
                // A task later: some screen readers take the new focus for the one that was just destroyed.
                self.focus_timer = Some(Timeout::new(0, move || host.focus(found)));
            }
            if looks.0 == Screen::End {
                let link = link.clone();
                self.late_timer = Some(Timeout::new(LATE_MS, move || link.send_message(Msg::Late)));
            }
        }
        // A sentence that takes the place of another can be read as long.
        if !looks.1 && (announced || self.end_timer.is_none()) {
            self.end_after(link, END_MS);
        }
    }

    /// The screen, and whether the card stands as it stood: until the last sentence is there.
    fn looks(&self) -> (Screen, bool) {
        let state = &self.state;
        let waits = ending::sentence(&self.config, state, self.late).is_empty();
        (state.screen, state.screen != Screen::End || waits)
    }

    fn close(&mut self, reason: &'static str) {
        // What was tapped just before is answered.
        self.settle();
        let host = self.host.clone();
        self.leaving = true;
        session::remove(&self.config);
        host.emit(&Event::Closed { reason });
        // Not from inside an update of the app that is to be destroyed.
        let wait_ms = if self.config.hold_ms() == 0 { 0 } else { LEAVE_MS };
        Timeout::new(wait_ms, move || crate::remove(&host)).forget();
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
}

impl Drop for Survey {
    /// However it ends, by the customer or by the page, nothing that was answered is left behind.
    fn drop(&mut self) {
        self.leave();
        session::left(&self.config);
    }
}
