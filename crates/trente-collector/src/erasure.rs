//! Erasing what a customer has said, by the id of the response or by the order.
//!
//! An order is not kept anywhere. Its responses are found by deriving their ids again, as the widget and the merchant's
//! server did (frame.md 5.5 and 5.10): with each of the site's keys and without one, for every survey of the site. What
//! was signed with a key that is retired, or was answered without an order, can be erased by its id alone.

use trente_survey::response_id::{Key, ResponseId, SurveyId};

use crate::clock::{DAY_MS, now_ms};
use crate::store::administration::{Actor, Change, Changed};
use crate::store::fold::Place;
use crate::store::{Store, StoreError};

/// How long a tombstone keeps an erased response from coming back: twice the seven days for which an outbox keeps it.
pub const TOMBSTONE_MS: u64 = 14 * DAY_MS;

/// What is to be erased.
#[derive(Clone, Debug)]
pub enum What {
    /// A response, in whichever survey of the site.
    Response(ResponseId),
    /// Whatever an order has answered.
    Order(String),
}

/// Erases, and tells how many responses there were.
///
/// # Errors
/// [`StoreError::SiteUnknown`] and what else the store says.
pub async fn erase(store: &Store, actor: Actor, site: String, what: What) -> Result<u64, StoreError> {
    let surveys: Vec<SurveyId> = store.surveys_of(&site).await?.into_iter().map(|survey| survey.id).collect();
    let places = match what {
        What::Response(response) => surveys.iter().map(|survey| (survey.0, response.0)).collect(),
        What::Order(order) => places_of(&surveys, &store.keys_of(&site).await?, &order),
    };
    let change = Change::Erase { site, places, until_ms: now_ms() + TOMBSTONE_MS };
    match store.change(actor, change).await? {
        Changed::Erased(erased) => Ok(erased),
        _ => Err(StoreError::Unreadable("outcome of an erasure")),
    }
}

/// Every response that an order may have.
///
/// A signature of one survey may have been sent with an answer to another, when the merchant published one while the
/// page was open: so each id is looked for in each survey.
fn places_of(surveys: &[SurveyId], keys: &[Key], order: &str) -> Vec<Place> {
    let derived = surveys.iter().flat_map(|&survey| {
        let signed = keys.iter().map(move |key| key.sign(survey, order, 0).response);
        signed.chain([ResponseId::from_order(survey, order)])
    });
    let responses: Vec<ResponseId> = derived.collect();
    surveys.iter().flat_map(|survey| responses.iter().map(|response| (survey.0, response.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_looked_for_under_every_key_and_none_in_every_survey() {
        let (one, other) = (SurveyId([1; 4]), SurveyId([2; 4]));
        let (new, former) = (Key([3; 32]), Key([4; 32]));
        let places = places_of(&[one, other], &[new.clone(), former.clone()], "MO-1");
        assert_eq!(places.len(), 12);
        for response in [
            new.sign(one, "MO-1", 30).response,
            former.sign(other, "MO-1", 31).response,
            ResponseId::from_order(other, "MO-1"),
        ] {
            assert!(places.contains(&(one.0, response.0)));
            assert!(places.contains(&(other.0, response.0)));
        }
        assert!(!places.contains(&(one.0, ResponseId::from_order(one, "MO-2").0)));
    }
}
