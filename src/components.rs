//! Views of the widget: the Yew application, which draws one survey after the other.
//!
//! In reading order: [`message`] is what may happen, [`survey`] the survey as a whole, [`question`], [`free_text`] and
//! [`ending`] are its screens, [`options`] and [`text`] their parts. A view is a function of the state that emits
//! messages and decides nothing.
//!
//! Each start of Yew leaves its listeners and its element behind for good, because their closures are never dropped. So
//! it is started once and kept for the next survey.

mod ending;
mod free_text;
mod message;
mod options;
mod question;
mod survey;
mod text;

use std::rc::Rc;

use yew::html::Scope;
use yew::prelude::*;

pub use self::message::{Early, EarlyAct, Msg};
use self::survey::Survey;
use crate::browser::page::Host;
use crate::config::Config;

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
