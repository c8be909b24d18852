//! Display settings: where, when and to whom a survey is shown. **Source**: docs/survey.md,
//! docs/default-survey.md#sampling.

use alloc::string::String;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Days without another ask, after an answer or a closing (lesson 1i).
const REST_DAYS: u16 = 90;

/// How the survey stands on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// In a corner, over the page.
    #[default]
    Card,
    /// Across the page, over it.
    Banner,
    /// In the middle, with the page behind it out of reach.
    Modal,
    /// In the page.
    Inline,
    /// Not before the page asks for it.
    None,
}

/// Where a card or a banner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// Card: the corner where lines begin.
    Start,
    /// Card: the corner where lines end.
    End,
    /// Banner: above.
    Top,
    /// Banner: below.
    Bottom,
}

/// Display rules. An attribute of the tag wins over each of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Display {
    /// How it stands on the page.
    pub mode: Mode,
    /// Where; `end` for a card and `bottom` for a banner, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// `inline` only: CSS selector of the element that it is drawn in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Seconds from the loading of the script to the first screen, 0 to 600.
    #[schemars(range(min = 0, max = 600))]
    pub delay_s: u16,
    /// Share of the orders that are asked, 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub share: f64,
    /// Days without another ask on the same browser, 0 to 366.
    #[schemars(range(min = 0, max = 366))]
    pub rest_days: u16,
}

impl Default for Display {
    fn default() -> Self {
        Self { mode: Mode::Card, position: None, target: None, delay_s: 0, share: 1.0, rest_days: REST_DAYS }
    }
}
