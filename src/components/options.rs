//! Options of one question: native radio buttons, or checkboxes where several may be ticked; all of the same size and
//! colour.

use trente_survey::extra::ExtraKind;
use yew::html::Scope;
use yew::prelude::*;

use super::{App, Msg, act};
use crate::state::State;

/// Small numbers as text; the longest scale ends at 10, the longest list at 15.
pub const DIGITS: [&str; 16] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"];
/// Names of the stars: no word for one, which would read as soliciting them.
const OF_FIVE: [&str; 6] = ["", "1 / 5", "2 / 5", "3 / 5", "4 / 5", "5 / 5"];

/// One option.
pub struct Choice {
    value: u8,
    face: Face,
}

enum Face {
    /// A full label.
    Label(AttrValue),
    /// A point of a scale, with the word at its end, if any.
    Point(AttrValue),
    /// One of five.
    Star,
}

impl Choice {
    /// An option with a full label.
    pub const fn label(value: u8, label: AttrValue) -> Self {
        Self { value, face: Face::Label(label) }
    }

    /// A point of a scale; the first and the last have a label next to their digit.
    pub const fn rating(value: u8, end: AttrValue) -> Self {
        Self { value, face: Face::Point(end) }
    }

    /// One of five.
    pub const fn star(value: u8) -> Self {
        Self { value, face: Face::Star }
    }

    fn view(&self, state: &State, link: &Scope<App>) -> Html {
        let value = self.value;
        let click = act(link, move |_: MouseEvent| Msg::Click(value));
        let several = matches!(state.kind(), Some(ExtraKind::Choices(_)));
        let (input, checked) = match several {
            true => ("checkbox", value > 0 && state.ticked >> (value - 1) & 1 == 1),
            false => ("radio", state.marked == Some(value)),
        };
        let digit = DIGITS.get(usize::from(value)).copied().unwrap_or_default();
        let (face_id, end_id) = (["face-", digit].concat(), ["end-", digit].concat());
        let (kind, face, end) = match &self.face {
            Face::Label(label) => ("label", label.clone(), None),
            Face::Point(end) => ("point", digit.into(), Some(end).filter(|end| !end.is_empty())),
            Face::Star => ("star", "\u{2605}".into(), None),
        };
        // A star has no word of its own. The others have their name from what is seen, which is itself kept from screen
        // readers: they would read it a second time, as a line next to the button that lies over it.
        let star = matches!(self.face, Face::Star);
        let label = star.then(|| OF_FIVE.get(usize::from(value)).copied()).flatten();
        let names = (!star).then(|| end.map_or_else(|| face_id.clone(), |_| [&face_id, " ", &end_id].concat()));
        let filled = state.marked.is_some_and(|marked| value <= marked);
        html! {
            <label class="option" data-kind={kind} data-filled={filled.then_some("")}>
                <span class="cell">
                    <input type={input} name="option" value={digit} {checked} onclick={click} aria-label={label}
                        aria-labelledby={names} />
                    <span id={face_id} class="face" part="option" aria-hidden="true">{ face }</span>
                </span>
                if let Some(end) = end {
                    // The space keeps the digit and the label apart where the name is read from the label.
                    { " " }<span id={end_id} class="text" part="end-label" aria-hidden="true">{ end }</span>
                }
            </label>
        }
    }
}

/// The options in their fixed order.
pub fn view(shape: &'static str, choices: &[Choice], state: &State, link: &Scope<App>) -> Html {
    html! {
        <div class="options" data-shape={shape}>
            { for choices.iter().map(|choice| choice.view(state, link)) }
        </div>
    }
}
