//! Preset: the default survey as it fits a moment. **Source**: docs/default-survey.md#lenses.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Definition, LensName, LensNames};

/// A moment at which the default survey is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// Right after an order on the web, where nothing is delivered yet and no one has listened: what a new site asks.
    #[default]
    Confirmation,
    /// Some days after the delivery, and wherever a customer has met the staff: shops and desks.
    AfterDelivery,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Confirmation, Self::AfterDelivery];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmation => "confirmation",
            Self::AfterDelivery => "after-delivery",
        }
    }

    /// The preset of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// The families that its lens asks about; none stands for all eight.
    pub fn lens(self) -> Option<LensNames> {
        match self {
            Self::Confirmation => {
                Some(LensNames::Several(Vec::from([LensName::Policy, LensName::Speed, LensName::Detail])))
            }
            Self::AfterDelivery => None,
        }
    }

    /// The survey that a site of this preset asks.
    pub fn definition(self, merchant: &str) -> Definition {
        let mut definition = Definition::default_for(merchant);
        definition.core.lens = self.lens();
        definition
    }

    /// The file that a merchant would write for it, as TOML, to begin their own with.
    pub fn toml(self) -> String {
        let names: Vec<String> = self
            .lens()
            .iter()
            .flat_map(LensNames::names)
            .map(|name| alloc::format!("{:?}", name.cause().name()))
            .collect();
        let lens =
            if names.is_empty() { String::new() } else { alloc::format!("\n[core]\nlens = [{}]\n", names.join(", ")) };
        alloc::format!("name = \"trente-default\"\nversion = 2\n{lens}")
    }
}
