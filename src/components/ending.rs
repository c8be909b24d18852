//! The last screen: says what became of the response, and nothing else. No link, no offer (lesson 0i).

use yew::prelude::*;

use super::text::live;
use crate::config::Config;
use crate::state::{Delivery, State};

/// Thanks.
pub fn view(config: &Config, state: &State) -> Html {
    html! { <p class="end" part="question">{ live(sentence(config, state)) }</p> }
}

/// What is true of the response now: “sent” is said only of what the collector has on disk.
pub fn sentence(config: &Config, state: &State) -> AttrValue {
    config.texts.get(match state.delivery {
        Delivery::Delivered => "end",
        Delivery::Sending | Delivery::Waiting => "end_waiting",
        Delivery::Refused => "end_refused",
    })
}
