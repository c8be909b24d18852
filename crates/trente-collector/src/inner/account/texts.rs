//! Texts of the sign-in and account pages, in English and in French.

use std::time::Duration;

use axum::http::HeaderMap;
use trente_survey::locale::Language;

use crate::web::language;

/// All texts in one language.
pub struct Texts {
    /// BCP 47 tag.
    pub lang: &'static str,
    /// Title and heading of the first page.
    pub sign_in: &'static str,
    /// Label.
    pub name: &'static str,
    /// Label.
    pub password: &'static str,
    /// Button.
    pub enter: &'static str,
    /// Name and password do not fit, whichever is wrong.
    pub wrong: &'static str,
    /// There is no account at all.
    pub no_account: &'static str,
    /// Link to the page that makes the first account.
    pub set_up: &'static str,
    /// Title and heading of the second page.
    pub account: &'static str,
    /// Link to the results.
    pub results: &'static str,
    /// Button.
    pub leave: &'static str,
    /// Heading.
    pub sessions: &'static str,
    /// What they are.
    pub sessions_note: &'static str,
    /// Column.
    pub began: &'static str,
    /// Column.
    pub used: &'static str,
    /// Column of buttons, for those who hear the table.
    pub action: &'static str,
    /// The session of this page.
    pub this: &'static str,
    /// Button.
    pub end: &'static str,
    /// Button.
    pub end_others: &'static str,
    /// Heading and button.
    pub change: &'static str,
    /// Label.
    pub current: &'static str,
    /// Label.
    pub new: &'static str,
    /// What a password is.
    pub rule: &'static str,
    /// The password is another one now.
    pub changed: &'static str,
    /// The current password is wrong.
    pub wrong_current: &'static str,
    /// The new password is too short or too long.
    pub too_short: &'static str,
    /// Too many sign in at this moment.
    pub busy: &'static str,
    /// The new password is one of those that are guessed first.
    pub too_easy: &'static str,
    /// Title and heading of the page that asks for the code.
    pub code_title: &'static str,
    /// Label.
    pub code: &'static str,
    /// What a code is.
    pub code_note: &'static str,
    /// Link to the first step.
    pub code_back: &'static str,
    /// The code is wrong, or was used before.
    pub wrong_code: &'static str,
    /// Title, heading and link.
    pub factor: &'static str,
    /// Link to the page of the mails.
    pub mails: &'static str,
    /// What it is for.
    pub factor_note: &'static str,
    /// Every account needs one.
    pub factor_required: &'static str,
    /// They have one.
    pub factor_on: &'static str,
    /// They have none.
    pub factor_off: &'static str,
    /// Button.
    pub factor_begin: &'static str,
    /// Button.
    pub factor_again: &'static str,
    /// Button.
    pub factor_remove: &'static str,
    /// What to do with the picture.
    pub factor_scan: &'static str,
    /// What the picture is, for those who do not see it.
    pub factor_picture: &'static str,
    /// Before the secret.
    pub factor_type: &'static str,
    /// Link that opens an app.
    pub factor_open: &'static str,
    /// Button.
    pub factor_confirm: &'static str,
    /// After it, above the recovery codes.
    pub factor_done: &'static str,
    /// Heading.
    pub recovery: &'static str,
    /// What they are for.
    pub recovery_note: &'static str,
    /// Button.
    pub recovery_renew: &'static str,
    too_often: [&'static str; 3],
}

const EN: Texts = Texts {
    lang: "en",
    sign_in: "Sign in",
    name: "Name",
    password: "Password",
    enter: "Sign in",
    wrong: "This name and this password do not belong together.",
    no_account: "Nobody may sign in yet.",
    set_up: "Make the first account",
    account: "Your account",
    results: "Results",
    leave: "Sign out",
    sessions: "Sessions",
    sessions_note: "Where you are signed in. A session ends after 30 minutes without use, and after 12 hours in any case.",
    began: "Began",
    used: "Last used",
    action: "End it",
    this: "this one",
    end: "End",
    end_others: "End every other session",
    change: "Change the password",
    current: "Current password",
    new: "New password",
    rule: "12 characters or more; a sentence is fine.",
    changed: "The password is changed, and every other session has ended.",
    wrong_current: "The current password is not right.",
    too_short: "A password has 12 characters or more, and 256 bytes at most.",
    busy: "Many people are signing in at this moment. Please try again in a few seconds.",
    too_easy: "This password is too easy to guess: it is common, or made of names, repetitions or neighbouring keys. Take a sentence of your own.",
    code_title: "Second step",
    code: "Code",
    code_note: "The six digits that your app shows, or one of your recovery codes.",
    code_back: "Begin again",
    wrong_code: "This code is not right, or was used before. Your app shows a new one every 30 seconds.",
    factor: "Second factor",
    mails: "Mails",
    factor_note: "With a second factor, a stolen password alone opens nothing: signing in also asks for a code of an app on your phone.",
    factor_required: "A second factor is required here.",
    factor_on: "Your account has a second factor.",
    factor_off: "Your account has no second factor yet.",
    factor_begin: "Set it up",
    factor_again: "Set it up on another phone",
    factor_remove: "Remove it",
    factor_scan: "Scan this picture with the app, then type the code that it shows.",
    factor_picture: "QR code of the secret below",
    factor_type: "Or type this key into the app:",
    factor_open: "Open in an app on this device",
    factor_confirm: "Confirm",
    factor_done: "From now on signing in asks for a code.",
    recovery: "Recovery codes",
    recovery_note: "Each of these works once, for the day when your phone is not there. They are shown this once: keep them on paper.",
    recovery_renew: "New recovery codes",
    too_often: ["Too many tries. Please wait ", " minute, then try again.", " minutes, then try again."],
};

const FR: Texts = Texts {
    lang: "fr",
    sign_in: "Connexion",
    name: "Nom",
    password: "Mot de passe",
    enter: "Se connecter",
    wrong: "Ce nom et ce mot de passe ne vont pas ensemble.",
    no_account: "Personne ne peut encore se connecter.",
    set_up: "Créer le premier compte",
    account: "Votre compte",
    results: "Résultats",
    leave: "Se déconnecter",
    sessions: "Sessions",
    sessions_note: "Là où ce compte est connecté. Une session prend fin après 30 minutes sans usage, et au bout de 12 heures \
                    dans tous les cas.",
    began: "Début",
    used: "Dernier usage",
    action: "Terminer",
    this: "ici",
    end: "Terminer",
    end_others: "Terminer toutes les autres",
    change: "Changer le mot de passe",
    current: "Mot de passe actuel",
    new: "Nouveau mot de passe",
    rule: "12 caractères ou plus\u{202f}; une phrase est bienvenue.",
    changed: "Le mot de passe est changé, et toutes les autres sessions sont terminées.",
    wrong_current: "Le mot de passe actuel n’est pas le bon.",
    too_short: "Un mot de passe a 12 caractères ou plus, et 256 octets au plus.",
    busy: "Beaucoup de personnes se connectent en ce moment. Réessayez dans quelques secondes.",
    too_easy: "Ce mot de passe est trop facile à deviner\u{a0}: il est courant, ou fait de noms, de répétitions ou de touches voisines. Prenez une phrase à vous.",
    code_title: "Deuxième étape",
    code: "Code",
    code_note: "Les six chiffres de votre application, ou l’un de vos codes de secours.",
    code_back: "Recommencer",
    wrong_code: "Ce code n’est pas le bon, ou a déjà servi. Votre application en montre un nouveau toutes les 30 secondes.",
    factor: "Second facteur",
    mails: "Courriels",
    factor_note: "Avec un second facteur, un mot de passe volé n’ouvre rien à lui seul\u{a0}: la connexion demande aussi un code d’une application de votre téléphone.",
    factor_required: "Un second facteur est exigé ici.",
    factor_on: "Votre compte a un second facteur.",
    factor_off: "Votre compte n’a pas encore de second facteur.",
    factor_begin: "Le mettre en place",
    factor_again: "Le mettre en place sur un autre téléphone",
    factor_remove: "Le supprimer",
    factor_scan: "Scannez cette image avec l’application, puis tapez le code qu’elle montre.",
    factor_picture: "Code QR de la clé ci-dessous",
    factor_type: "Ou tapez cette clé dans l’application\u{a0}:",
    factor_open: "Ouvrir dans une application de cet appareil",
    factor_confirm: "Confirmer",
    factor_done: "Désormais, la connexion demande un code.",
    recovery: "Codes de secours",
    recovery_note: "Chacun de ces codes sert une fois, pour le jour où votre téléphone n’est pas là. Ils ne sont montrés que cette fois\u{a0}: gardez-les sur papier.",
    recovery_renew: "Nouveaux codes de secours",
    too_often: ["Trop d’essais. Attendez ", " minute, puis réessayez.", " minutes, puis réessayez."],
};

/// The messages for a request: in the language asked for, else of the browser's, else English as the results are.
pub fn for_request(asked: Option<&str>, headers: &HeaderMap) -> &'static Texts {
    let wanted = language::wanted(asked, headers).find(|language| matches!(language, Language::En | Language::Fr));
    if wanted == Some(Language::Fr) { &FR } else { &EN }
}

