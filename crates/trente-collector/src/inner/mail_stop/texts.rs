//! Texts of the unsubscribe page, in English and in French.

use axum::http::HeaderMap;
use trente_survey::locale::Language;

use crate::web::language;

/// All texts in one language. `{account}` stands for the name of an account.
pub struct Texts {
    /// BCP 47 tag.
    pub lang: &'static str,
    /// Title and heading.
    pub title: &'static str,
    /// The question.
    pub ask_digest: &'static str,
    /// The question.
    pub ask_alerts: &'static str,
    /// Button.
    pub button: &'static str,
    /// It is done.
    pub ended: &'static str,
    /// The link is none of ours, or of an address that was given up.
    pub unknown: &'static str,
}

const EN: Texts = Texts {
    lang: "en",
    title: "End mails",
    ask_digest: "The account {account} gets the weekly digest by mail.",
    ask_alerts: "The account {account} gets alerts by mail.",
    button: "End these mails",
    ended: "These mails have ended. On the page of the account they can begin again.",
    unknown: "This link ends nothing, or nothing any more.",
};

const FR: Texts = Texts {
    lang: "fr",
    title: "Ne plus recevoir",
    ask_digest: "Le compte {account} reçoit la lettre de la semaine par courriel.",
    ask_alerts: "Le compte {account} reçoit des alertes par courriel.",
    button: "Ne plus recevoir ces courriels",
    ended: "Ces courriels ne viendront plus. La page du compte permet de les reprendre.",
    unknown: "Ce lien n’arrête rien, ou plus rien.",
};

/// Texts of one language: French for French, English for the rest.
pub const fn of(language: Language) -> &'static Texts {
    match language {
        Language::Fr => &FR,
        _ => &EN,
    }
}

/// Texts in the browser's language.
pub fn for_request(headers: &HeaderMap) -> &'static Texts {
    let known = |language: &Language| matches!(language, Language::Fr | Language::En);
    of(language::wanted(None, headers).find(known).unwrap_or(Language::En))
}

#[cfg(test)]
mod tests {
    use trente_survey::lint::{sincerity, typography};

    use super::*;

    #[test]
    fn every_text_keeps_the_typography_of_its_language_and_asks_for_nothing() {
        for (texts, language) in [(&EN, Language::En), (&FR, Language::Fr)] {
            let Texts { title, ask_digest, ask_alerts, button, ended, unknown, .. } = texts;
            for text in [title, ask_digest, ask_alerts, button, ended, unknown] {
                assert_eq!(typography::check(text, language), [], "{text}");
                assert!(sincerity::check(text, language).is_empty(), "{text}");
            }
        }
    }
}
