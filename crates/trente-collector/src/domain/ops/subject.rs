//! The target of a request for access or erasure: an order's responses, or a single one.
//!
//! An order is not kept anywhere. Its responses are found by deriving their ids again, as the widget and the merchant's
//! server did: with each of the site's keys and without one, for every survey of the site. What was signed with a key
//! that is retired, or was answered without an order, can be found by its id alone.

use thiserror::Error;
use trente_store::fold::merge::StoredResponse;
use trente_store::key::ResponseKey;
use trente_store::{Store, StoreError, encoding};
use trente_survey::order::{self, OrderError};
use trente_survey::response_id::{Key, ResponseId, SurveyId};

/// What is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErasureTarget {
    /// A response, in whichever survey of the site.
    Response(ResponseId),
    /// Whatever an order has answered.
    Order {
        /// As it counts.
        order: String,
        /// As it was given.
        given: String,
    },
}

/// Where the responses are, or may be.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Where a response is, or comes to be.
    pub certain: Vec<ResponseKey>,
    /// Where an earlier release may have stored one: it took white space around an order for a part of it.
    pub possible: Vec<ResponseKey>,
}

impl ErasureTarget {
    /// An order, from what a person or a program wrote.
    ///
    /// # Errors
    /// [`OrderError`]
    pub fn order(given: &str) -> Result<Self, OrderError> {
        Ok(Self::Order { order: order::clean(given)?.to_owned(), given: given.to_owned() })
    }

    /// A response, from its 16 hexadecimal digits; an apostrophe before them is a spreadsheet's.
    pub fn response(text: &str) -> Option<Self> {
        let text = order::trim(text);
        encoding::array_from_hex(text.strip_prefix('\'').unwrap_or(text)).map(|id| Self::Response(ResponseId(id)))
    }

    /// Where its responses are in a site.
    ///
    /// # Errors
    /// [`StoreError::SiteUnknown`] and what else the store says.
    pub async fn places(&self, store: &Store, site: &str) -> Result<Places, StoreError> {
        let surveys: Vec<SurveyId> = store.surveys_of(site).await?.into_iter().map(|survey| survey.id).collect();
        Ok(match self {
            Self::Response(response) => {
                let certain = surveys.iter().map(|survey| ResponseKey::new(*survey, *response)).collect();
                Places { certain, possible: Vec::new() }
            }
            Self::Order { order, given } => Places::of(&surveys, &store.keys_of(site).await?, order, given),
        })
    }
}

impl Places {
    /// Every response that an order may have.
    ///
    /// A signature of one survey may have been sent with an answer to another, when the merchant published one while
    /// the page was open: so each id is looked for in each survey.
    fn of(surveys: &[SurveyId], keys: &[Key], order: &str, given: &str) -> Self {
        let mut certain = Vec::new();
        for name in [order, given].iter().take(if order == given { 1 } else { 2 }) {
            let responses: Vec<ResponseId> = surveys.iter().flat_map(|&survey| ids(survey, keys, name)).collect();
            certain.extend(
                surveys.iter().flat_map(|survey| responses.iter().map(|response| ResponseKey::new(*survey, *response))),
            );
        }
        let padded = padded(order);
        let possible = surveys.iter().flat_map(|&survey| {
            padded
                .iter()
                .flat_map(move |name| ids(survey, keys, name))
                .map(move |response| ResponseKey::new(survey, response))
        });
        Self { possible: possible.collect(), certain }
    }

    /// The folded responses that are there.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn responses(&self, store: &Store) -> Result<Vec<StoredResponse>, StoreError> {
        store.responses_at([&*self.certain, &*self.possible].concat()).await
    }

    /// What is to be erased: every certain place, and each possible one that has a response.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn to_erase(self, store: &Store) -> Result<Vec<ResponseKey>, StoreError> {
        let found = store.responses_at(self.possible).await?;
        Ok(self.certain.into_iter().chain(found.iter().map(StoredResponse::place)).collect())
    }
}

/// The ids of an order in one survey: under each key, and under none.
fn ids(survey: SurveyId, keys: &[Key], order: &str) -> Vec<ResponseId> {
    let signed = keys.iter().map(|key| key.sign(survey, order, 0).response);
    signed.chain([ResponseId::from_order(survey, order)]).collect()
}

