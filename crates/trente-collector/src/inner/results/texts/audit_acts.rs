//! Translation of the audit log's acts for a page: the log itself is kept in English.

mod fr;

use trente_survey::locale::Language;

use super::Texts;

impl Texts {
    /// An act of the audit log, and whether it is in English because this version has no other words for it.
    pub fn audit_act<'a>(&self, act: &'a str) -> (&'a str, bool) {
        if self.language != Language::Fr {
            return (act, false);
        }
        let known = fr::DEEDS.iter().find(|(english, _)| *english == act);
        known.map_or((act, true), |(_, french)| (french, false))
    }

    /// Who acted, as in “account ada”.
    pub fn actor(&self, actor: &str) -> String {
        if self.language == Language::Fr { said(&fr::ACTORS, actor) } else { actor.to_owned() }
    }

    /// To what an act was done. Names, addresses, scopes and reasons stay as the log has them.
    pub fn subject(&self, act: &str, subject: &str) -> String {
        let details = fr::SUBJECTS.iter().find(|details| details.acts.contains(&act));
        let Some(details) = details.filter(|_| self.language == Language::Fr) else { return subject.to_owned() };
        match subject.split_once(' ') {
            Some((name, rest)) if details.named => {
                // What an account may do comes before its sites, one of which may have the name of a role.
                let (role, sites) = rest.split_at(rest.find(' ').filter(|_| details.role).unwrap_or(0));
                format!("{name} {}{}", said(&fr::ROLES, role), said(details.phrases, sites))
            }
            None if details.named => subject.to_owned(),
            _ => said(details.phrases, subject),
        }
    }
}

/// Phrases of the subjects of some acts.
struct Details {
    /// The acts.
    acts: &'static [&'static str],
    /// Whether a name comes first, which is said as it is.
    named: bool,
    /// Whether a role comes next.
    role: bool,
    /// Each phrase in English, and in French.
    phrases: &'static [(&'static str, &'static str)],
}

/// A text with each phrase translated where it stands first as whole words.
fn said(phrases: &[(&str, &str)], text: &str) -> String {
    let ends = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b' ' | b','));
    let mut said = text.to_owned();
    for (english, french) in phrases {
        let found = said.match_indices(english).map(|(at, _)| (at, at + english.len()));
        let mut whole = found.filter(|(from, to)| {
            ends(from.checked_sub(1).and_then(|before| said.as_bytes().get(before))) && ends(said.as_bytes().get(*to))
        });
        if let Some((from, to)) = whole.next() {
            said.replace_range(from..to, french);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::http::HeaderMap;
    use trente_survey::lint::typography;

    use super::*;

    fn texts(language: Language) -> &'static Texts {
        super::super::for_request(Some(language.tag()), &HeaderMap::new())
    }

    /// The texts behind `=> "` in the source of what the log tells, and those that are a line of their own.
    fn told(source: &'static str) -> impl Iterator<Item = &'static str> {
        source.lines().filter_map(|line| match line.split_once("=> \"") {
            Some((_, text)) => text.strip_suffix("\","),
            None => line.trim().strip_prefix('"')?.strip_suffix('"'),
        })
    }

    #[test]
    fn every_act_of_the_log_has_french_words() {
        let acts = told(include_str!("../../../../../trente-store/src/change/told.rs"));
        let failures = told(include_str!("../../../domain/auth/failures.rs"));
        let known: BTreeSet<&str> = fr::DEEDS.iter().map(|(english, _)| *english).collect();
        let all: BTreeSet<&str> = acts.chain(failures).collect();
        assert!(all.len() > 50 && all.contains("key rotated") && all.contains("sign-in failed"), "{all:?}");
        assert_eq!(all, known);
        for (english, french) in fr::DEEDS {
            assert_eq!(typography::check(french, Language::Fr), [], "{english}: {french}");
        }
        for act in fr::SUBJECTS.iter().flat_map(|details| details.acts) {
            assert!(known.contains(act), "{act}");
        }
        for (english, french) in
            fr::SUBJECTS.iter().flat_map(|details| details.phrases).chain(&fr::ROLES).chain(&fr::ACTORS)
        {
            assert_eq!(typography::check(french, Language::Fr), [], "{english}: {french}");
        }
    }

    #[test]
    fn every_word_of_a_subject_has_a_french_phrase() {
        let source = include_str!("../../../../../trente-store/src/change/told.rs");
        let subjects = source.split("fn subject").skip(1).map(|rest| rest.split("fn act").next().unwrap_or_default());
        // Texts, and of each what stands outside the braces.
        let texts = subjects.flat_map(str::lines).flat_map(|line| line.split('"').skip(1).step_by(2));
        let words: BTreeSet<&str> = texts
            .flat_map(|text| text.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after)))
            .flat_map(|text| text.split(|character: char| !character.is_ascii_alphabetic()))
            .filter(|word| !word.is_empty())
            .collect();
        assert!(words.len() > 15 && words.contains("recovery") && words.contains("ever"), "{words:?}");
        let known: BTreeSet<&str> = fr::SUBJECTS
            .iter()
            .flat_map(|details| details.phrases)
            .flat_map(|(english, _)| english.split([' ', ',']))
            .collect();
        assert_eq!(words.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
    }

    #[test]
    fn a_subject_is_said_in_french_but_for_its_names() {
        let french = texts(Language::Fr);
        for (act, english, expected) in [
            ("account added", "team team every site", "team équipe tous les sites"),
            ("rights changed", "ada owner team fig", "ada propriétaire team fig"),
            ("token added", "till responses:read every site", "till responses:read tous les sites"),
            ("signed in", "ada a1b2 with a recovery code", "ada a1b2 avec un code de secours"),
            ("mails chosen", "ada alerts at-once, no digest", "ada alertes tout de suite, sans lettre de la semaine"),
            ("mails chosen", "digest alerts off, digest", "digest sans alertes, lettre de la semaine"),
            ("mails ended", "alerts alerts", "alerts alertes"),
            ("words mailed", "olive to ada", "olive à ada"),
            ("origins changed", "olive https://to.example and any other", "olive https://to.example et toute autre"),
            ("retention changed", "days for ever", "days pour toujours"),
            ("retention changed", "olive 365 days", "olive 365 jours"),
            ("retention of contacts changed", "olive 30 days", "olive 30 jours"),
            (
                "orders asked said",
                "olive 12 from 2026-01-01 on, 3 days",
                "olive 12 à partir du 2026-01-01 pendant 3 jours",
            ),
            ("orders asked forgotten", "olive 2026-01-01 to 2026-01-31", "olive 2026-01-01 au 2026-01-31"),
            ("erasures repeated", "7 responses", "7 réponses"),
            ("responses erased", "olive, to be forgotten every site", "olive, to be forgotten every site"),
            ("sign-in failed", "a name without an account, 12 times more", "un nom sans compte, 12 fois de plus"),
            ("token refused, not known", "an unknown token", "un jeton inconnu"),
            ("set-up refused, wrong code", "the first account", "le premier compte"),
            ("refused, no right to it", "token till, 2 times more", "jeton till, 2 fois de plus"),
            ("an act of a later version", "olive every site", "olive every site"),
        ] {
            assert_eq!(french.subject(act, english), expected, "{act}");
            assert_eq!(texts(Language::En).subject(act, english), english);
        }
        assert_eq!(
            ["account account", "shell", "token till", "service"].map(|actor| french.actor(actor)),
            ["compte account", "ligne de commande", "jeton till", "service",]
        );
    }
}
