//! The host element on the merchant's page: shadow root, styles, events, focus, removal.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, CustomEvent, CustomEventInit, Element, EventTarget, HtmlElement, Node};
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
    ///
    /// That element, not the host, lies over the page: the page's styles reach the host, but nothing inside.
    pub fn prepare(&self, config: &Config, css: &str) -> Option<Element> {
        for (name, value) in [
            ("lang", &config.lang),
            ("dir", &config.dir),
            ("data-display", &config.display),
            ("data-theme", &config.theme),
        ] {
            self.0.set_attribute(name, value).ok()?;
        }
        let root = match self.root() {
            // An element of the page's own that has held a survey before.
            Some(root) => root,
            // A page that pretends shadow roots gives something else: nothing would keep its styles out.
            None => {
                JsValue::from(self.0.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()?).dyn_into().ok()?
            }
        };
        // A constructed sheet needs no `style-src` of the page, unlike a `<style>` element.
        let sheet = CssStyleSheet::new().ok()?;
        sheet.replace_sync(css).ok()?;
        Reflect::set(&root, &"adoptedStyleSheets".into(), &Array::of1(&sheet)).ok()?;
        let modal = config.display == "modal";
        let place = self.0.owner_document()?.create_element(if modal { "dialog" } else { "div" }).ok()?;
        place.set_attribute("class", "place").ok()?;
        place.set_attribute("lang", &config.lang).ok()?;
        place.set_attribute("dir", &config.dir).ok()?;
        if modal {
            place.set_attribute("aria-label", &config.texts.get("title")).ok()?;
        } else if config.display != "inline" {
            place.set_attribute("popover", "manual").ok()?;
        }
        root.append_child(&place).ok()?;
        Some(place)
    }

    /// Sends `trente:{name}`, which bubbles to the document.
    pub fn emit(&self, name: &str, detail: &[(&str, Value)]) {
        emit(&self.0, name, detail);
    }

    /// The same, but on `asker` once the host is off the page, and on the document once that is gone too.
    pub fn emit_late(&self, asker: &Value, name: &str, detail: &[(&str, Value)]) {
        let connected = |node: &&Node| node.is_connected();
        let asker = asker.dyn_ref::<Node>();
        match Some(self.0.as_ref()).filter(connected).or(asker.filter(connected)) {
            Some(node) => emit(node, name, detail),
            None => {
                if let Some(document) = self.0.owner_document() {
                    emit(&document, name, detail);
                }
            }
        }
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

fn emit(target: &EventTarget, name: &str, detail: &[(&str, Value)]) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    // Out of a web component of the page's own, if the survey stands in one.
    init.set_composed(true);
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
