//! Words of customers on the overview.

use trente_store::wanted::Wanted;
use trente_store::{Store, StoreError};
use trente_survey::Class;
use trente_survey::score::flag;

use super::super::filter::Filter;
use super::super::texts::Texts;
use super::super::voices::Voice;

/// Words of customers to put right, and of thanks, that are shown at first sight.
const RECOVER_SHOWN: usize = 3;
const THANKS_SHOWN: usize = 2;

/// Words of customers, as far as the reader may see them.
pub struct Heard {
    /// Of those to put right.
    pub recover: Vec<Voice>,
    /// Of those who were delighted.
    pub thanks: Vec<Voice>,
    /// Whether the reader may see any.
    pub may_read: bool,
}

impl Heard {
    /// Reads them; `may_read` tells whether the reader may see single responses, without which there are none.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn read(
        store: &Store,
        site: i64,
        filter: &Filter,
        texts: &'static Texts,
        may_read: bool,
    ) -> Result<Self, StoreError> {
        let wanted = filter.of_days(filter.period.range());
        let recover = Wanted { flags: Some(flag::LOST | flag::RECOVER), ..wanted.clone() };
        let delighted = wanted.classes.as_ref().is_none_or(|classes| classes.contains(&Class::Delight));
        let thanks = Wanted { classes: Some(vec![Class::Delight]), ..wanted };
        let read = async |wanted, most| -> Result<Vec<Voice>, StoreError> {
            let rows = store.voices(site, wanted, None, None, most).await?;
            Ok(rows.into_iter().map(|row| Voice::of(row, texts)).collect())
        };
        Ok(Self {
            recover: if may_read { read(recover, RECOVER_SHOWN).await? } else { Vec::new() },
            thanks: if may_read && delighted { read(thanks, THANKS_SHOWN).await? } else { Vec::new() },
            may_read,
        })
    }

    /// Whether no words are shown.
    pub const fn is_empty(&self) -> bool {
        self.recover.is_empty() && self.thanks.is_empty()
    }
}
