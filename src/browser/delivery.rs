//! Delivery of revisions: sends each until the newest is acknowledged, and keeps what is not in the outbox.
//!
//! Each revision is sent at the tap. What is held back for a later screen is sent when the customer leaves, from inside
//! the event that says so: a message to the app may wait for a timer of Yew's scheduler, and a page that goes away has no
//! timers any more. A phone may end a page in the background without such an event, so what is not acknowledged is also
//! put aside while the page is hidden. A revision that a newer one has overtaken is not tried again: every frame is
//! complete.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use trente_survey::frame::set_age;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::Callback;

use super::clock::is_visible;
use super::listener::Listener;
use super::outbox;
use super::transport::{Body, Request};
use crate::config::Config;
use crate::digits::bytes_to_hex;
use crate::reply::Reply;
use crate::state::Delivery;

/// Waits between tries, in ms; after the last one the outbox keeps the frame for the next page view.
const BACK_OFF_MS: [u32; 4] = [500, 2_000, 8_000, 30_000];

/// Sends the revisions of one response, and tells what becomes of the newest.
pub struct Sender {
    outgoing: Rc<Outgoing>,
    leaving: RefCell<Vec<Listener>>,
}

/// What the tries of one response share.
struct Outgoing {
    base: String,
    response: String,
    storage: bool,
    /// Length of the answers section of its frames.
    answers_bytes: usize,
    /// Number of the newest revision: older ones stop trying.
    newest: Cell<u32>,
    /// The newest revision until it is acknowledged, and the contact next to it.
    open: RefCell<Option<Body>>,
    /// The next one, which is sent when the customer leaves.
    pending: RefCell<Option<Body>>,
    /// The next one as it was put aside when the page was hidden.
    aside: RefCell<Option<Body>>,
    news: Callback<Delivery>,
}

impl Sender {
    /// The sender of the response that `config` names.
    pub fn new(config: &Config, news: Callback<Delivery>) -> Self {
        let outgoing = Outgoing {
            base: config.base.clone(),
            response: bytes_to_hex(&config.response.0),
            storage: config.storage,
            answers_bytes: config.plan.layout.bytes(),
            newest: Cell::new(0),
            open: RefCell::new(None),
            pending: RefCell::new(None),
            aside: RefCell::new(None),
            news,
        };
        Self { outgoing: Rc::new(outgoing), leaving: RefCell::new(Vec::new()) }
    }

    /// Sends a revision now.
    pub fn send(&self, body: Body) {
        self.listen();
        self.outgoing.send(body);
    }

    /// Keeps what is to be sent when the customer leaves, in place of what was kept.
    pub fn hold(&self, body: Option<Body>) {
        if body.is_some() {
            self.listen();
        }
        *self.outgoing.pending.borrow_mut() = body;
    }

    /// Listens for the page's going away, from the first frame on.
    fn listen(&self) {
        if self.leaving.borrow().is_empty() {
            let (leaving, hiding) = (self.outgoing.clone(), self.outgoing.clone());
            let page_hide = Listener::on_page_hide(move || leaving.leave());
            let visibility = Listener::on_visibility_change(move || hiding.put_aside());
            self.leaving.borrow_mut().extend(page_hide.into_iter().chain(visibility));
        }
    }

    /// Sends what is kept, unless the page's going away has already done so, and puts aside what is not acknowledged: the
    /// page may go away when no listener is left.
    pub fn leave(&self) {
        self.outgoing.leave();
    }
}

impl Outgoing {
    fn send(self: &Rc<Self>, body: Body) {
        // It went with the page's going away, and the app hears of that a moment later.
        if self.open.borrow().as_ref() == Some(&body) {
            return;
        }
        self.newest.set(self.newest.get() + 1);
        *self.open.borrow_mut() = Some(body.clone());
        let (outgoing, request) = (self.clone(), Request::new(&self.base, &body));
        spawn_local(async move { outgoing.deliver(body, request).await });
    }

    /// The customer goes: closing the tab right after a tap must not lose the answer when the request fails unseen.
    fn leave(self: &Rc<Self>) {
        let pending = self.pending.borrow_mut().take();
        if let Some(body) = pending {
            self.send(body);
        }
        if let (true, Some(body)) = (self.storage, self.open.borrow().as_ref()) {
            self.put(body);
        }
    }

    /// Puts a revision into the outbox, in the place of an earlier one; whether the browser took it.
    fn put(&self, body: &Body) -> bool {
        outbox::put(&self.base, &self.response, body, self.answers_bytes)
    }

    /// The page is hidden, and may end without another event; or it is seen again, and what was held is held once more.
    fn put_aside(&self) {
        if !self.storage {
            return;
        }
        let (open, pending) = (self.open.borrow(), self.pending.borrow());
        if !is_visible() {
            pending.as_ref().or(open.as_ref()).map(|body| self.put(body));
            *self.aside.borrow_mut() = pending.clone();
        } else if let Some(aside) = self.aside.take() {
            match &*open {
                Some(open) => _ = self.put(open),
                None => outbox::remove(&self.response, &aside),
            }
        }
    }

    async fn deliver(&self, body: Body, mut request: Request) {
        let number = self.newest.get();
        let overtaken = || self.newest.get() != number;
        let mut tries = 0;
        loop {
            tries += 1;
            let (reply, after_ms) = request.reply(&self.base, &body).await;
            if overtaken() {
                return;
            }
            match reply {
                Reply::Delivered => return self.close(&body, Delivery::Delivered(tries)),
                Reply::Refused => return self.close(&body, Delivery::Refused),
                Reply::Later => {
                    // While the page is hidden the next one waits there, which says all that this one does.
                    let kept = self.storage && self.put(self.aside.borrow().as_ref().unwrap_or(&body));
                    let Some(wait_ms) = wait_ms(tries, after_ms) else {
                        // The last screen must not promise what will not be done.
                        if !kept {
                            self.close(&body, Delivery::Refused);
                        }
                        return;
                    };
                    self.news.emit(Delivery::Waiting);
                    sleep(wait_ms).await;
                }
            }
            if overtaken() {
                return;
            }
            request = Request::new(&self.base, &body);
        }
    }

    fn close(&self, body: &Body, news: Delivery) {
        *self.open.borrow_mut() = None;
        if self.storage {
            outbox::remove(&self.response, body);
        }
        self.news.emit(news);
    }
}

/// How long to wait after this try; none when it was the last.
fn wait_ms(tries: u32, after_ms: Option<u32>) -> Option<u32> {
    let wait_ms = *BACK_OFF_MS.get(tries as usize - 1)?;
    // Up to half as long again, so that a collector that comes back is not met by all at once.
    let jitter_ms = (js_sys::Math::random() * f64::from(wait_ms) / 2.0) as u32;
    Some(after_ms.unwrap_or(0).max(wait_ms) + jitter_ms)
}

/// Ends after this time, or at once where the page took `setTimeout` away.
async fn sleep(wait_ms: u32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait_ms as i32);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Sends once what earlier page views could not deliver.
pub fn replay(base: &str) {
    for waiting in outbox::for_base(base) {
        let base = base.to_owned();
        spawn_local(async move {
            let mut body = waiting.body.clone();
            // A frame that is damaged is not sent; it leaves with its week.
            if set_age(&mut body.0, waiting.answers_bytes, waiting.age_minutes()).is_err() {
                return;
            }
            if Request::new(&base, &body).reply(&base, &body).await.0 != Reply::Later {
                outbox::remove(&waiting.response, &waiting.body);
            }
        });
    }
}
