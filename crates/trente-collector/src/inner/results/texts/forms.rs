//! Forms of numbers, names and lists in the language of the texts.

use trente_survey::Cause;
use trente_survey::cause::Owner;
use trente_survey::wording::LetterWording;

use super::{Texts, fill};
use crate::views::sentence::plural;

impl Texts {
    /// The form of a text for this number.
    pub fn form(&self, forms: [&'static str; 2], n: u64) -> &'static str {
        plural(self.language, forms, n)
    }

    /// The name of a cause.
    pub fn cause(&self, cause: Cause) -> String {
        let names = LetterWording::of(self.language).cause_names;
        names.get(usize::from(cause.family())).map(|name| name.to_string()).unwrap_or_default()
    }

    /// The name of an owner.
    pub fn owner(&self, owner: Owner) -> String {
        let [direction, manager, team] = LetterWording::of(self.language).owner_names;
        match owner {
            Owner::Direction => direction,
            Owner::Manager => manager,
            Owner::TeamAndManager => team,
        }
        .into_owned()
    }

    /// The name of a channel.
    pub fn channel_name(&self, channel: u8) -> String {
        let named = self.channels.get(usize::from(channel)).map(|name| (*name).to_owned());
        named.unwrap_or_else(|| fill(self.channel, &[("n", &channel.to_string())]))
    }

    /// Several names as one enumeration.
    pub fn list(&self, names: &[String]) -> String {
        match names {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} {} {last}", first.join(", "), self.and),
        }
    }
}
