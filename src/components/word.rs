//! A text in the customer's own words: the word of their branch, or a merchant's own question.

use yew::html::Scope;
use yew::prelude::*;

use super::app::{App, Msg};
use super::question::{prompt, send};
use super::text::live;
use crate::browser::page::field_text;
use crate::config::Config;
use crate::state::State;

/// From this many characters left on, the counter shows.
const NEAR: i32 = 80;

/// The field, its counter and Send. Only the first text of the field is ours: writing into a field that is written in
/// moves the caret, and doubles the letters of an input method.
pub fn view(config: &Config, state: &State, link: &Scope<App>) -> Html {
    let room = state.room();
    let input = link.callback(|event: InputEvent| Msg::Write(field_text(&event)));
    html! {
        <div class="question" key={state.screen.name()}>
            <label class="prompt" part="question" for="word">{ prompt(config, state) }</label>
            <textarea id="word" rows="3" dir="auto" aria-describedby="room" aria-invalid={(room < 0).then_some("true")}
                defaultvalue={state.draft.clone()} oninput={input} />
            <div class="row">
                <p id="room" class="room" data-over={(room < 0).then_some("")}>{ live(counter(config, room)) }</p>
                { send(config, link) }
            </div>
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
