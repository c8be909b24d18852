//! Words of customers on the overview.

use trente_store::model::site::SiteRow;
use trente_store::wanted::Wanted;
use trente_store::{Store, StoreError};
use trente_survey::Class;
use trente_survey::score::flag;

use super::super::filter::Filter;
use super::super::say;
use super::super::texts::{Texts, fill};
use super::super::voices::{Voice, words_gone};

/// Words of customers to put right, and of thanks, that are shown at first sight.
const RECOVER_SHOWN: usize = 3;
const THANKS_SHOWN: usize = 2;

/// Words of customers, as far as the reader may see them.
pub struct Heard {
    /// Of those to put right.
    pub recover: Vec<Voice>,
    /// How many of those to put right have words that are kept.
    wrote: u64,
    /// Which words are kept no longer.
    pub gone: Option<String>,
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
        site: &SiteRow,
        filter: &Filter,
        texts: &'static Texts,
        today: u32,
        may_read: bool,
    ) -> Result<Self, StoreError> {
        let wanted = filter.of_days(filter.period.range());
        let recover = Wanted { flags: Some(flag::LOST | flag::RECOVER), ..wanted.clone() };
        let delighted = wanted.classes.as_ref().is_none_or(|classes| classes.contains(&Class::Delight));
        let thanks = Wanted { classes: Some(vec![Class::Delight]), ..wanted };
        let read = async |wanted, most| -> Result<Vec<Voice>, StoreError> {
            let rows = store.voices(site.id, wanted, None, None, most).await?;
            Ok(rows.into_iter().map(|row| Voice::of(row, texts, today)).collect())
        };
        Ok(Self {
            wrote: if may_read { store.voices_count(site.id, recover.clone()).await? } else { 0 },
            gone: words_gone(texts, site, &filter.period, today).filter(|_| may_read),
            recover: if may_read { read(recover, RECOVER_SHOWN).await? } else { Vec::new() },
            thanks: if may_read && delighted { read(thanks, THANKS_SHOWN).await? } else { Vec::new() },
            may_read,
        })
    }

    /// What is said in the place of words, where there are none of `hurt` customers to put right.
    pub fn silent(&self, texts: &Texts, hurt: u64) -> String {
        let forms = if self.gone.is_some() { texts.recover_unkept } else { texts.recover_silent };
        fill(texts.form(forms, hurt), &[("n", &say::count(texts, hurt))])
    }

    /// What the button says that leads to the words of `hurt` customers: how many wrote, for the others are not there.
    pub fn see(&self, texts: &Texts, hurt: u64) -> String {
        let (n, all) = (say::count(texts, self.wrote), say::count(texts, hurt));
        let forms = match self.gone {
            _ if self.wrote >= hurt => texts.see_all,
            Some(_) => texts.see_kept,
            None => texts.see_wrote,
        };
        fill(texts.form(forms, self.wrote), &[("n", &n), ("all", &all)])
    }

    /// Whether no words are shown.
    pub const fn is_empty(&self) -> bool {
        self.recover.is_empty() && self.thanks.is_empty()
    }
}
