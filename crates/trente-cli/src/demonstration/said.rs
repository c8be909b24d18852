//! Invented verbatims of the demonstration data, in French and English.

use trente_survey::Branch;

type Both = (&'static str, &'static str);

const SLOW: &[Both] = &[
    ("Neuf jours pour un colis annoncé en deux.", "Nine days for a parcel that was promised in two."),
    ("Le suivi n’a pas bougé pendant une semaine.", "Tracking did not move for a week."),
    ("Arrivé après l’anniversaire.", "It came after the birthday."),
    ("Personne ne savait me dire quand.", "No one could tell me when."),
];
const CARELESS: &[Both] = &[
    ("Mauvaise couleur, pour la deuxième fois.", "Wrong colour, for the second time."),
    (
        "L’étiquette de retour était celle d’un autre client, avec son adresse.",
        "The return label was another customer’s, with their address on it.",
    ),
    ("Le carton était ouvert, et il manquait une tasse.", "The box was open, and a cup was missing."),
];
const PROMISE: &[Both] = &[
    ("Le site disait en stock.", "The site said it was in stock."),
    ("La remise annoncée n’y était pas.", "The price on the page was not the price in the basket."),
];
const STAFF: &[Both] = &[
    ("On m’a tutoyé puis raccroché au nez.", "They hung up on me."),
    ("J’ai attendu vingt minutes devant un comptoir vide.", "I waited twenty minutes at an empty counter."),
    ("Le conseil était faux, et j’ai tout rapporté.", "The advice was wrong, and I brought everything back."),
    ("Sans ticket, pas d’échange\u{a0}: c’est la règle.", "No receipt, no exchange: that is the rule, they said."),
];
const THANKS: &[Both] = &[
    (
        "Merci à Karim, qui a trouvé ma taille en réserve alors que le site l’annonçait épuisée.",
        "Thanks to Karim, who found my size in the back when the site said it was gone.",
    ),
    ("Une vendeuse qui prend le temps, ça change.", "Someone who took the time. That is rare."),
    ("Emballé avec soin, sans plastique.", "Wrapped with care, and without plastic."),
    ("Une erreur de ma part, corrigée en cinq minutes au téléphone.", "My own mistake, put right in five minutes."),
    ("Le livreur a monté les trois étages.", "The courier carried it up three floors."),
];
const IDEAS: &[Both] = &[
    ("Des photos portées aideraient à choisir.", "Photos on people would help to choose."),
    ("Un créneau de livraison le soir, ce serait bien.", "A delivery slot in the evening would be good."),
    ("Tout va bien, mais le mot de passe à chaque fois…", "All good, but a password every time…"),
];

/// The words of a customer of this branch who named this moment.
pub fn verbatim(branch: Branch, moment: u8, french: bool, chosen: u64) -> &'static str {
    let said = match (branch, moment) {
        (Branch::Incident, 7) => SLOW,
        (Branch::Incident, 8) => CARELESS,
        (Branch::Incident, 1) => PROMISE,
        (Branch::Incident, 2..=9) => STAFF,
        (Branch::Incident, _) => CARELESS,
        (Branch::Promoter, _) => THANKS,
        (Branch::Neutral, _) => IDEAS,
    };
    let (in_french, in_english) =
        usize::try_from(chosen).ok().and_then(|chosen| said.get(chosen % said.len())).copied().unwrap_or_default();
    if french { in_french } else { in_english }
}
