//! Visible time of a survey: hidden tabs do not count (docs/score.md#elapsed-time).

use std::cell::Cell;
use std::rc::Rc;

use web_sys::VisibilityState;

use super::listener::Listener;

/// Measures visible time from its making.
pub struct Clock {
    state: Rc<Cell<Span>>,
    _visibility: Option<Listener>,
}

#[derive(Clone, Copy)]
struct Span {
    /// Visible milliseconds before the current span.
    before_ms: f64,
    /// Start of the current visible span; none while hidden.
    since_ms: Option<f64>,
}

impl Clock {
    /// A clock that goes on from so many visible milliseconds, if the tab is visible.
    pub fn start(before_ms: u32) -> Self {
        let since_ms = is_visible().then(now_ms);
        let state = Rc::new(Cell::new(Span { before_ms: before_ms.into(), since_ms }));
        let shared = state.clone();
        let listener = Listener::on_visibility_change(move || {
            let before_ms = shared.get().elapsed_ms();
            shared.set(Span { before_ms, since_ms: is_visible().then(now_ms) });
        });
        Self { state, _visibility: listener }
    }

    /// Visible milliseconds so far.
    pub fn elapsed_ms(&self) -> u32 {
        self.state.get().elapsed_ms() as u32
    }
}

impl Span {
    fn elapsed_ms(self) -> f64 {
        self.before_ms + self.since_ms.map_or(0.0, |since_ms| now_ms() - since_ms)
    }
}

/// Whether the page is one that the customer may look at.
pub fn is_visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() != VisibilityState::Hidden)
}

/// Monotonic milliseconds of this page; 0 where the page took `performance` away.
pub fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Milliseconds since 1970, which another page view can compare with.
pub fn wall_ms() -> f64 {
    js_sys::Date::now()
}
