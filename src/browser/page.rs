//! The host element on the merchant's page: shadow root, styles, events, focus, removal.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, CustomEvent, CustomEventInit, Element, EventTarget, HtmlElement};
use web_sys::{
    HtmlInputElement, HtmlTextAreaElement, InputEvent, KeyboardEvent, ShadowRoot, ShadowRootInit, ShadowRootMode,
};

use yew::TargetCast;

use super::object::{Value, from_fields, plain_text};
use crate::config::Config;

/// The one element of ours in the page's document.
#[derive(Clone, PartialEq)]
pub struct Host(HtmlElement);

impl Host {
    /// The element that the loader made; none for anything else.
    pub fn new(element: JsValue) -> Option<Self> {
        element.dyn_into().ok().map(Self)
    }

    /// Opens the shadow root and gives it the styles; returns the element to draw in.
    pub fn prepare(&self, config: &Config, css: &str) -> Option<Element> {
        self.0.set_lang(&config.lang);
        self.0.set_dir(&config.dir);
        self.0.set_attribute("data-display", &config.display).ok()?;
        self.0.set_attribute("data-theme", &config.theme).ok()?;
        let root = self.0.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()?;
        // A constructed sheet needs no `style-src` of the page, unlike a `<style>` element.
        let sheet = CssStyleSheet::new().ok()?;
        sheet.replace_sync(css).ok()?;
        Reflect::set(&root, &"adoptedStyleSheets".into(), &Array::of1(&sheet)).ok()?;
        let place = self.0.owner_document()?.create_element("div").ok()?;
        root.append_child(&place).ok()?;
        Some(place)
    }

    /// Sends `trente:{name}`, which bubbles to the document.
    pub fn emit(&self, name: &str, detail: &[(&str, Value)]) {
        emit(&self.0, name, detail);
    }

    /// Whether the focus is inside the shadow root.
    pub fn has_focus(&self) -> bool {
        self.root().and_then(|root| root.active_element()).is_some()
    }

    /// Moves the focus to the first element inside that matches; only ever after an act of the customer inside.
    pub fn focus(&self, selectors: &[&str]) {
        let Some(root) = self.root() else { return };
        let found = selectors.iter().find_map(|selector| root.query_selector(selector).ok().flatten());
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    }

    /// Takes the element off the page.
    pub fn remove(&self) {
        self.0.remove();
    }

    fn root(&self) -> Option<ShadowRoot> {
        self.0.shadow_root()
    }
}

/// Sends `trente:{name}` on an element of the page, or nowhere if it is none.
pub fn emit(target: &Value, name: &str, detail: &[(&str, Value)]) {
    let Some(target) = target.dyn_ref::<EventTarget>() else { return };
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_detail(&from_fields(detail));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(&["trente:", name].concat(), &init) {
        let _ = target.dispatch_event(&event);
    }
}

/// Whether a key went down on an option of the group.
pub fn is_on_option(event: &KeyboardEvent) -> bool {
    event.target_dyn_into::<HtmlInputElement>().is_some()
}

/// The text of the field that was written in, as it travels.
pub fn field_text(event: &InputEvent) -> String {
    plain_text(&event.target_dyn_into::<HtmlTextAreaElement>().map(|field| field.value()).unwrap_or_default())
}
