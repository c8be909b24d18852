//! Browser interfaces of the widget: the only module that calls them.
//!
//! Every call that the host page can make fail (denied storage, missing nodes, a replaced `fetch`) ends in an
//! `Option` or a `bool` here: nothing is thrown to the page, nothing panics.

pub mod clock;
pub mod delivery;
pub mod listener;
pub mod object;
pub mod outbox;
pub mod page;
pub mod random;
pub mod session;
pub mod transport;
