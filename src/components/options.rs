//! The options of one question: native radio buttons, all of the same size and colour.

use yew::html::Scope;
use yew::prelude::*;

use super::app::{App, Msg};

/// Digits of the longest scale.
const DIGITS: [&str; 11] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

/// One option.
pub struct Choice {
    value: u8,
    digit: &'static str,
    label: AttrValue,
}

impl Choice {
    /// An option with a full label.
    pub const fn label(value: u8, label: AttrValue) -> Self {
        Self { value, digit: "", label }
    }

    /// A point of a scale; the first and the last have a label beside their digit.
    pub fn rating(value: u8, label: AttrValue) -> Self {
        Self { value, digit: DIGITS.get(usize::from(value)).copied().unwrap_or_default(), label }
    }

    fn view(&self, marked: Option<u8>, link: &Scope<App>) -> Html {
        let value = self.value;
        let click = link.batch_callback(move |event: MouseEvent| {
            // The second click of a double one is meant for the screen before, which the first one answered.
            let stray = event.detail() > 1;
            if stray {
                event.prevent_default();
            }
            (!stray).then_some(Msg::Click(value))
        });
        let (face, end) = if self.digit.is_empty() {
            (self.label.clone(), None)
        } else {
            (AttrValue::Static(self.digit), (!self.label.is_empty()).then_some(&self.label))
        };
        html! {
            <label class="option" data-kind={if self.digit.is_empty() { "label" } else { "point" }}>
                <span class="cell">
                    <input type="radio" name="option" value={DIGITS.get(usize::from(value)).copied()}
                        checked={marked == Some(value)} onclick={click} />
                    <span class="face" part="option">{ face }</span>
                </span>
                if let Some(end) = end {
                    // The space keeps the digit and the label apart in the option's name.
                    { " " }<span class="text">{ end }</span>
                }
            </label>
        }
    }
}

/// The options in their fixed order.
pub fn view(shape: &'static str, choices: &[Choice], marked: Option<u8>, link: &Scope<App>) -> Html {
    html! {
        <div class="options" data-shape={shape}>
            { for choices.iter().map(|choice| choice.view(marked, link)) }
        </div>
    }
}
