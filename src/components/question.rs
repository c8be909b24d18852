//! Question view: one question as a group of options.

use trente_survey::extra::ExtraKind;
use trente_survey::face::{Face, Options};
use trente_survey::{Branch, wording::CHIP_MOMENTS};
use yew::html::Scope;
use yew::prelude::*;

use super::options::{self, Choice};
use super::text::sentences;
use super::{App, Msg, act};
use crate::browser::object::text_at;
use crate::config::Config;
use crate::plan::Core;
use crate::state::{Screen, State};

/// Heading, introduction, group; Send where several options may be ticked.
pub fn view(config: &Config, state: &State, link: &Scope<App>) -> Html {
    let several = matches!(state.kind(), Some(ExtraKind::Choices(_)));
    let choices = choices(config, state);
    let head = head(config, state);
    // A heading where the survey begins: the way in for those who go through a page by its headings.
    let begins = state.place() == Some(0);
    let describes = if several { Some("several") } else { head.map(|_| "head") };
    html! {
        <div class="question" key={state.screen.name()}>
            if let Some(head) = head {
                <p id="head" class="head" part="head" role={begins.then_some("heading")} aria-level={begins.then_some("2")}>
                    { sentences(&config.texts.get(head)) }
                </p>
            }
            <fieldset role={if several { "group" } else { "radiogroup" }} aria-labelledby="prompt"
                aria-describedby={describes}>
                <legend id="prompt" class="prompt" part="question">{ prompt(config, state) }</legend>
                if several {
                    <p id="several" class="head" part="head">{ config.texts.get("several") }</p>
                }
                { options::view(shape(state, choices.len()), &choices, state, link) }
            </fieldset>
            if several {
                { send(config, link) }
            }
        </div>
    }
}

/// Send; no submit button, because a sandbox may forbid forms, and then these do nothing.
pub fn send(config: &Config, link: &Scope<App>) -> Html {
    html! {
        <button type="button" class="send" part="button send" onclick={act(link, |_| Msg::Confirm)}>
            { config.texts.get("send") }
        </button>
    }
}

fn head(config: &Config, state: &State) -> Option<&'static str> {
    match state.screen {
        // With an order the response can be found again, signed or not.
        Screen::Core(_) if state.place() == Some(0) => Some(if config.ordered { "head_linked" } else { "head" }),
        Screen::Moment => Some(match state.branch() {
            Branch::Incident => "incident_intro",
            Branch::Promoter => "delight_intro",
            Branch::Neutral => "improve_intro",
        }),
        _ => None,
    }
}

/// The question's text.
pub fn prompt(config: &Config, state: &State) -> AttrValue {
    let texts = &config.texts;
    let of_branch = |[incident, delight, improve]: [&str; 3]| {
        texts.get(match state.branch() {
            Branch::Incident => incident,
            Branch::Promoter => delight,
            Branch::Neutral => improve,
        })
    };
    match state.screen {
        Screen::Core(Core::Lens) => texts.at("lens", config.plan.layout.family(config.response).family().into()),
        Screen::Core(core) => texts.get(core.name()),
        Screen::Moment => of_branch(["incident", "delight", "improve"]),
        Screen::Forgive => texts.get("forgive"),
        Screen::Extra(index) => text_at(config.extras.get(index), "text", None),
        Screen::Contact => text_at(Some(&config.contact), "label", None),
        Screen::Verbatim | Screen::End => of_branch(["word_incident", "word_delight", "word_improve"]),
    }
}

/// How the options are laid out.
fn shape(state: &State, count: usize) -> &'static str {
    match (state.screen, state.kind()) {
        (Screen::Core(core), _) => Face::of(core).shape,
        (Screen::Moment, _) | (_, Some(ExtraKind::YesNo)) => "pairs",
        (_, Some(ExtraKind::Stars)) => "stars",
        (_, Some(ExtraKind::Scale(points))) => match points {
            ..=5 => "five",
            6..=7 => "seven",
            _ => "eleven",
        },
        _ if count > 6 => "pairs",
        _ => "list",
    }
}

fn choices(config: &Config, state: &State) -> Vec<Choice> {
    let texts = &config.texts;
    let labels = |name: &'static str, count: u8| {
        (1..=count).map(move |value| Choice::label(value, texts.at(name, u32::from(value) - 1))).collect()
    };
    let scale = |from: u8, to: u8, low: AttrValue, high: AttrValue| -> Vec<Choice> {
        let end = |value: u8| match value {
            value if value == from => low.clone(),
            value if value == to => high.clone(),
            _ => AttrValue::default(),
        };
        (from..=to).map(|value| Choice::rating(value, end(value))).collect()
    };
    match state.screen {
        Screen::Core(core) => match Face::of(core).options {
            Options::Labels(name, count) => labels(name, count),
            Options::Scale { from, to, low, high, none } => {
                let mut choices = scale(from, to, texts.get(low), texts.get(high));
                choices.extend(none.map(|none| Choice::label(0, texts.get(none))));
                choices
            }
        },
        Screen::Forgive => labels("forgive_options", 3),
        Screen::Moment if state.branch() == Branch::Incident => labels("incident_options", 10),
        Screen::Moment => {
            let chips = CHIP_MOMENTS.iter().zip(0..);
            chips.map(|(&moment, index)| Choice::label(moment, texts.at("chip_options", index))).collect()
        }
        Screen::Extra(index) => {
            let question = config.extras.get(index);
            match state.kind() {
                Some(ExtraKind::Stars) => (1..=5).map(Choice::star).collect(),
                Some(ExtraKind::YesNo) => [(1, "yes"), (2, "no")]
                    .into_iter()
                    .map(|(value, name)| Choice::label(value, texts.get(name)))
                    .collect(),
                Some(ExtraKind::Scale(points)) => {
                    scale(1, points, text_at(question, "low", None), text_at(question, "high", None))
                }
                Some(ExtraKind::Choice(count) | ExtraKind::Choices(count)) => {
                    let label = |value| text_at(question, "options", Some(u32::from(value) - 1));
                    (1..=count).map(|value| Choice::label(value, label(value))).collect()
                }
                _ => Vec::new(),
            }
        }
        Screen::Verbatim | Screen::Contact | Screen::End => Vec::new(),
    }
}
