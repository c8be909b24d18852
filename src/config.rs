//! Configuration of one survey: what the loader passes, read once and checked.

use std::rc::Rc;

use serde::Deserialize;
use trente_survey::extra::{ExtraKind, Layout, Lenses};
use trente_survey::limits::EXTRA_MAX;
use trente_survey::response_id::{ResponseId, Signature, SurveyId};
use trente_survey::show_if::Condition;
use trente_survey::{Branch, Cause};

use crate::browser::object::{self, Texts, Value};
use crate::browser::random;
use crate::digits::parse_hex;
use crate::plan::{Core, Extra, Plan};

/// What the loader hands over next to the sheet: `settings` of loader/glue.js, which has made each of its type.
///
/// The bundle has no texts for what is of another type: xtask/src/dist/unused.rs.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Options {
    /// [`Config::site`].
    pub site: String,
    /// [`Config::base`].
    pub base: String,
    /// [`Config::display`]; `none` where nothing is to be drawn.
    pub display: String,
    theme: String,
    position: String,
    /// As it was said on the page: any number.
    channel: f64,
    storage: String,
    preview: bool,
    arrives: bool,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    motions: Value,
    early: bool,
    /// [`Config::elapsed_ms`].
    elapsed: f64,
    load_ms: f64,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    script: Value,
    /// Takes the host off the page: the loader's, because it put it there.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub leave: Value,
    signature: String,
    order: String,
}

impl Options {
    /// Reads the loader's object; none when a field is of another type.
    pub fn read(options: Value) -> Option<Self> {
        serde_wasm_bindgen::from_value(options).ok()
    }
}

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
    /// Which edge or corner it lies at; empty for the usual one.
    pub position: String,
    /// Channel of the frame; none is the web.
    pub channel: Option<u8>,
    /// Whether anything may be kept in the browser: what is not acknowledged, what is not finished.
    pub storage: bool,
    /// Whether the merchant walks through their own survey: marked on each screen, counted nowhere, kept nowhere.
    pub preview: bool,
    /// Whether it comes when the page has been read for a while, so that a screen reader is past its place: then one
    /// sentence says that it is there.
    pub arrives: bool,
    /// The loader's: `turn`, to be called right before a change of screen, moves the card from one height to the other;
    /// `hold_ms` is how long a tapped option is seen chosen, 0 where the customer wants nothing to move.
    pub motions: Value,
    /// Whether the loader has drawn the first screen already, which stays until the customer acts in it.
    pub early: bool,
    /// For how many visible milliseconds it has stood there.
    pub elapsed_ms: u32,
    /// Milliseconds from the loader's start to this call.
    pub load_ms: f64,
    /// The element that failures are reported on.
    pub script: Value,
    /// The survey that is asked.
    pub survey: SurveyId,
    /// The response that this customer gives.
    pub response: ResponseId,
    /// Whether it is derived from an order, and so the same after a reload.
    pub ordered: bool,
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
    /// What is asked.
    pub plan: Rc<Plan>,
    /// The merchant's own questions with their words, in the order of the plan.
    pub extras: Vec<Value>,
    /// The words that ask where to reply, where the plan asks it.
    pub contact: Value,
}

impl Config {
    /// To be called in the task that draws another screen, before it does.
    pub fn turn(&self) {
        object::call(&object::get(&self.motions, "turn"));
    }

    /// How long a tapped option is seen chosen, in ms.
    pub fn hold_ms(&self) -> u32 {
        object::number(&self.motions, "hold_ms").unwrap_or(0.0) as u32
    }

