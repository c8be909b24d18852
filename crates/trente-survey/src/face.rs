//! Presentation of a core question: its layout and options, which widget and first screen share.
//!
//! The widget draws a question from this with Yew, and the collector draws the first one from it as a tree of tags
//! ([`crate::definition::Definition::first`]), so that a page can show it before the widget has come.

use crate::CoreQuestion;

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Options {
    /// One of several labels: the field of the wording that holds them, and how many there are. They count from 1.
    Labels(&'static str, u8),
    /// A point of a scale.
    Scale {
        /// The first point.
        from: u8,
        /// The last point.
        to: u8,
        /// Field of the wording with the words at the first point.
        low: &'static str,
        /// The same for the last one.
        high: &'static str,
        /// Field of the wording with the label of answer 0, which is no point of the scale.
        none: Option<&'static str>,
    },
}

/// How a question is laid out (styles/widget.css), and its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Face {
    /// Value of `data-shape`.
    pub shape: &'static str,
    /// The options.
    pub options: Options,
}

impl Face {
    /// The face of a core question.
    pub const fn of(question: CoreQuestion) -> Self {
        match question {
            CoreQuestion::Satisfaction => Self { shape: "list", options: Options::Labels("satisfaction_options", 5) },
            CoreQuestion::Ease => Self {
                shape: "seven",
                options: Options::Scale { from: 1, to: 7, low: "ease_low", high: "ease_high", none: None },
            },
            CoreQuestion::Lens => Self {
                shape: "five",
                options: Options::Scale { from: 1, to: 5, low: "lens_low", high: "lens_high", none: Some("lens_none") },
            },
            CoreQuestion::Recommend => Self {
                shape: "eleven",
                options: Options::Scale { from: 0, to: 10, low: "recommend_low", high: "recommend_high", none: None },
            },
        }
    }
}

/// The first sentence of a text with its full stop, and the rest, which stands on a line of its own.
pub fn sentences(text: &str) -> (&str, &str) {
    let end = text
        .find(['.', '。'])
        .map(|at| at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8));
    end.and_then(|end| text.split_at_checked(end)).unwrap_or((text, ""))
}
