//! Free-text field: the verbatim of the customer's branch, a merchant's own question, or where to reply.

use yew::html::Scope;
use yew::prelude::*;

use super::question::{prompt, send};
use super::text::{live, unseen};
use super::{App, Msg};
use crate::browser::object::text_at;
use crate::browser::page::field_text;
use crate::config::Config;
use crate::state::{Screen, State};

/// From this many characters left on, the counter shows. It is spoken only here, at the numbers below, and over the limit:
/// a description that changes is read, and not at each key.
const NEAR: i32 = 80;
const SPOKEN: [i32; 5] = [NEAR, 40, 20, 10, 0];

/// The field, its counter and Send. Only the first text of the field is ours: writing into a field that is written in
/// moves the caret, and doubles the letters of an input method.
pub fn view(config: &Config, state: &State, link: &Scope<App>) -> Html {
    let room = state.room();
    let spoken = if room < 0 || SPOKEN.contains(&room) { counter(config, room) } else { AttrValue::default() };
    let input = link.callback(|event: InputEvent| Msg::Write(field_text(&event)));
    html! {
        <div class="question" key={state.screen.name()}>
            <label class="prompt" part="question" for="word">{ prompt(config, state) }</label>
            if state.screen == Screen::Contact {
                // The browser may fill it in, and keeps it to its length.
                <p id="head" class="head" part="head">{ text_at(Some(&config.contact), "purpose", None) }</p>
                <input id="word" part="field" inputmode="email" autocomplete="email" maxlength="120" dir="auto"
                    aria-describedby="head" oninput={input} />
            } else {
                <textarea id="word" part="field" rows="3" dir="auto" aria-describedby="spoken"
                    aria-invalid={(room < 0).then_some("true")} defaultvalue={state.draft.clone()} oninput={input} />
            }
            <div class="row">
                <p class="room" data-over={(room < 0).then_some("")} aria-hidden="true">{ live(counter(config, room)) }</p>
                <p id="spoken" class="unseen">{ unseen(spoken) }</p>
                { send(config, link) }
            </div>
        </div>
    }
}

fn counter(config: &Config, room: i32) -> AttrValue {
    match room {
        ..0 => config.texts.counted("word_over", room.unsigned_abs(), 0),
        0..=NEAR => config.texts.counted("word_left", room.unsigned_abs(), 0),
        _ => AttrValue::default(),
    }
}
