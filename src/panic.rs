//! A panic is silent: what it means to the page is the business of loader/glue/guard.js, which catches the trap, takes
//! every survey off the page, sends `trente:failed` and refuses further calls.
//!
//! Not from here: WebAssembly aborts at a panic without running `Drop`, a stack overflow comes without a panic, and
//! only JavaScript sees both.

use std::sync::Once;

static INSTALL: Once = Once::new();

/// Takes the place of Yew's own hook, which writes to the console.
pub fn install() {
    INSTALL.call_once(|| {
        yew::set_custom_panic_hook(Box::new(|_| {}));
    });
}
