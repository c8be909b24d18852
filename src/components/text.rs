//! Text views: texts that change while their screen stays, and texts of several sentences.

use yew::prelude::*;

/// A text in an element of its own, which is made anew when the text changes: a translator puts its own nodes in the
/// place of ours, and a node that is not on the page any more would be written in vain.
pub fn live(text: AttrValue) -> Html {
    html! { <span key={String::from(text.as_str())}>{ text }</span> }
}

/// The same for those who hear the survey rather than see it. A class that is not always the same would cost 1.5 kB.
pub fn unseen(text: AttrValue) -> Html {
    html! { <span key={String::from(text.as_str())} class="unseen">{ text }</span> }
}

/// The first sentence, and what follows it on a line of its own.
pub fn sentences(text: &str) -> Html {
    let (first, rest) = trente_survey::face::sentences(text);
    html! {
        <span key={text}>
            <span class="first">{ first.to_owned() }</span>
            if !rest.is_empty() {
                <span class="rest">{ rest.to_owned() }</span>
            }
        </span>
    }
}