impl Texts {
    /// How long to wait, in whole minutes.
    pub fn too_often(&self, wait: Duration) -> String {
        let minutes = wait.as_secs().div_ceil(60).max(1);
        let [before, one, many] = self.too_often;
        format!("{before}{minutes}{}", if minutes == 1 { one } else { many })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::ACCEPT_LANGUAGE;
    use trente_survey::lint::{sincerity, typography};

    use super::*;

    #[test]
    fn every_word_keeps_the_typography_of_its_language() {
        for (texts, language) in [(&EN, Language::En), (&FR, Language::Fr)] {
            let too_often = texts.too_often(Duration::from_secs(61));
            for text in [
                texts.sign_in,
                texts.name,
                texts.password,
                texts.enter,
                texts.wrong,
                texts.no_account,
                texts.set_up,
                texts.account,
                texts.results,
                texts.leave,
                texts.sessions,
                texts.sessions_note,
                texts.began,
                texts.used,
                texts.action,
                texts.this,
                texts.end,
                texts.end_others,
                texts.change,
                texts.current,
                texts.new,
                texts.rule,
                texts.changed,
                texts.wrong_current,
                texts.too_short,
                texts.busy,
                texts.too_easy,
                texts.code_title,
                texts.code,
                texts.code_note,
                texts.code_back,
                texts.wrong_code,
                texts.factor,
                texts.mails,
                texts.factor_note,
                texts.factor_required,
                texts.factor_on,
                texts.factor_off,
                texts.factor_begin,
                texts.factor_again,
                texts.factor_remove,
                texts.factor_scan,
                texts.factor_picture,
                texts.factor_type,
                texts.factor_open,
                texts.factor_confirm,
                texts.factor_done,
                texts.recovery,
                texts.recovery_note,
                texts.recovery_renew,
                &too_often,
            ] {
                assert_eq!(typography::check(text, language), [], "{text}");
                assert!(sincerity::check(text, language).is_empty(), "{text}");
            }
        }
    }

    #[test]
    fn the_browsers_language_is_spoken_where_we_speak_it() {
        for (header, lang) in [("fr-CA,en;q=0.5", "fr"), ("de,fr;q=0.5,en;q=0.4", "fr"), ("de", "en"), ("", "en")] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, header.parse().unwrap());
            assert_eq!(for_request(None, &headers).lang, lang, "{header}");
            assert_eq!(for_request(Some("fr"), &headers).lang, "fr");
        }
    }

    #[test]
    fn one_minute_is_one_minute() {
        assert_eq!(EN.too_often(Duration::from_secs(60)), "Too many tries. Please wait 1 minute, then try again.");
        assert_eq!(FR.too_often(Duration::from_secs(121)), "Trop d’essais. Attendez 3 minutes, puis réessayez.");
    }
}
