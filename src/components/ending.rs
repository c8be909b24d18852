//! Last screen: tells whether the response was sent, and nothing else. No link, no offer (lesson 0i).

use trente_survey::Branch;
use yew::prelude::*;

use super::text::sentences;
use crate::config::Config;
use crate::state::{Delivery, State};

/// Thanks.
pub fn view(config: &Config, state: &State, late: bool) -> Html {
    html! { <p class="end" part="question">{ sentences(&sentence(config, state, late)) }</p> }
}

/// What is true of the response now: “sent” is said only of what the collector has on disk. Nothing until its word is
/// there or late, because a sentence that is true for a moment alone would be an alarm.
pub fn sentence(config: &Config, state: &State, late: bool) -> AttrValue {
    config.texts.get(match state.delivery {
        Delivery::Delivered(_) if state.branch() == Branch::Incident => "end_incident",
        Delivery::Delivered(_) => "end",
        Delivery::Sending | Delivery::Waiting if !late => return AttrValue::default(),
        Delivery::Sending | Delivery::Waiting => "end_waiting",
        Delivery::Refused => "end_refused",
    })
}
