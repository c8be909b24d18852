//! Alert messages about one customer: the recipient and the text. **Source**: docs/lessons.md 3c, 3g, 3h.
//!
//! It goes straight to the owner, without a go-between, and the customer's words go with it byte for byte.
//!
//! Not here: sending it.

use trente_survey::cause::Remedy;
use trente_survey::locale::Language;
use trente_survey::wording::{LetterWording, ReplyWording};
use trente_survey::{Cause, Verdict};

use super::{Alert, Rule, response};

/// An alert about one response, addressed.
#[derive(Clone, Debug, PartialEq)]
pub struct Message<'a> {
    /// The owner's address, as it was given.
    pub to: &'a str,
    /// What fired: A1.
    pub alert: Alert,
    /// What happened, in one sentence.
    pub what: String,
    /// The diagnosis, where there is one.
    pub cause: Option<Cause>,
    /// Owner, question and first step of the cause.
    pub remedy: Option<Remedy>,
    /// An apology and the offer of a call, at most thirty words, for a customer who waits; none for one who is lost.
    pub reply: Option<String>,
    /// The customer's own words, byte for byte.
    pub verbatim: Option<&'a str>,
}

impl<'a> Message<'a> {
    /// The letter about one response; none where the response needs no person.
    pub fn about(to: &'a str, verdict: &Verdict, verbatim: Option<&'a str>, language: Language) -> Option<Self> {
        let alert = response(verdict)?;
        let wording = LetterWording::of(language);
        let (what, reply) = match alert.rule {
            Rule::Recover => (wording.waits, Some(ReplyWording::of(language).apology.into_owned())),
            _ => (wording.lost, None),
        };
        let cause = verdict.diagnosis.primary;
        let remedy = cause.map(|cause| cause.remedy(language));
        Some(Self { to, alert, what: what.into_owned(), cause, remedy, reply, verbatim })
    }
}
