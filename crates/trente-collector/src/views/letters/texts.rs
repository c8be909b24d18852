//! Texts of the mails except those of the digest, in English and French.

use trente_survey::locale::Language;

/// All texts in one language. `{…}` stands for a value.
pub struct Texts {
    /// The language.
    pub language: Language,
    /// Subject of the digest: site, first and last day.
    pub digest: &'static str,
    /// After four weeks without an answer.
    pub pause: &'static str,
    /// Subject of a letter about a customer who is lost: site.
    pub lost: &'static str,
    /// Subject of a letter about a customer who waits: site.
    pub waits: &'static str,
    /// The purchase is proven.
    pub proven: &'static str,
    /// It is not.
    pub unproven: &'static str,
    /// Before the customer's words.
    pub said: &'static str,
    /// There are none.
    pub silent: &'static str,
    /// The reader may not see them.
    pub withheld: &'static str,
    /// Before an apology to send.
    pub reply: &'static str,
    /// Before the address of the recovery desk.
    pub desk: &'static str,
    /// Subject of the alerts of a day: site, day.
    pub day: &'static str,
    /// Before the address of the results.
    pub results: &'static str,
    /// Subject of a test mail.
    pub test_mail: &'static str,
    /// What it says.
    pub test_mail_text: &'static str,
    /// Why a letter came: account.
    pub why: &'static str,
    /// Before the address of the page for choosing.
    pub change: &'static str,
    /// Before the link that ends letters.
    pub stop: &'static str,
}

const EN: Texts = Texts {
    language: Language::En,
    digest: "{site}: the week from {from} to {until}",
    pause: "No answer for four weeks: this letter pauses until one comes.",
    lost: "{site}: a customer is lost",
    waits: "{site}: a customer waits to be put right",
    proven: "The purchase is proven.",
    unproven: "Nothing proves this purchase.",
    said: "In the customer’s own words:",
    silent: "The customer left no words.",
    withheld: "The customer’s words are for those who answer them.",
    reply: "What you may write:",
    desk: "All customers to put right:",
    day: "{site}: alerts of {day}",
    results: "The results:",
    test_mail: "Trente: a mail to try",
    test_mail_text: "This is the mail that you asked for. It has arrived.",
    why: "You get this mail because the account {account} asked for it.",
    change: "Choose what you get:",
    stop: "End mails of this kind:",
};

const FR: Texts = Texts {
    language: Language::Fr,
    digest: "{site}\u{a0}: semaine du {from} au {until}",
    pause: "Aucune réponse depuis quatre semaines\u{a0}: cette lettre s’arrête jusqu’à la prochaine.",
    lost: "{site}\u{a0}: un client est perdu",
    waits: "{site}\u{a0}: un client attend réparation",
    proven: "L’achat est prouvé.",
    unproven: "Rien ne prouve cet achat.",
    said: "Dans ses propres mots\u{a0}:",
    silent: "Le client n’a rien écrit.",
    withheld: "Les mots du client sont pour ceux qui lui répondent.",
    reply: "Ce que vous pouvez écrire\u{a0}:",
    desk: "Tous les clients à rattraper\u{a0}:",
    day: "{site}\u{a0}: alertes du {day}",
    results: "Les résultats\u{a0}:",
    test_mail: "Trente\u{a0}: un courriel d’essai",
    test_mail_text: "Voici le courriel que vous avez demandé. Il est arrivé.",
    why: "Vous recevez ce courriel parce que le compte {account} l’a demandé.",
    change: "Choisir ce que vous recevez\u{a0}:",
    stop: "Ne plus recevoir ce type de courriels\u{a0}:",
};

impl Texts {
    /// French for French, English for the rest.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::Fr => &FR,
            _ => &EN,
        }
    }

    /// Every text.
    pub const fn all(&self) -> [&'static str; 18] {
        [
            self.digest,
            self.pause,
            self.lost,
            self.waits,
            self.proven,
            self.unproven,
            self.said,
            self.silent,
            self.withheld,
            self.reply,
            self.desk,
            self.day,
            self.results,
            self.test_mail,
            self.test_mail_text,
            self.why,
            self.change,
            self.stop,
        ]
    }
}

#[cfg(test)]
mod tests {
    use trente_survey::lint::{sincerity, typography};

    use super::*;

    #[test]
    fn every_text_keeps_the_typography_of_its_language_and_asks_for_nothing() {
        for texts in [&EN, &FR] {
            for text in texts.all() {
                assert_eq!(typography::check(text, texts.language), [], "{text}");
                assert!(sincerity::check(text, texts.language).is_empty(), "{text}");
            }
        }
        for (english, french) in EN.all().into_iter().zip(FR.all()) {
            let values = |text: &str| text.matches('{').count();
            assert_eq!(values(english), values(french), "{english}");
        }
    }
}
