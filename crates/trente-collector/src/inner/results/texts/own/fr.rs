//! The block with the merchant's own questions in French.

use trente_survey::locale::Language;

use super::Own;

pub(super) const OWN: Own = Own {
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
