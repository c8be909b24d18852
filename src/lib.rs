//! The Trente widget: a survey of thirty seconds in an open shadow root on a merchant's page.
//!
//! The loader fetches this module and calls [`mount`]; nothing else is exported to JavaScript but [`act`] and
//! [`unmount`].
//!
//! - `config`: what the loader hands over; `event`: what the page hears; `state`: every rule of the dialogue, pure and tested natively;
//! - `components`: one view per file, which only draw the state and emit messages;
//! - `browser`: the only place that names the browser's interfaces;
//!
//! A panic is silent, because an empty hook takes the place of Yew's (stubs/console_error_panic_hook). WebAssembly aborts
//! without running `Drop`, and a stack overflow comes without a panic, so what the death of the widget means to the page
//! is the business of loader/glue/guard.js: it catches the trap, takes every survey off the page, sends `trente:failed`
//! and refuses further calls.
//!
//! Not here: whether this customer is asked (the loader), what the answers mean (`trente-survey`).

mod browser;
mod components;
mod config;
mod digits;
mod event;
mod plan;
mod reply;
mod resume;
mod revision;
pub mod state;

use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::Rc;

#[cfg(target_arch = "wasm32")]
use talc::wasm::WasmDynamicTalc;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::AppHandle;

use crate::browser::listener::Listener;
use crate::browser::page::{self, Host};
use crate::browser::{delivery, object, session};
use crate::components::{App, Early, EarlyAct, Msg, Props};
use crate::config::{Config, Options};

/// One widget on the page.
struct Mounted {
    host: Host,
    /// Takes the host off the page: the loader's, because it put it there.
    leave: JsValue,
    root: Root,
}

/// What Yew draws in: started once, used for one survey after the other.
struct Root {
    element: Element,
    app: AppHandle<App>,
    turn: u32,
    /// Whether it has heard the latest pulse, which `_pulse` listens for.
    heard: Rc<Cell<bool>>,
    _pulse: Listener,
}

impl Root {
    /// One that is not in use and still hears, else a new one.
    fn take() -> Option<Self> {
        let kept = IDLE.with_borrow_mut(Vec::pop);
        kept.filter(Self::is_listening).or_else(Self::new)
    }

    fn new() -> Option<Self> {
        let element = page::create_root()?;
        let heard = Rc::new(Cell::new(false));
        let pulse = Listener::new(&element, page::PULSE, {
            let heard = Rc::clone(&heard);
            move || heard.set(true)
        })?;
        let app = yew::Renderer::<App>::with_root(element.clone()).render();
        Some(Self { element, app, turn: 0, heard, _pulse: pulse })
    }

    /// `document.open()` takes the listeners of everything that was in the document, Yew's among them.
    fn is_listening(&self) -> bool {
        self.heard.set(false);
        page::pulse(&self.element);
        self.heard.get()
    }

    fn show(&mut self, mounting: Option<(Rc<Config>, Host)>) {
        self.turn += 1;
        self.app.update(Props { turn: self.turn, mounting });
    }
}

/// Takes the place of std's allocator, which is larger: docs/size.md.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

thread_local! {
    /// Every widget on the page: one page may hold several.
    static MOUNTED: RefCell<Vec<Mounted>> = const { RefCell::new(Vec::new()) };
    /// Roots that wait for the next survey: as many as there ever were surveys at one time.
    static IDLE: RefCell<Vec<Root>> = const { RefCell::new(Vec::new()) };
}

/// Draws the survey inside `host` and starts to listen.
///
/// `sheet` is the parsed answer of `GET /v1/surveys/{site}`, `options` the loader's object (see `config`), `css`
/// the styles of the shadow root. Returns whether the survey is there; if not, the host is as good as empty.
/// With `display: "none"` nothing is drawn: what an earlier page view could not deliver is sent.
#[wasm_bindgen]
pub fn mount(host: JsValue, sheet: JsValue, options: JsValue, css: &str) -> bool {
    let Some(mut options) = Options::read(options) else { return false };
    if options.display == "none" {
        delivery::replay(&options.base);
        return true;
    }
    let Some(host) = Host::new(host) else { return false };
    let leave = mem::take(&mut options.leave);
    let Some(config) = Config::read(&sheet, options, session::response).map(Rc::new) else { return false };
    let Some(mut root) = Root::take() else { return false };
    if host.prepare(&config, css, &root.element).is_none() {
        IDLE.with_borrow_mut(|idle| idle.push(root));
        return false;
    }
    root.show(Some((config, host.clone())));
    MOUNTED.with_borrow_mut(|mounted| mounted.push(Mounted { host, leave, root }));
    true
}

/// Puts the widget in the place of the first screen that the loader has drawn, and does what the customer did there.
///
/// `act` is 0 for an option that was chosen, 1 for Enter on the one that is marked, 2 for Skip; `value` is the option,
/// or 255 for none; `seen_ms` is for how long the act has been seen.
#[wasm_bindgen]
pub fn act(host: JsValue, act: u8, value: u8, by_keyboard: bool, seen_ms: u32) {
    let act = match act {
        0 => EarlyAct::Choose,
        1 => EarlyAct::Confirm,
        _ => EarlyAct::Forward,
    };
    let Some(host) = Host::new(host) else { return };
    let found = MOUNTED.with_borrow(|mounted| {
        let found = mounted.iter().find(|mounted| mounted.host == host)?;
        Some((found.root.element.clone(), yew::html::Scope::clone(&found.root.app)))
    });
    // Outside the borrow: the page may watch its elements.
    if let Some((element, link)) = found {
        host.take_over(&element);
        let value = (value != u8::MAX).then_some(value);
        link.send_message(Msg::Early(Early { act, value, by_keyboard, seen_ms }));
    }
}

/// Takes the survey off the page and drops its listeners. Does nothing for a host that has none.
#[wasm_bindgen]
pub fn unmount(host: JsValue) {
    if let Some(host) = Host::new(host) {
        remove(&host);
    }
}

/// Removes one widget; also how a widget ends by itself.
fn remove(host: &Host) {
    let found = MOUNTED.with_borrow_mut(|mounted| {
        let at = mounted.iter().position(|other| other.host == *host)?;
        Some(mounted.swap_remove(at))
    });
    // Outside the borrow: leaving runs code of the loader's that may mount or unmount.
    if let Some(Mounted { host, leave, mut root }) = found {
        root.show(None);
        if !object::call(&leave) {
            host.remove();
        }
        // Else it would hold on to the page's element.
        root.element.remove();
        IDLE.with_borrow_mut(|idle| idle.push(root));
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
#[path = "../tests/browser/main.rs"]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod browser_tests;
