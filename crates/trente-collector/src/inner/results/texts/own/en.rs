//! The block with the merchant's own questions in English.

use trente_survey::locale::Language;

use super::Own;

pub(super) const OWN: Own = Own {
    language: Language::En,
    title: "Your own questions",
    answered: ["{n} answer", "{n} answers"],
    heads: ["Answer", "Share", "n"],
    mean: "Mean: {mean}",
    end: "{n} – {word}",
    several: "Several may be chosen, so the shares may add up to more than 100%.",
    text: "The customers’ own words: in the files of all answers.",
    whole: "All answers of these days: channel, language, class and cause do not narrow these counts.",
};
