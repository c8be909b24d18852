//! Texts of the block with the answers to the merchant's own questions, on the overview.

use trente_survey::locale::Language;

use super::{EachText, Texts};

texts! {
    /// What the block says, in one language.
    Own:
    /// Its heading.
    title,
    /// `{n}`: how many have answered a question.
    answered[2],
    /// Heads: answer, share, number.
    heads[3],
    /// `{mean}`: of stars and scales.
    mean,
    /// `{n}`, `{word}`: a point at one end of a scale.
    end,
    /// Of which several may be ticked.
    several,
    /// A question that takes text.
    text,
    /// Under the heading, where the page is narrowed by what these counts do not know.
    whole,
}

pub(super) const EN: Own = Own {
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

pub(super) const FR: Own = Own {
    language: Language::Fr,
    title: "Vos propres questions",
    answered: ["{n} réponse", "{n} réponses"],
    heads: ["Réponse", "Part", "n"],
    mean: "Moyenne\u{a0}: {mean}",
    end: "{n} – {word}",
    several: "Plusieurs choix sont possibles\u{a0}: la somme des parts peut dépasser 100\u{a0}%.",
    text: "Les mots des clients\u{a0}: dans les fichiers de toutes les réponses.",
    whole: "Toutes les réponses de ces jours\u{a0}: le canal, la langue, la classe et la cause ne changent rien à ces comptes.",
};

impl Texts {
    /// Texts of the block with the merchant's own questions.
    pub fn own(&self) -> &'static Own {
        if self.language == Language::Fr { &FR } else { &EN }
    }
}

#[cfg(test)]
pub(super) const BOTH: [&Own; 2] = [&EN, &FR];
