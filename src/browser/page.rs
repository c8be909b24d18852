//! Host element on the merchant's page: shadow root, styles, events, focus, removal.

use js_sys::{Array, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, CustomEvent, CustomEventInit, Element, EventTarget, HtmlElement, Node};
use web_sys::{HtmlInputElement, InputEvent, KeyboardEvent, ShadowRoot, ShadowRootInit, ShadowRootMode};

use yew::TargetCast;

use super::object::{Value, plain_text, string};
use crate::config::Config;
use crate::event::Event;

/// The one element of ours in the page's document.
#[derive(Clone, PartialEq)]
pub struct Host(HtmlElement);

impl Host {
    /// The element that the loader made; none for anything else.
    pub fn new(element: JsValue) -> Option<Self> {
        element.dyn_into().ok().map(Self)
    }

    /// Opens the shadow root, gives it the styles, and puts `drawn` into it, the element that the survey is drawn in.
    ///
    /// Where the loader has drawn the first screen, it has done all that, and `drawn` comes into the page later.
    ///
    /// The element around it, not the host, lies over the page: the page's styles reach the host, but nothing inside.
    pub fn prepare(&self, config: &Config, css: &str, drawn: &Element) -> Option<()> {
        // What a guest in the tree, such as a translator, has left in it.
        drawn.set_text_content(None);
        if config.early {
            return Some(());
        }
        let attributes = [
            ("lang", &config.lang),
            ("dir", &config.dir),
            ("data-display", &config.display),
            ("data-theme", &config.theme),
            ("data-position", &config.position),
        ];
        for (name, value) in attributes {
            if !value.is_empty() {
                self.0.set_attribute(name, value).ok()?;
            }
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
        // What the page's framework takes off the host again, as a morphing one does, the style sheet finds here.
        for (name, value) in attributes {
            place.set_attribute(name, value).ok()?;
        }
        if modal {
            // Not a stop of the Tab key itself.
            place.set_attribute("tabindex", "-1").ok()?;
            place.set_attribute("aria-label", &config.texts.get("title")).ok()?;
        } else if config.display != "inline" {
            place.set_attribute("popover", "manual").ok()?;
        }
        place.append_child(drawn).ok()?;
        let region = self.0.owner_document()?.create_element("p").ok()?;
        for (name, value) in [("class", "unseen"), ("role", "status"), ("aria-live", "polite")] {
            region.set_attribute(name, value).ok()?;
        }
        place.append_child(&region).ok()?;
        root.append_child(&place).ok()?;
        Some(())
    }

    /// Puts `drawn` in the place of what the loader has drawn of the first screen; nothing where it is there already.
    pub fn take_over(&self, drawn: &Element) {
        let early = self.root().and_then(|root| root.query_selector(".drawn").ok()?);
        if let Some(early) = early.filter(|early| early != drawn) {
            let _ = early.replace_with_with_node_1(drawn);
        }
    }

    /// Writes into the live region, which stands next to what is drawn: a screen reader says what changes in a region, not
    /// a region that comes with its text.
    pub fn say(&self, text: &str) {
        if let Some(region) = self.root().and_then(|root| root.query_selector("[role=status]").ok()?) {
            region.set_text_content(Some(text));
        }
    }

    /// Sends an event that bubbles to the document.
    pub fn emit(&self, event: &Event<'_>) {
        emit(&self.0, event);
    }

    /// The same, but on `asker` once the host is off the page, and on the document once that is gone too.
    pub fn emit_late(&self, asker: &Value, event: &Event<'_>) {
        let connected = |node: &&Node| node.is_connected();
        let asker = asker.dyn_ref::<Node>();
        match Some(self.0.as_ref()).filter(connected).or(asker.filter(connected)) {
            Some(node) => emit(node, event),
            None => {
                if let Some(document) = self.0.owner_document() {
                    emit(&document, event);
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

    /// The text of the field as it travels; none on a screen without one. What the page did to the events of the field,
    /// which it may have swallowed, does not matter to it.
    pub fn word(&self) -> Option<String> {
        let field = self.root()?.get_element_by_id("word")?;
        Some(text_of(&field))
    }

    /// Takes the element off the page.
    pub fn remove(&self) {
        self.0.remove();
    }

    fn root(&self) -> Option<ShadowRoot> {
        self.0.shadow_root()
    }
}

/// An element to draw surveys in; it has no box of its own.
pub fn create_root() -> Option<Element> {
    let element = web_sys::window()?.document()?.create_element("div").ok()?;
    element.set_attribute("class", "drawn").ok()?;
    Some(element)
}

/// An event of our own, to see whether an element still has its listeners.
pub const PULSE: &str = "pulse";

/// Sends it to this element alone.
pub fn pulse(element: &Element) {
    if let Ok(event) = CustomEvent::new(PULSE) {
        let _ = element.dispatch_event(&event);
    }
}

fn emit(target: &EventTarget, event: &Event<'_>) {
    // A response without a score says so by null, not by undefined.
    let serializer = Serializer::new().serialize_missing_as_null(true);
    let Ok(detail) = event.serialize(&serializer) else { return };
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    // Out of a web component of the page's own, if the survey stands in one.
    init.set_composed(true);
    init.set_detail(&detail);
    if let Ok(custom) = CustomEvent::new_with_event_init_dict(event.name(), &init) {
        let _ = target.dispatch_event(&custom);
    }
}

/// Whether a key belongs to an input method, which is composing a word. Safari reports the key that ends a composition
/// after it has ended, and tells of it by the code alone.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// The value of the option that a key went down on; none when it went down elsewhere.
pub fn option_under(event: &KeyboardEvent) -> Option<String> {
    // The field for a contact is an input too.
    let option =
        event.target_dyn_into::<HtmlInputElement>().filter(|input| string(input, "id").is_none_or(|id| id != "word"));
    option.map(|input| input.value())
}

/// The text of the field that was written in, as it travels.
pub fn field_text(event: &InputEvent) -> String {
    event.target().map(|field| text_of(&field)).unwrap_or_default()
}

fn text_of(field: &Value) -> String {
    plain_text(&string(field, "value").unwrap_or_default())
}
