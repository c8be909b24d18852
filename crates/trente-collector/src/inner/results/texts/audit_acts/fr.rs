//! French names of the audit log's acts.

use super::Details;

/// Each act as the log has it, and in French.
pub(super) const DEEDS: [(&str, &str); 56] = [
    ("account added", "compte ajouté"),
    ("first account added", "premier compte créé"),
    ("rights changed", "droits changés"),
    ("account removed", "compte supprimé"),
    ("password changed", "mot de passe changé"),
    ("mails chosen", "courriels choisis"),
    ("mails ended", "courriels arrêtés"),
    ("signed in", "connexion"),
    ("password right, code asked for", "mot de passe juste, code demandé"),
    ("password right, second factor asked for", "mot de passe juste, second facteur demandé"),
    ("second factor begun", "second facteur commencé"),
    ("second factor set up", "second facteur mis en place"),
    ("recovery codes renewed", "codes de secours renouvelés"),
    ("second factor removed", "second facteur retiré"),
    ("session ended", "session terminée"),
    ("other sessions ended", "autres sessions terminées"),
    ("token added", "jeton ajouté"),
    ("token revoked", "jeton révoqué"),
    ("site added", "site ajouté"),
    ("origins changed", "adresses changées"),
    ("key rotated", "clé remplacée"),
    ("former key retired", "ancienne clé retirée"),
    ("retention changed", "durée de conservation changée"),
    ("retention of the desk changed", "durée des clients à rattraper changée"),
    ("retention of contacts changed", "durée des contacts changée"),
    ("customer to put right seen", "client à rattraper, vu"),
    ("customer to put right answered", "client à rattraper, réponse donnée"),
    ("customer to put right reopened", "client à rattraper, rouvert"),
    ("note on a customer written", "note sur un client écrite"),
    ("annotation written", "événement noté"),
    ("annotation removed", "événement retiré"),
    ("orders asked said", "commandes interrogées dites"),
    ("orders asked forgotten", "commandes interrogées retirées"),
    ("time zone changed", "fuseau horaire changé"),
    ("site closed", "site fermé"),
    ("site reopened", "site rouvert"),
    ("marked as a demonstration", "marqué comme démonstration"),
    ("survey published", "questionnaire publié"),
    ("webhook added", "webhook ajouté"),
    ("webhook removed", "webhook retiré"),
    ("webhook ended by its receiver", "webhook arrêté par son destinataire"),
    ("webhook sent again", "messages du webhook renvoyés"),
    ("responses erased", "réponses effacées"),
    ("erasures repeated", "effacements répétés"),
    ("responses exported", "réponses exportées"),
    ("words read", "mots lus"),
    ("words mailed", "mots envoyés par courriel"),
    ("responses looked up", "réponses consultées"),
    ("orders signed", "commandes signées"),
    ("sign-in failed", "connexion échouée"),
    ("sign-in refused, too many failures", "connexion refusée, trop d’échecs"),
    ("second factor failed", "second facteur échoué"),
    ("set-up refused, wrong code", "mise en route refusée, mauvais code"),
    ("token refused, not known", "jeton refusé, inconnu"),
    ("token refused, expired", "jeton refusé, expiré"),
    ("refused, no right to it", "refusé, sans le droit"),
];

/// Who acts.
pub(super) const ACTORS: [(&str, &str); 3] =
    [("account", "compte"), ("token", "jeton"), ("shell", "ligne de commande")];

/// What an account may do.
pub(super) const ROLES: [(&str, &str); 3] = [("owner", "propriétaire"), ("team", "équipe"), ("desk", "comptoir")];

/// To what an act is done, as far as the log has words for it.
pub(super) const SUBJECTS: [Details; 11] = [
    Details {
        acts: &["account added", "rights changed"],
        named: true,
        role: true,
        phrases: &[("every site", "tous les sites")],
    },
    Details { acts: &["token added"], named: true, role: false, phrases: &[("every site", "tous les sites")] },
    Details {
        acts: &["signed in"],
        named: true,
        role: false,
        phrases: &[("with a recovery code", "avec un code de secours")],
    },
    Details {
        acts: &["mails chosen", "mails ended"],
        named: true,
        role: false,
        phrases: &[
            ("alerts off", "sans alertes"),
            ("alerts daily", "alertes une fois par jour"),
            ("alerts at-once", "alertes tout de suite"),
            ("alerts", "alertes"),
            ("no digest", "sans lettre de la semaine"),
            ("digest", "lettre de la semaine"),
        ],
    },
    Details { acts: &["words mailed"], named: true, role: false, phrases: &[("to", "à")] },
    Details { acts: &["origins changed"], named: true, role: false, phrases: &[("and any other", "et toute autre")] },
    Details {
        acts: &["retention changed", "retention of the desk changed", "retention of contacts changed"],
        named: true,
        role: false,
        phrases: &[("for ever", "pour toujours"), ("days", "jours")],
    },
    Details {
        acts: &["orders asked said"],
        named: true,
        role: false,
        phrases: &[("from", "à partir du"), ("on,", "pendant"), ("days", "jours")],
    },
    Details { acts: &["orders asked forgotten"], named: true, role: false, phrases: &[("to", "au")] },
    Details { acts: &["erasures repeated"], named: false, role: false, phrases: &[("responses", "réponses")] },
    Details {
        acts: &[
            "sign-in failed",
            "sign-in refused, too many failures",
            "second factor failed",
            "set-up refused, wrong code",
            "token refused, not known",
            "token refused, expired",
            "refused, no right to it",
        ],
        named: false,
        role: false,
        phrases: &[
            ("a name without an account", "un nom sans compte"),
            ("the first account", "le premier compte"),
            ("an unknown token", "un jeton inconnu"),
            ("account", "compte"),
            ("token", "jeton"),
            ("times more", "fois de plus"),
        ],
    },
];
