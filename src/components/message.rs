//! Messages of the widget's application: acts of the customer, and events from elsewhere.

use yew::KeyboardEvent;

use crate::state::Delivery;

/// An act on the first screen that the loader has drawn: loader/first.js.
#[derive(Clone, Copy)]
pub struct Early {
    /// What was done.
    pub act: EarlyAct,
    /// The option that was tapped, or is marked.
    pub value: Option<u8>,
    /// By keyboard or assistive technology rather than by pointer.
    pub by_keyboard: bool,
    /// For how long it has been seen done, in ms.
    pub seen_ms: u32,
}

/// What an early act does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EarlyAct {
    /// An option was tapped, or Enter was pressed on one that was not marked.
    Choose,
    /// Enter on the option that is marked.
    Confirm,
    /// Skip, which is Next while something is marked.
    Forward,
}

/// Acts of the customer, and news from elsewhere.
pub enum Msg {
    /// An option was clicked, by pointer, keyboard or assistive technology.
    Click(u8),
    /// Enter on an option, or Send.
    Confirm,
    /// Skip, which is Next while something is marked.
    Forward,
    /// A tapped option was seen chosen for long enough.
    Settle,
    /// What was done on the first screen before the widget took it over.
    Early(Early),
    /// Back.
    Back,
    /// The text of the field.
    Write(String),
    /// A key went down inside the form.
    Key(KeyboardEvent),
    /// A pointer went down inside the form.
    Press,
    /// A pointer is over the form, or has left it.
    Over(bool),
    /// Something became of the newest revision of the survey of this turn.
    News(u32, Delivery),
    /// The page goes away: the state learns that what was held is sent.
    Leave,
    /// Close, with the reason of `trente:closed`.
    Close(&'static str),
    /// The live text was spoken.
    Hush,
    /// The survey has stood there for a moment, and nothing was done in it.
    Arrive,
    /// The last screen has waited long enough for the collector's word.
    Late,
    /// The end screen has stood long enough, perhaps.
    EndTimer,
}