/// The most blanks that a template is taken to indent an order by.
const INDENT_MAX: usize = 16;

/// An order with the white space around it that templates print: a character or two on either side, or lines of their
/// own with an indentation.
fn padded(order: &str) -> Vec<String> {
    const SIDES: [&str; 10] = ["", " ", "  ", "\t", "\n", "\r\n", "\u{a0}", "\u{feff}", "\u{200b}", "\u{2060}"];
    let mut padded = Vec::new();
    for before in SIDES {
        padded.extend(SIDES.iter().map(|after| format!("{before}{order}{after}")));
    }
    for end in ["\n", "\r\n"] {
        for (indent, most) in [(" ", INDENT_MAX), ("\t", INDENT_MAX / 4)] {
            for before in 0..=most {
                let first = indent.repeat(before);
                padded.extend((0..=most).map(|after| format!("{end}{first}{order}{end}{}", indent.repeat(after))));
            }
        }
    }
    padded.retain(|name| name != order);
    padded.sort_unstable();
    padded.dedup();
    padded
}

/// Why a request names nothing that can be found.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    /// The text is no id of a response.
    #[error("`{0}` is not a response: write 16 hexadecimal digits")]
    Response(String),
    /// The text is no order reference.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// Neither is named, or both are.
    #[error("name either a `response` or an `order`")]
    NotOne,
}

impl ErasureTarget {
    /// What a request names: a response or an order, not both.
    ///
    /// # Errors
    /// [`TargetError`]
    pub fn named(response: Option<String>, order: Option<String>) -> Result<Self, TargetError> {
        match (response, order) {
            (Some(response), None) => Self::response(&response).ok_or(TargetError::Response(response)),
            (None, Some(order)) => Ok(Self::order(&order)?),
            _ => Err(TargetError::NotOne),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_looked_for_under_every_key_and_none_in_every_survey() {
        let (one, other) = (SurveyId([1; 4]), SurveyId([2; 4]));
        let (new, former) = (Key([3; 32]), Key([4; 32]));
        let places = Places::of(&[one, other], &[new.clone(), former.clone()], "MO-1", "MO-1").certain;
        assert_eq!(places.len(), 12);
        for response in [
            new.sign(one, "MO-1", 30).response,
            former.sign(other, "MO-1", 31).response,
            ResponseId::from_order(other, "MO-1"),
        ] {
            assert!(places.contains(&ResponseKey::new(one, response)));
            assert!(places.contains(&ResponseKey::new(other, response)));
        }
        assert!(!places.contains(&ResponseKey::new(one, ResponseId::from_order(one, "MO-2"))));
    }

    #[test]
    fn what_an_earlier_release_stored_with_its_white_space_is_possible() {
        let (survey, key) = (SurveyId([1; 4]), Key([3; 32]));
        let places = Places::of(&[survey], std::slice::from_ref(&key), "MO-1", " MO-1");
        assert!(
            places.certain.contains(&ResponseKey::new(survey, ResponseId::from_order(survey, " MO-1"))),
            "as it was given"
        );
        for name in ["MO-1\n", "\n      MO-1\n    ", "\r\n\tMO-1\r\n", "\u{feff}MO-1", " MO-1 "] {
            assert!(
                places.possible.contains(&ResponseKey::new(survey, ResponseId::from_order(survey, name))),
                "{name:?}"
            );
            assert!(
                places.possible.contains(&ResponseKey::new(survey, key.sign(survey, name, 0).response)),
                "{name:?}"
            );
        }
        assert!(!places.possible.contains(&ResponseKey::new(survey, ResponseId::from_order(survey, "MO-1"))));
    }

    #[test]
    fn a_response_is_named_by_its_digits() {
        assert_eq!(
            ErasureTarget::response("0000000000000007"),
            Some(ErasureTarget::Response(ResponseId([0, 0, 0, 0, 0, 0, 0, 7])))
        );
        assert_eq!(ErasureTarget::response(" '0000000000000007\n"), ErasureTarget::response("0000000000000007"));
        for text in ["", "7", "0000000000000007 0", "000000000000000g"] {
            assert_eq!(ErasureTarget::response(text), None, "{text}");
        }
    }
}
