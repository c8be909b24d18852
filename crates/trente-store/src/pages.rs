//! Pagination: every folded response of a site, page after page.

use crate::fold::merge::StoredResponse;
use crate::key::ResponseKey;
use crate::{Store, StoreError};

/// The pages of a site's responses, in the order of their keys. Each is read for itself: no transaction stays open
/// while the caller works on one.
#[derive(Debug)]
pub struct Pages {
    store: Store,
    site: i64,
    rows: usize,
    after: Option<ResponseKey>,
}

impl Store {
    /// Pages of up to `rows` responses of a site, by its number.
    pub fn pages(&self, site: i64, rows: usize) -> Pages {
        Pages { store: self.clone(), site, rows, after: None }
    }
}

impl Pages {
    /// The next page; none after the last one.
    ///
    /// # Errors
    /// As [`Store::responses`].
    pub async fn next(&mut self) -> Result<Option<Vec<StoredResponse>>, StoreError> {
        let page = self.store.responses(self.site, self.after, self.rows).await?;
        self.after = page.last().map(StoredResponse::place);
        Ok(self.after.is_some().then_some(page))
    }
}
