//! Events for the page: the `trente:*` events and their details. Contract: docs/embed.md#events.
//!
//! Not here: where they are dispatched (`browser::page`).

use serde::Serialize;

/// One event, as the page gets its `detail`.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Event<'a> {
    /// The survey is on the page.
    Shown {
        /// Public name of the site.
        site: &'a str,
        /// The survey, in hexadecimal.
        survey: String,
        /// How it stands on the page.
        display: &'a str,
        /// Milliseconds from the loader's start to the mounting.
        load_ms: f64,
    },
    /// A question was answered; stays in the page.
    Answered {
        /// The question's name.
        question: &'a str,
        /// The answer.
        value: Answer,
        /// Visible milliseconds so far.
        elapsed_ms: u32,
    },
    /// The response counts from here on.
    Completed {
        /// The response, in hexadecimal.
        response: String,
        /// 0 to 100; null for a response without a score.
        score: Option<u8>,
        /// The class of the score, in English.
        class: &'static str,
        /// `D`, `N` or `P`.
        branch: &'static str,
        /// Visible milliseconds so far.
        elapsed_ms: u32,
        /// Whether the purchase is proven.
        signed: bool,
    },
    /// The collector has the newest revision on disk.
    Delivered {
        /// The response, in hexadecimal.
        response: String,
        /// How many tries it took.
        attempts: u32,
    },
    /// The survey goes.
    Closed {
        /// `button`, `escape` or `finished`.
        reason: &'static str,
    },
}

/// The value of `trente:answered`.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// The option that was chosen.
    Option(u8),
    /// The options that were ticked.
    Options(Vec<u8>),
    /// The customer's words.
    Words(String),
}

impl Event<'_> {
    /// The event's type.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Shown { .. } => "trente:shown",
            Self::Answered { .. } => "trente:answered",
            Self::Completed { .. } => "trente:completed",
            Self::Delivered { .. } => "trente:delivered",
            Self::Closed { .. } => "trente:closed",
        }
    }
}
