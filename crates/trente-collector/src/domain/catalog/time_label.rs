//! Time label of a site: whether the survey may go on saying “thirty seconds” (lesson 2a), by the newest days that hold
//! 200 responses.
//!
//! Days, because no response is stored with an hour; so as many as came on the last of these days are looked at too.
//! Where the site has proven responses, only those count: a flood of unproven ones must not change what the widget
//! says.

use std::collections::HashSet;
use std::sync::Arc;

use trente_stats::aggregate::BUCKETS;
use trente_stats::time_label::{self, Label, RECENT};
use trente_store::clock::{day, now_ms};
use trente_store::{Store, StoreError};

use super::Catalog;

impl Catalog {
    /// What a site may say of its survey's length.
    pub fn label(&self, site: i64) -> Label {
        if self.slow.load().contains(&site) { Label::OneMinute } else { Label::ThirtySeconds }
    }

    /// Looks at the newest responses of every site. While the store cannot be read, each says what it said before.
    pub async fn refresh_time_labels(&self) {
        let mut slow = HashSet::new();
        for site in self.snapshot().site_ids() {
            match of_site(&self.store, site).await {
                Ok(Label::ThirtySeconds) => {}
                Ok(Label::OneMinute) => {
                    slow.insert(site);
                }
                Err(error) => {
                    tracing::error!(%error, "the newest responses cannot be read");
                    return;
                }
            }
        }
        self.slow.store(Arc::new(slow));
    }
}

/// The label after the last day, the last two, four and so on, until they hold enough.
async fn of_site(store: &Store, site: i64) -> Result<Label, StoreError> {
    let (headline, today, mut days) = (store.headline(site).await?, day(now_ms()), 1);
    loop {
        let first = today.saturating_sub(days - 1);
        let counts = store.counts(site, first..=u32::MAX).await?;
        let mut elapsed = [0u64; BUCKETS];
        elapsed.iter_mut().zip(counts.head(headline).elapsed()).for_each(|(sum, more)| *sum += more);
        if first == 0 || elapsed.iter().sum::<u64>() >= RECENT as u64 {
            return Ok(time_label::label_of(&elapsed));
        }
        days *= 2;
    }
}
