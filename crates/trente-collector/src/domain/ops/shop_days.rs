//! Use cases of shop days: annotations on the chart, and the number of orders that were asked, as the merchant enters
//! them.

use std::ops::RangeInclusive;

use trente_stats::aggregate::COUNT_MAX;
use trente_store::change::Change;
use trente_store::model::audit::Actor;
use trente_store::{Store, StoreError};

use super::error::OpsError;
use crate::limits::{ANNOTATION_CHARS_MAX, ORDER_DAYS_MAX};

/// Writes an annotation of a day, which is not to come.
///
/// # Errors
/// [`OpsError::Annotation`], [`OpsError::Day`]; [`StoreError::TooMany`], or why the store fails.
pub async fn annotate(
    store: &Store,
    actor: Actor,
    site: String,
    day: u32,
    today: u32,
    text: &str,
) -> Result<(), OpsError> {
    if day > today {
        return Err(OpsError::Day);
    }
    let text = text.trim();
    if text.is_empty() || text.chars().count() > ANNOTATION_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(OpsError::Annotation);
    }
    store.change(actor, Change::Annotate { site, day, text: text.to_owned() }).await?;
    Ok(())
}

/// Removes an annotation.
///
/// # Errors
/// [`StoreError::Unknown`] where there is none such, or why the store fails.
pub async fn remove_annotation(store: &Store, actor: Actor, site: String, day: u32, id: i64) -> Result<(), StoreError> {
    store.change(actor, Change::RemoveAnnotation { site, day, id }).await
}

/// Says how many orders were asked over some days that are over, in the place of what was said of them before.
///
/// Each day gets an equal share, the first ones one more where it does not come out even: the sum over these days is what was
/// said.
///
/// # Errors
/// [`OpsError::Day`], [`OpsError::Orders`], or why the store fails.
pub async fn set_orders(
    store: &Store,
    actor: Actor,
    site: String,
    days: RangeInclusive<u32>,
    today: u32,
    orders: u64,
) -> Result<(), OpsError> {
    let (first, last) = days.into_inner();
    if last >= today || first > last || last - first >= ORDER_DAYS_MAX {
        return Err(OpsError::Day);
    }
    if orders > COUNT_MAX {
        return Err(OpsError::Orders);
    }
    let each = shares(orders, u64::from(last - first) + 1);
    store.change(actor, Change::SetOrders { site, first, each }).await?;
    Ok(())
}

/// Forgets what was said of the orders of some days; it is unknown again then.
///
/// # Errors
/// [`StoreError::Unknown`] where nothing was said of them, or why the store fails.
pub async fn forget_orders(
    store: &Store,
    actor: Actor,
    site: String,
    days: RangeInclusive<u32>,
) -> Result<(), StoreError> {
    let (first, last) = days.into_inner();
    store.change(actor, Change::ForgetOrders { site, first, last }).await
}

/// `orders` over `days`, as evenly as whole numbers are.
fn shares(orders: u64, days: u64) -> Vec<u64> {
    let (share, rest) = (orders / days.max(1), orders % days.max(1));
    (0..days).map(|day| share + u64::from(day < rest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_the_days_are_the_sum_and_differ_by_one_at_most() {
        for (orders, days) in [(0, 7), (1, 7), (700, 7), (705, 7), (3, 28), (1_000_003, 365), (5, 1)] {
            let each = shares(orders, days);
            assert_eq!((each.len() as u64, each.iter().sum::<u64>()), (days, orders));
            assert!(each.iter().max().unwrap() - each.iter().min().unwrap() <= 1, "{orders} {days}");
        }
    }
}
