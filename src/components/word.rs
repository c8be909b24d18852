//! A text in the customer's own words: the word of his branch, or a merchant's own question.

use yew::html::Scope;
use yew::prelude::*;

use super::app::{App, Msg};
use super::question::{prompt, send};
use crate::browser::page::field_text;
use crate::config::Config;
use crate::state::State;

/// From this many characters left on, the counter shows.
const NEAR: i32 = 80;

/// The field, its counter and Send.
pub fn view(config: &Config, state: &State, link: &Scope<App>) -> Html {
    let room = state.room();
    let input = link.callback(|event: InputEvent| Msg::Write(field_text(&event)));
    html! {
        <div class="question" key={state.screen.name()}>
            <label class="prompt" part="question" for="word">{ prompt(config, state) }</label>
            <textarea id="word" rows="3" dir="auto" aria-describedby="room" aria-invalid={(room < 0).then_some("true")}
                value={state.draft.clone()} oninput={input} />
            <p id="room" class="room" data-over={(room < 0).then_some("")}>{ counter(config, room) }</p>
            { send(config, link) }
        </div>
    }
}

fn counter(config: &Config, room: i32) -> AttrValue {
    match room {
        ..0 => config.texts.counted("word_over", room.unsigned_abs()),
        0..NEAR => config.texts.counted("word_left", room.unsigned_abs()),
        _ => AttrValue::default(),
    }
}