    /// Reads the survey and the loader's options; none when the survey is not one that we can ask. `kept` tells the id of a
    /// response without an order that a reload has interrupted.
    pub fn read(sheet: &Value, options: Options, kept: fn(SurveyId) -> Option<ResponseId>) -> Option<Self> {
        let survey = SurveyId(parse_hex(&object::string(sheet, "survey")?)?);
        let storage = !options.preview && options.storage != "none";
        let signature = parse_signature(&options.signature);
        let order = Some(options.order).filter(|order| !order.is_empty());
        let ordered = signature.is_some() || order.is_some();
        let response = match (signature, order) {
            (Some(signature), _) => signature.response,
            (None, Some(order)) => ResponseId::from_order(survey, &order),
            (None, None) => match storage.then(|| kept(survey)).flatten() {
                Some(response) => response,
                None => ResponseId(random::bytes()?),
            },
        };
        let extras = object::list(sheet, "extra").unwrap_or_default();
        let plan = Rc::new(plan(sheet, &extras)?);
        if options.site.is_empty() {
            return None;
        }
        Some(Self {
            site: options.site,
            base: options.base,
            display: options.display,
            theme: options.theme,
            position: options.position,
            channel: (1.0..256.0).contains(&options.channel).then_some(options.channel as u8),
            storage,
            preview: options.preview,
            arrives: options.arrives,
            motions: options.motions,
            early: options.early,
            elapsed_ms: options.elapsed as u32,
            load_ms: options.load_ms,
            script: options.script,
            survey,
            response,
            ordered,
            signature,
            locale: object::number(sheet, "locale")? as u8 & 31,
            lang: object::string(sheet, "lang")?,
            dir: object::string(sheet, "dir")?,
            texts: Texts::read(object::get(sheet, "text"))?,
            plan,
            extras,
            contact: object::get(sheet, "contact"),
        })
    }
}

/// What the sheet asks; none when it is not something that we can ask.
fn plan(sheet: &Value, extras: &[Value]) -> Option<Plan> {
    let core = object::list(sheet, "core")?.iter().map(core).collect::<Option<Vec<Core>>>()?;
    let extra = extras.iter().map(extra).collect::<Option<Vec<Extra>>>()?;
    if core.is_empty() || extra.len() > EXTRA_MAX {
        return None;
    }
    let follow_up = object::get(sheet, "follow_up");
    let kinds: Vec<ExtraKind> = extra.iter().map(|extra| extra.kind).collect();
    // One family, or a list of them.
    let lens = object::list(sheet, "lens").unwrap_or_else(|| [object::get(sheet, "lens")].into());
    let families = lens.iter().filter_map(Value::as_f64).map(|family| Cause::from_family(family as u8));
    Some(Plan {
        core,
        incident: object::flag(&follow_up, "incident"),
        chips: object::flag(&follow_up, "chips"),
        word: object::flag(&follow_up, "word"),
        // Its words are there or it is not asked: no customer meets an empty label.
        contact: object::string(&object::get(sheet, "contact"), "purpose").is_some(),
        layout: Layout::new(&kinds).ok()?.with_lenses(Lenses::new(families)),
        extra,
    })
}

fn core(name: &Value) -> Option<Core> {
    let name = name.as_string()?;
    Core::ALL.into_iter().find(|core| core.name() == name)
}

/// One question, if it has the words of its kind: no customer meets an empty label.
fn extra(question: &Value) -> Option<Extra> {
    object::string(question, "text")?;
    let options = object::list(question, "options").unwrap_or_default();
    let count = u8::try_from(options.iter().filter(|option| option.is_string()).count()).ok()?;
    let kind = match object::string(question, "kind")?.as_str() {
        "stars" => ExtraKind::Stars,
        "yes_no" => ExtraKind::YesNo,
        "scale" => {
            object::string(question, "low").and(object::string(question, "high"))?;
            ExtraKind::Scale(object::number(question, "points")? as u8)
        }
        "choice" => ExtraKind::Choice(count),
        "choices" => ExtraKind::Choices(count),
        "text" => ExtraKind::Text,
        _ => return None,
    };
    let show_if = object::get(question, "show_if");
    let show_if = if show_if.is_undefined() {
        Condition::Always
    } else if let Some(letters) = object::string(&show_if, "branch") {
        let named = |branch: &Branch| letters.contains(branch.name());
        Condition::Branches([Branch::Incident, Branch::Promoter, Branch::Neutral].into_iter().filter(named).collect())
    } else {
        let earlier = object::number(&show_if, "extra")? as usize;
        Condition::Answer { earlier, answer: object::number(&show_if, "answer")? as u8 }
    };
    Some(Extra { kind, show_if })
}

fn parse_signature(text: &str) -> Option<Signature> {
    Signature::from_bytes(&object::from_base64url(text)?)
}
