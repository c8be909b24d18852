//! Sites and surveys as they are stored, the same in every store.

use trente_stats::zone::Zone;
use trente_survey::definition::Definition;
use trente_survey::response_id::SurveyId;

use crate::StoreError;

/// A site as it is stored.
#[derive(Clone, Debug)]
pub struct SiteRow {
    /// Its number in this database.
    pub id: i64,
    /// Its public name.
    pub name: String,
    /// Its secret key.
    pub key: [u8; 32],
    /// The key before the last rotation, until it is retired.
    pub former_key: Option<[u8; 32]>,
    /// Milliseconds since 1970.
    pub created_ms: u64,
    /// Exact origins, in alphabetical order.
    pub origins: Vec<String>,
    /// Whether the widget may stand on pages of any other origin too.
    pub any_origin: bool,
    /// How many days single responses are kept; none keeps them.
    pub retention_days: Option<u32>,
    /// Its time zone, by its name in the IANA database.
    pub time_zone: String,
    /// Whether its answers are invented.
    pub demonstration: bool,
    /// How many days the recovery desk keeps what it has.
    pub desk_days: u32,
    /// How many days contacts of customers are kept.
    pub contact_days: u32,
    /// When it was closed, in milliseconds since 1970; none while it asks customers.
    pub closed_ms: Option<u64>,
}

impl SiteRow {
    /// Its time zone; UTC where the database has one that this version does not know.
    pub fn zone(&self) -> Zone {
        Zone::named(&self.time_zone).unwrap_or_default()
    }
}

/// A site that is to be added.
#[derive(Clone, Debug)]
pub struct NewSite {
    /// Its public name.
    pub name: String,
    /// Exact origins.
    pub origins: Vec<String>,
    /// Whether the widget may stand on pages of any other origin too.
    pub any_origin: bool,
}

/// A published survey without its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurveyRow {
    /// Its name on the wire.
    pub id: SurveyId,
    /// The site that published it.
    pub site: i64,
    /// Whether the site asks it now.
    pub current: bool,
    /// When it was published, in milliseconds since 1970.
    pub created_ms: u64,
}

/// What publishing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// The survey is new, and current.
    New,
    /// The site had published it before and asks it again.
    Again,
    /// The site asks it already: nothing has changed.
    Unchanged,
}

/// A survey as it is published: its canonical document, and the id that is the hash of it.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Its name on the wire.
    pub id: SurveyId,
    /// The document.
    pub document: String,
}

impl Publication {
    /// Of a definition.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] when it has no canonical form.
    pub fn of(definition: &Definition) -> Result<Self, StoreError> {
        let unreadable = || StoreError::Unreadable("survey definition");
        let canonical = definition.canonical().map_err(|_| unreadable())?;
        let id = Definition::id(&canonical);
        Ok(Self { id, document: String::from_utf8(canonical).map_err(|_| unreadable())? })
    }
}

/// What is accepted but not folded yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag {
    /// Frames in the inbox.
    pub frames: u64,
    /// When the oldest of them came, in milliseconds since 1970.
    pub oldest_ms: Option<u64>,
}
