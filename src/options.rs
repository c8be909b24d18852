//! The options of one mounting, as the glue hands them over: what the tag says, and what the loader has decided.

use serde::Deserialize;

use crate::browser::object::Value;

/// Every option, empty where it was not said.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Public name of the site.
    pub site: String,
    /// Origin and path of the collector, without a final slash.
    pub base: String,
    /// How the survey stands on the page: `card`, `banner`, `modal` or `inline`; `none` draws nothing.
    pub display: String,
    /// `light`, `dark` or `system`.
    pub theme: String,
    /// Which edge or corner it lies at; none for the usual one.
    pub position: Option<String>,
    /// The order reference.
    pub order: String,
    /// What `trente sign` printed.
    pub signature: String,
    /// `none` keeps nothing in the browser.
    pub storage: String,
    /// Channel of the frame, 0 to 255; 0 is the web.
    pub channel: f64,
    /// Whether the merchant walks through their own survey.
    pub preview: bool,
    /// Milliseconds from the loader's start to this call.
    pub load_ms: f64,
}

impl Options {
    /// Reads the loader's object; none when it is not one, or a field has another type.
    pub fn read(options: &Value) -> Option<Self> {
        serde_wasm_bindgen::from_value(options.clone()).ok()
    }
}
