//! Acts of the audit log in the language of a page: the log itself is kept in English.

mod fr;

use trente_survey::locale::Language;

use super::Words;

impl Words {
    /// An act of the audit log, and whether it is in English because this version has no other words for it.
    pub fn deed<'a>(&self, act: &'a str) -> (&'a str, bool) {
        if self.language != Language::Fr {
            return (act, false);
        }
        let known = fr::DEEDS.iter().find(|(english, _)| *english == act);
        known.map_or((act, true), |(_, french)| (french, false))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use trente_survey::lint::typography;

    use super::*;

    /// The texts behind `=> "` in the source of what the log tells.
    fn told(source: &'static str) -> impl Iterator<Item = &'static str> {
        source.lines().filter_map(|line| line.split_once("=> \"")?.1.strip_suffix("\","))
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
    }
}
