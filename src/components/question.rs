//! One question as a radio group.

use trente_survey::{Branch, wording::CHIP_MOMENTS};
use yew::html::Scope;
use yew::prelude::*;

use super::app::App;
use super::options::{self, Choice};
use crate::config::Config;
use crate::state::{Screen, State};

/// Heading, introduction, group.
pub fn view(config: &Config, state: &State, link: &Scope<App>) -> Html {
    let head = match state.screen {
        Screen::Satisfaction if config.signature.is_some() => Some("head_linked"),
        Screen::Satisfaction => Some("head"),
        Screen::Moment => match state.answers.branch() {
            Branch::D => Some("incident_intro"),
            Branch::P => Some("delight_intro"),
            Branch::N => Some("improve_intro"),
        },
        _ => None,
    };
    html! {
        <div class="question" key={state.screen.name()}>
            if let Some(head) = head {
                <p class="head">{ config.texts.get(head) }</p>
            }
            <fieldset role="radiogroup" aria-labelledby="prompt">
                <legend id="prompt" class="prompt" part="question">{ prompt(config, state) }</legend>
                { options::view(shape(state.screen), &choices(config, state), state.marked, link) }
            </fieldset>
        </div>
    }
}

/// The question's text.
pub fn prompt(config: &Config, state: &State) -> AttrValue {
    let texts = &config.texts;
    match state.screen {
        Screen::Satisfaction => texts.get("satisfaction"),
        Screen::Ease => texts.get("ease"),
        Screen::Lens => texts.at("lens", config.response.family().family().into()),
        Screen::Recommend => texts.get("recommend"),
        Screen::Forgive => texts.get("forgive"),
        _ => texts.get(match state.answers.branch() {
            Branch::D => "incident",
            Branch::P => "delight",
            Branch::N => "improve",
        }),
    }
}

/// How the options are laid out.
const fn shape(screen: Screen) -> &'static str {
    match screen {
        Screen::Ease => "seven",
        Screen::Lens => "five",
        Screen::Recommend => "eleven",
        Screen::Moment => "pairs",
        _ => "list",
    }
}

fn choices(config: &Config, state: &State) -> Vec<Choice> {
    let texts = &config.texts;
    let labels = |name: &'static str, count: u8| {
        (1..=count).map(move |value| Choice::label(value, texts.at(name, u32::from(value) - 1))).collect()
    };
    let scale = |from: u8, to: u8, low: &str, high: &str| -> Vec<Choice> {
        let end = |value: u8| match value {
            value if value == from => texts.get(low),
            value if value == to => texts.get(high),
            _ => AttrValue::default(),
        };
        (from..=to).map(|value| Choice::rating(value, end(value))).collect()
    };
    match state.screen {
        Screen::Satisfaction => labels("satisfaction_options", 5),
        Screen::Ease => scale(1, 7, "ease_low", "ease_high"),
        Screen::Lens => {
            let mut choices = scale(1, 5, "lens_low", "lens_high");
            choices.push(Choice::label(0, texts.get("lens_none")));
            choices
        }
        Screen::Recommend => scale(0, 10, "recommend_low", "recommend_high"),
        Screen::Forgive => labels("forgive_options", 3),
        Screen::Moment if state.answers.branch() == Branch::D => labels("incident_options", 10),
        Screen::Moment => {
            let chips = CHIP_MOMENTS.iter().zip(0..);
            chips.map(|(&moment, index)| Choice::label(moment, texts.at("chip_options", index))).collect()
        }
        Screen::Word | Screen::End => Vec::new(),
    }
}
