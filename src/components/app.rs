//! What Yew is started with: one survey after the other, and nothing between them.
//!
//! Each start of Yew leaves its listeners and its element behind for good, because their closures are never dropped. So
//! it is started once and kept for the next survey.

use std::rc::Rc;

use yew::html::Scope;
use yew::prelude::*;

use super::survey::Survey;
use crate::browser::page::Host;
use crate::config::Config;
use crate::state::Delivery;

/// What is to be seen.
#[derive(Default, Properties)]
pub struct Props {
    /// Number of the mounting: another one is another survey.
    pub turn: u32,
    /// What the loader handed over, and the element on the page; none between two surveys.
    pub mounting: Option<(Rc<Config>, Host)>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.turn == other.turn
    }
}

/// An act on the first screen that the loader has drawn: loader/first.js.
#[derive(Clone, Copy)]
pub struct Early {
    /// What was done.
    pub act: EarlyAct,
    /// The option that was tapped, or is marked.
    pub value: Option<u8>,
    /// By keyboard or assistive technology rather than by pointer.
    pub by_keyboard: bool,
}

/// What an early act does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EarlyAct {
    /// An option was tapped, or Enter was pressed on one that was not marked.
    Choose,
    /// Enter on the option that is marked.
    Confirm,
    /// Skip, which is Next while something is marked.
    Forward,
}

/// Acts of the customer, and news from elsewhere.
pub enum Msg {
    /// An option was clicked, by pointer, keyboard or assistive technology.
    Click(u8),
    /// Enter on an option, or Send.
    Confirm,
    /// Skip, which is Next while something is marked.
    Forward,
    /// A tapped option was seen chosen for long enough.
    Settle,
    /// What was done on the first screen before the widget took it over.
    Early(Early),
    /// Back.
    Back,
    /// The text of the field.
    Write(String),
    /// A key went down inside the form.
    Key(KeyboardEvent),
    /// A pointer went down inside the form.
    Press,
    /// A pointer is over the form, or has left it.
    Over(bool),
    /// Something became of the newest revision of the survey of this turn.
    News(u32, Delivery),
    /// The page goes away: the state learns that what was held is sent.
    Leave,
    /// Close, with the reason of `trente:closed`.
    Close(&'static str),
    /// The live text was spoken.
    Hush,
    /// The survey has stood there for a moment, and nothing was done in it.
    Arrive,
    /// The last screen has waited long enough for the collector's word.
    Late,
    /// The end screen has stood long enough, perhaps.
    EndTimer,
}

/// A callback that hands an act of the customer on, and lets the survey prepare for a page that goes away before it hears
/// of it: Yew hands messages over in a task of its own where drawing takes long.
pub fn act<E: 'static>(link: &Scope<App>, msg: impl Fn(E) -> Msg + 'static) -> Callback<E> {
    let link = link.clone();
    Callback::from(move |event| {
        let msg = msg(event);
        if let Some(survey) = link.get_component().as_ref().and_then(|app| app.survey.as_ref()) {
            survey.foresee(&msg);
        }
        link.send_message(msg);
    })
}

/// The widget.
pub struct App {
    survey: Option<Survey>,
}

impl Component for App {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        Self { survey: Self::begin(ctx) }
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Props) -> bool {
        // The survey before this one has left by being dropped.
        self.survey = Self::begin(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match (&mut self.survey, msg) {
            // News of a survey that was closed since.
            (_, Msg::News(turn, _)) if turn != ctx.props().turn => false,
            (Some(survey), msg) => survey.update(ctx.link(), msg),
            (None, _) => false,
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        self.survey.as_ref().map(|survey| survey.view(ctx.link())).unwrap_or_default()
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if let Some(survey) = &mut self.survey {
            survey.rendered(ctx.link());
        }
    }
}

impl App {
    /// The survey of the present turn, if it has one.
    fn begin(ctx: &Context<Self>) -> Option<Survey> {
        let Props { turn, mounting } = ctx.props();
        mounting.as_ref().map(|(config, host)| Survey::new(*turn, config, host, ctx.link()))
    }
}
