//! Screen-reader announcements: each change of screen once, the end once, and that a survey has come.
//!
//! ACCESSIBILITY.md has what was heard, and with what.

use gloo_timers::callback::Timeout;
use yew::AttrValue;
use yew::html::Scope;

use crate::components::{App, Msg, ending, options, question};
use crate::config::Config;
use crate::state::{Screen, State};

/// A live text is no stop of a reader who goes through the page line by line: it goes once it was spoken.
const SPOKEN_MS: u32 = 1_000;
/// After what the reader says of a page that has just come.
const ARRIVE_MS: u32 = 1_500;

/// The live region's text.
pub struct Voice {
    text: AttrValue,
    /// What was said of the screen that is there.
    said: AttrValue,
    timer: Option<Timeout>,
}

impl Voice {
    /// Silent: the first screen was not asked for. A survey that comes late says that it is there.
    pub fn new(config: &Config, state: &State, link: &Scope<App>) -> Self {
        let timer = config.arrives.then(|| after(ARRIVE_MS, link, || Msg::Arrive));
        Self { text: AttrValue::default(), said: announcement(config, state, false), timer }
    }

    /// What is to be spoken now.
    pub fn text(&self) -> AttrValue {
        self.text.clone()
    }

    /// Says what the screen is, if it is another one.
    pub fn follow(&mut self, config: &Config, state: &State, late: bool, link: &Scope<App>) {
        let text = announcement(config, state, late);
        if text != self.said {
            self.said = text.clone();
            self.say(text, link);
        }
    }

    /// Says that there is a survey, unless the customer is in it already.
    pub fn arrive(&mut self, config: &Config, acted: bool, link: &Scope<App>) {
        if !acted {
            self.say(config.texts.get("arrival"), link);
        }
    }

    /// What was said is gone again.
    pub fn hush(&mut self) {
        self.text = AttrValue::default();
        self.timer = None;
    }

    fn say(&mut self, text: AttrValue, link: &Scope<App>) {
        self.text = text;
        self.timer = Some(after(SPOKEN_MS, link, || Msg::Hush));
    }
}

fn after(wait_ms: u32, link: &Scope<App>, message: fn() -> Msg) -> Timeout {
    let link = link.clone();
    Timeout::new(wait_ms, move || link.send_message(message()))
}

/// What a change to this screen says. The question is a part of it: after some changes readers say nothing of the focus.
fn announcement(config: &Config, state: &State, late: bool) -> AttrValue {
    let position = position(config, state);
    match state.screen {
        Screen::End => ending::sentence(config, state, late),
        _ if position.is_empty() => question::prompt(config, state),
        _ => AttrValue::from([&position, ". ", &question::prompt(config, state)].concat()),
    }
}

/// “2 / 4”; empty after the counted questions.
pub fn progress(state: &State) -> AttrValue {
    let Some(place) = state.place() else { return AttrValue::default() };
    let of = |number: usize| options::DIGITS.get(number).copied().unwrap_or_default();
    AttrValue::from([of(place + 1), " / ", of(state.plan.core.len())].concat())
}

/// The same in words.
pub fn position(config: &Config, state: &State) -> AttrValue {
    let count = state.plan.core.len() as u32;
    state.place().map_or_else(AttrValue::default, |place| config.texts.counted("position", place as u32 + 1, count))
}
