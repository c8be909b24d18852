//! Languages and their numbers on the wire. **Source**: docs/default-survey.md#languages.

/// Declares the languages, one line each, so that no table can miss one.
macro_rules! languages {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $tag:literal, $endonym:literal, $script:literal, $direction:literal;)+) => {
        /// A language that the default survey is written in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Language {
            $($(#[$doc])* $name = $number,)+
        }

        impl Language {
            /// Every language, in the order of the registry.
            pub const ALL: [Self; [$($number),+].len()] = [$(Self::$name),+];

            /// The tag of BCP 47.
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$name => $tag,)+ }
            }

            /// What the language calls itself, as in the Unicode CLDR, capitalised as in a list.
            pub const fn endonym(self) -> &'static str {
                match self { $(Self::$name => $endonym,)+ }
            }

            /// The script that the survey is written in, as in ISO 15924.
            pub const fn script(self) -> &'static str {
                match self { $(Self::$name => $script,)+ }
            }

            /// Writing direction, as in HTML.
            pub const fn direction(self) -> &'static str {
                match self { $(Self::$name => $direction,)+ }
            }
        }
    };
}

languages! {
    /// French.
    Fr = 1, "fr", "Français", "Latn", "ltr";
    /// English.
    En = 2, "en", "English", "Latn", "ltr";
    /// German.
    De = 3, "de", "Deutsch", "Latn", "ltr";
    /// Spanish.
    Es = 4, "es", "Español", "Latn", "ltr";
    /// Italian.
    It = 5, "it", "Italiano", "Latn", "ltr";
    /// Portuguese.
    Pt = 6, "pt", "Português", "Latn", "ltr";
    /// Dutch.
    Nl = 7, "nl", "Nederlands", "Latn", "ltr";
    /// Polish.
    Pl = 8, "pl", "Polski", "Latn", "ltr";
    /// Swedish.
    Sv = 9, "sv", "Svenska", "Latn", "ltr";
    /// Arabic.
    Ar = 10, "ar", "العربية", "Arab", "rtl";
    /// Japanese.
    Ja = 11, "ja", "日本語", "Jpan", "ltr";
    /// Chinese in simplified characters.
    ZhHans = 12, "zh-Hans", "简体中文", "Hans", "ltr";
}

/// Registry of locale numbers on the wire, 5 bits, by index. A number is never used again for another language.
pub const REGISTRY: [&str; 13] = ["und", "fr", "en", "de", "es", "it", "pt", "nl", "pl", "sv", "ar", "ja", "zh-Hans"];

/// Where Chinese is written in traditional characters unless the tag says otherwise. `CHT` is an old name of
/// Windows for them.
const TRADITIONAL: [&str; 4] = ["TW", "HK", "MO", "CHT"];

impl Language {
    /// The number on the wire, 1..=31.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The language of a tag such as `fr`, `fr-CA`, `EN_us` or `zh_CN.UTF-8`, if we have it in that script.
    ///
    /// The region does not count: `pt-BR` is Portuguese, `es-419` is Spanish. The script does, because a reader of one
    /// may not read another: `zh-Hant`, and `zh-TW`, `zh-HK` and `zh-MO`, which imply it, are not simplified
    /// Chinese. They get the survey's default, which the merchant chose for customers whose language is not there.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.split(['.', '@']).next().unwrap_or(tag);
        let mut subtags = tag.split(['-', '_']);
        let primary = subtags.next().unwrap_or(tag);
        let language = Self::ALL.into_iter().find(|language| language.primary().eq_ignore_ascii_case(primary))?;
        // A single letter opens an extension, such as `u-nu-latn`, which says nothing of the script.
        let subtags = subtags.take_while(|subtag| subtag.len() > 1);
        let script = subtags.clone().find(|subtag| is_script(subtag)).or_else(|| {
            let traditional = |subtag: &str| TRADITIONAL.iter().any(|region| region.eq_ignore_ascii_case(subtag));
            (language == Self::ZhHans && subtags.clone().any(traditional)).then_some("Hant")
        });
        script.is_none_or(|script| script.eq_ignore_ascii_case(language.script())).then_some(language)
    }

    /// The first subtag of the tag.
    fn primary(self) -> &'static str {
        self.tag().split('-').next().unwrap_or_default()
    }
}

fn is_script(subtag: &str) -> bool {
    subtag.len() == 4 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The tag of a locale number; `und` for a number that the registry does not have yet.
pub fn tag_of(number: u8) -> &'static str {
    REGISTRY.get(usize::from(number)).copied().unwrap_or("und")
}

/// The language to reply in to a customer who answered in that of this number, if it is one of ours.
pub fn language_of(number: u8) -> Option<Language> {
    Language::from_tag(tag_of(number))
}

/// The number of a registry tag, 0 for an unknown one.
pub fn number_of(tag: &str) -> u8 {
    REGISTRY.iter().position(|known| known.eq_ignore_ascii_case(tag)).unwrap_or(0) as u8
}
