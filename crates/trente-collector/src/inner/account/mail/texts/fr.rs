//! French texts of the mail subscription page.

use trente_survey::locale::Language;

use super::Texts;

pub(super) const FR: Texts = Texts {
    lang: "fr",
    language: Language::Fr,
    title: "Courriels",
    account: "Votre compte",
    unconfigured: "Aucun serveur de courriel n’est configuré\u{a0}: rien n’est envoyé. La personne qui tient ce service peut en indiquer un.",
    address: "Adresse",
    address_note: "Là où vont vos courriels.",
    wrong_address: "Aucun courriel ne peut aller à cette adresse. Écrivez-la comme ada@boutique.example.",
    language_label: "Langue des courriels",
    alerts_label: "Alertes",
    alerts_note: "Les clients perdus ou qui attendent réparation, et les chiffres qui quittent leur cours habituel.",
    alerts: ["Aucune", "Un courriel par jour, le matin", "Tout de suite"],
    digest: "Lettre de la semaine",
    digest_note: "Le lundi matin\u{a0}: les mercis, une chose à faire, les chiffres. Elle s’arrête après quatre semaines sans réponse.",
    save: "Enregistrer",
    saved: "Voilà ce que vous recevez désormais.",
    try_title: "Essayer",
    try_now: "M’en envoyer un maintenant",
    choose_first: "Dites d’abord où vont vos courriels, et enregistrez.",
    busy: "Le serveur de courriel est lent, ou un autre essai est en cours. Réessayez dans une minute.",
    sent: "Le serveur de courriel a accepté le courriel.",
    failed: "Le serveur de courriel n’a pas accepté le courriel. Étape atteinte\u{a0}: {step}.",
    said: "Sa propre réponse\u{a0}:",
    steps: [
        "connexion",
        "chiffrement",
        "identification",
        "expéditeur",
        "destinataire",
        "début du courriel",
        "fin du courriel",
    ],
};
