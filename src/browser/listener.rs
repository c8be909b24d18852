//! Event listener that is removed when its owner is dropped.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

/// Listens until it is dropped.
#[must_use = "a listener stops listening when it is dropped"]
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn FnMut()>,
}

impl Listener {
    /// Calls `heard` at each event of this kind; none when the target refuses.
    pub fn new(target: &EventTarget, kind: &'static str, heard: impl FnMut() + 'static) -> Option<Self> {
        let closure = Closure::new(heard);
        target.add_event_listener_with_callback(kind, function(&closure)).ok()?;
        Some(Self { target: target.clone(), kind, closure })
    }
}

impl Listener {
    /// Calls `left` when the page goes away, perhaps for a while only.
    pub fn on_page_hide(left: impl FnMut() + 'static) -> Option<Self> {
        Self::new(&*web_sys::window()?, "pagehide", left)
    }

    /// Calls `changed` when the page is hidden or seen again.
    pub fn on_visibility_change(changed: impl FnMut() + 'static) -> Option<Self> {
        Self::new(&*web_sys::window()?.document()?, "visibilitychange", changed)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.kind, function(&self.closure));
    }
}

fn function(closure: &Closure<dyn FnMut()>) -> &Function {
    closure.as_ref().unchecked_ref()
}
