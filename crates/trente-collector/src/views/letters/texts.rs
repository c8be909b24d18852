//! Texts of the mails that hold a value, and of those that are no digest, in English and French.

use trente_survey::locale::Language;

/// All texts in one language. `{…}` stands for a value.
pub struct Texts {
    /// The language.
    pub language: Language,
    /// Subject of the digest: site, first and last day.
    pub digest: &'static str,
    /// Customers who were delighted and said nothing more, one and many: `{n}`.
    pub silent_delights: [&'static str; 2],
    /// Several customers whom the same delighted: `{what}`, `{n}`.
    pub same_delight: &'static str,
    /// What the removal of a cause would gain, one point and many: `{points}`.
    pub gain: [&'static str; 2],
    /// Rule A2, above its limits: `{found}`, `{n}`, `{usual}`.
    pub share_high: &'static str,
    /// Below them.
    pub share_low: &'static str,
    /// Rule A3, above its limits: `{found}`, `{usual}`, `{n}`.
    pub score_high: &'static str,
    /// Below them.
    pub score_low: &'static str,
    /// Rule A4: `{cause}`, `{found}`, `{usual}`.
    pub recurs: &'static str,
    /// The same where nothing is usual: `{cause}`, `{found}`.
    pub recurs_new: &'static str,
    /// Rule A5: `{channel}`, `{usual}`, `{found}`, `{n}`.
    pub segment: &'static str,
    /// Rule A6: `{n}`.
    pub doubled: &'static str,
    /// Names of the first channels.
    pub channels: [&'static str; 4],
    /// Name of any other: `{n}`.
    pub channel: &'static str,
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
    silent_delights: ["A customer was delighted, and said no more.", "{n} customers were delighted, and said no more."],
    same_delight: "{what} ({n} customers)",
    gain: [
        "Had this cause let no customer down, the NPS would be one point higher.",
        "Had this cause let no customer down, the NPS would be {points} points higher.",
    ],
    share_high: "{found} of {n} answers were incidents, where {usual} are usual: more than chance alone explains.",
    share_low: "{found} of {n} answers were incidents, where {usual} are usual: fewer than chance alone explains.",
    score_high: "The moving mean of the daily scores rose to {found} of 100, where {usual} is usual; the last day had {n} answers.",
    score_low: "The moving mean of the daily scores fell to {found} of 100, where {usual} is usual; the last day had {n} answers.",
    recurs: "{cause}: unforgivable {found} times in thirty days, where about {usual} would be usual.",
    recurs_new: "{cause}: unforgivable {found} times in thirty days.",
    segment: "{channel}: the NPS went from {usual} to {found} points ({n} answers).",
    doubled: "Incidents have about doubled, compared with the twelve weeks before ({n} answers in all).",
    channels: ["Web, or not said", "Shop", "Phone", "Delivery"],
    channel: "Channel {n}",
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
    silent_delights: [
        "Un client a été enchanté, sans un mot de plus.",
        "{n} clients ont été enchantés, sans un mot de plus.",
    ],
    same_delight: "{what} ({n} clients)",
    gain: [
        "Si cette cause n’avait déçu aucun client, le NPS gagnerait un point.",
        "Si cette cause n’avait déçu aucun client, le NPS gagnerait {points} points.",
    ],
    share_high: "{found} des {n} réponses étaient des incidents, contre {usual} d’ordinaire\u{a0}: plus que le hasard seul n’en explique.",
    share_low: "{found} des {n} réponses étaient des incidents, contre {usual} d’ordinaire\u{a0}: moins que le hasard seul n’en explique.",
    score_high: "La moyenne mobile des notes du jour est montée à {found} sur 100, contre {usual} d’ordinaire\u{202f}; le dernier jour compte {n} réponses.",
    score_low: "La moyenne mobile des notes du jour est descendue à {found} sur 100, contre {usual} d’ordinaire\u{202f}; le dernier jour compte {n} réponses.",
    recurs: "{cause}\u{a0}: impardonnable {found} fois en trente jours, contre {usual} d’ordinaire.",
    recurs_new: "{cause}\u{a0}: impardonnable {found} fois en trente jours.",
    segment: "{channel}\u{a0}: le NPS est passé de {usual} à {found} points ({n} réponses).",
    doubled: "Les incidents ont à peu près doublé par rapport aux douze semaines précédentes ({n} réponses en tout).",
    channels: ["Web, ou non précisé", "Boutique", "Téléphone", "Livraison"],
    channel: "Canal {n}",
    pause: "Aucune réponse depuis quatre semaines\u{a0}: cette lettre s’interrompt jusqu’à la prochaine réponse.",
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

    /// The name of a channel.
    pub fn channel_name(&self, channel: u8) -> String {
        let named = self.channels.get(usize::from(channel)).map(|name| (*name).to_owned());
        named.unwrap_or_else(|| self.channel.replace("{n}", &channel.to_string()))
    }

    /// Every text.
    pub const fn all(&self) -> [&'static str; 36] {
        let ([silent, silent_many], [gain, gains]) = (self.silent_delights, self.gain);
        let [web, shop, phone, delivery] = self.channels;
        [
            self.digest,
            silent,
            silent_many,
            self.same_delight,
            gain,
            gains,
            self.share_high,
            self.share_low,
            self.score_high,
            self.score_low,
            self.recurs,
            self.recurs_new,
            self.segment,
            self.doubled,
            web,
            shop,
            phone,
            delivery,
            self.channel,
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
