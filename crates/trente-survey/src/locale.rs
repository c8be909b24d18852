//! Languages and their numbers on the wire. **Source**: survey.md 3.8.

/// A language that the default survey is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

/// Registry of locale numbers on the wire, 5 bits, by index. A number is never used again for another language.
pub const REGISTRY: [&str; 13] = ["und", "fr", "en", "de", "es", "it", "pt", "nl", "pl", "sv", "ar", "ja", "zh-Hans"];

impl Language {
    /// Every language, in the order of the registry.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// The tag of BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The number on the wire, 1..=31.
    pub const fn number(self) -> u8 {
        match self {
            Self::Fr => 1,
            Self::En => 2,
        }
    }

    /// Writing direction, as in HTML.
    pub const fn direction(self) -> &'static str {
        "ltr"
    }

    /// The language of a tag such as `fr`, `fr-CA` or `EN_us`, if we have it. Only the primary subtag counts.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

/// The tag of a locale number; `und` for a number that the registry does not have yet.
pub fn tag_of(number: u8) -> &'static str {
    REGISTRY.get(usize::from(number)).copied().unwrap_or("und")
}

/// The number of a registry tag, 0 for an unknown one.
pub fn number_of(tag: &str) -> u8 {
    REGISTRY.iter().position(|known| known.eq_ignore_ascii_case(tag)).unwrap_or(0) as u8
}
