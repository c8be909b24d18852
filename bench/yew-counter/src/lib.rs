//! An empty Yew counter: measures what Yew itself costs in the bundle, without a survey.
//!
//! `cargo xtask size` builds it as it builds the widget (profile, wasm-bindgen, wasm-opt, esbuild) and prints both.

use wasm_bindgen::prelude::wasm_bindgen;
use yew::{Html, component, html, use_state};

/// A number and a button that adds one to it.
#[component]
fn Counter() -> Html {
    let count = use_state(|| 0_u32);
    let onclick = {
        let count = count.clone();
        move |_| count.set(*count + 1)
    };
    html! { <button {onclick}>{ *count }</button> }
}

/// Draws the counter inside `element`.
#[wasm_bindgen]
pub fn mount(element: web_sys::Element) {
    yew::Renderer::<Counter>::with_root(element).render();
}
