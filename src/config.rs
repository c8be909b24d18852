//! What the loader hands over, read once and checked.

use trente_survey::response_id::{ResponseId, Signature, SurveyId};

use crate::browser::object::{self, Texts, Value};
use crate::browser::random;
use crate::digits::parse_hex;

/// One mounting.
pub struct Config {
    /// Public name of the site.
    pub site: String,
    /// Origin and path of the collector, without a final slash.
    pub base: String,
    /// How the survey stands on the page: `card` or `inline`.
    pub display: String,
    /// `light`, `dark` or `system`.
    pub theme: String,
    /// Channel of the frame; none is the web.
    pub channel: Option<u8>,
    /// Whether the outbox may keep what is not acknowledged.
    pub storage: bool,
    /// Milliseconds from the loader's start to this call.
    pub load_ms: f64,
    /// The element that failures are reported on.
    pub script: Value,
    /// The survey that is asked.
    pub survey: SurveyId,
    /// The response that this customer gives.
    pub response: ResponseId,
    /// The proof of the purchase.
    pub signature: Option<Signature>,
    /// Number of the language on the wire.
    pub locale: u8,
    /// Language tag, for `lang`.
    pub lang: String,
    /// Writing direction, for `dir`.
    pub dir: String,
    /// Every string, looked up when it is drawn.
    pub texts: Texts,
}

impl Config {
    /// Reads the survey and the loader's options; none when the survey is not one that we can ask.
    pub fn read(sheet: &Value, options: &Value) -> Option<Self> {
        let survey = SurveyId(parse_hex(&object::string(sheet, "survey")?)?);
        let signature = object::string(options, "signature").and_then(|text| parse_signature(&text));
        let order = object::string(options, "order").filter(|order| !order.is_empty());
        let response = match (signature, order) {
            (Some(signature), _) => signature.response,
            (None, Some(order)) => ResponseId::from_order(survey, &order),
            (None, None) => ResponseId(random::bytes()?),
        };
        Some(Self {
            site: object::string(options, "site")?,
            base: object::string(options, "base")?,
            display: object::string(options, "display")?,
            theme: object::string(options, "theme")?,
            channel: object::number(options, "channel").map(|channel| channel as u8).filter(|&channel| channel != 0),
            storage: object::string(options, "storage").as_deref() != Some("none"),
            load_ms: object::number(options, "load_ms").unwrap_or(0.0),
            script: object::get(options, "script"),
            survey,
            response,
            signature,
            locale: object::number(sheet, "locale")? as u8 & 31,
            lang: object::string(sheet, "lang")?,
            dir: object::string(sheet, "dir")?,
            texts: Texts::read(object::get(sheet, "text"))?,
        })
    }
}

fn parse_signature(text: &str) -> Option<Signature> {
    Signature::from_bytes(&object::from_base64url(text)?)
}
