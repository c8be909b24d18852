//! Texts of the mail subscription page and of the unsubscribe page, in English and in French.

mod fr;

use axum::http::HeaderMap;
use trente_survey::locale::Language;

use self::fr::FR;
use crate::web::language;

/// All texts in one language. `{…}` stands for a value.
pub struct Texts {
    /// BCP 47 tag.
    pub lang: &'static str,
    /// The language.
    pub language: Language,
    /// Title and heading.
    pub title: &'static str,
    /// Link back.
    pub account: &'static str,
    /// There is no mail server.
    pub unconfigured: &'static str,
    /// Label.
    pub address: &'static str,
    /// What it is for.
    pub address_note: &'static str,
    /// The address is none.
    pub wrong_address: &'static str,
    /// Label.
    pub language_label: &'static str,
    /// Legend.
    pub alerts_label: &'static str,
    /// What they are.
    pub alerts_note: &'static str,
    /// Off, daily, at once.
    pub alerts: [&'static str; 3],
    /// Label of the box.
    pub digest: &'static str,
    /// What it is.
    pub digest_note: &'static str,
    /// Button.
    pub save: &'static str,
    /// It is.
    pub saved: &'static str,
    /// Heading.
    pub try_title: &'static str,
    /// Button.
    pub try_now: &'static str,
    /// There is no address yet.
    pub choose_first: &'static str,
    /// Another try is under way, or the server takes too long.
    pub busy: &'static str,
    /// The mail server has taken the mail.
    pub sent: &'static str,
    /// It has not: step.
    pub failed: &'static str,
    /// Before its answer.
    pub said: &'static str,
    /// The steps of the dialogue, in their order.
    pub steps: [&'static str; 7],
}

const EN: Texts = Texts {
    lang: "en",
    language: Language::En,
    title: "Mails",
    account: "Your account",
    unconfigured: "No mail server is configured, so nothing is sent. The person who runs this service can name one.",
    address: "Address",
    address_note: "Where your mails go.",
    wrong_address: "Mail cannot be sent to this address. Write one as in ada@shop.example.",
    language_label: "Language of the mails",
    alerts_label: "Alerts",
    alerts_note: "Customers who are lost or wait to be put right, and figures that leave their usual course.",
    alerts: ["None", "One mail a day, in the morning", "At once"],
    digest: "Weekly digest",
    digest_note: "On Monday morning: thanks, one thing to do, the figures. It pauses after four weeks without an answer.",
    save: "Save",
    saved: "This is what you get from now on.",
    try_title: "Try it",
    try_now: "Send me one now",
    choose_first: "Say first where your mails go, and save it.",
    busy: "The mail server takes long, or another try is under way. Please try again in a minute.",
    sent: "The mail server has taken the mail.",
    failed: "The mail server did not take the mail. It came as far as: {step}.",
    said: "Its own answer:",
    steps: ["connection", "encryption", "sign-in", "sender", "recipient", "beginning of the mail", "end of the mail"],
};

/// Texts for a request: of the language asked for, else of the browser's.
pub fn for_request(asked: Option<&str>, headers: &HeaderMap) -> &'static Texts {
    let known = |language: &Language| matches!(language, Language::Fr | Language::En);
    match language::wanted(asked, headers).find(known) {
        Some(Language::Fr) => &FR,
        _ => &EN,
    }
}

#[cfg(test)]
mod tests {
    use trente_survey::lint::{sincerity, typography};

    use super::*;

    #[test]
    fn every_text_keeps_the_typography_of_its_language_and_asks_for_nothing() {
        for texts in [&EN, &FR] {
            let plain = [
                texts.title,
                texts.account,
                texts.unconfigured,
                texts.address,
                texts.address_note,
                texts.wrong_address,
                texts.language_label,
                texts.alerts_label,
                texts.alerts_note,
                texts.digest,
                texts.digest_note,
                texts.save,
                texts.saved,
                texts.try_title,
                texts.try_now,
                texts.choose_first,
                texts.busy,
                texts.sent,
                texts.failed,
                texts.said,
            ];
            for text in plain.into_iter().chain(texts.alerts).chain(texts.steps) {
                assert_eq!(typography::check(text, texts.language), [], "{text}");
                assert!(sincerity::check(text, texts.language).is_empty(), "{text}");
            }
        }
    }
}
