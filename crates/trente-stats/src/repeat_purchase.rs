//! Repeat purchase rate by class of the response. **Source**: docs/lessons.md 1m.
//!
//! Only of verified orders: other responses cannot be attributed to a customer.

use serde::Serialize;
use trente_survey::Class;

use crate::wilson;

/// Every class, in the order of its number.
const CLASSES: [Class; 5] = [Class::None, Class::Delight, Class::Ok, Class::Forgivable, Class::Unforgivable];

/// Customers of one class, and how many of them bought again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Returning {
    /// The class's name.
    pub class: &'static str,
    /// Customers.
    pub n: u64,
    /// Those who bought again.
    pub returned: u64,
    /// Their share, 0..=1; null without a customer.
    pub share: Option<f64>,
    /// Lower end of Wilson's interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// One row a class, from its customers: what they said, and whether they bought again.
pub fn by_class(customers: impl IntoIterator<Item = (Class, bool)>) -> Vec<Returning> {
    let mut counts = [[0u64; 2]; CLASSES.len()];
    for (class, returned) in customers {
        if let Some([n, again]) = counts.get_mut(class as usize) {
            *n += 1;
            *again += u64::from(returned);
        }
    }
    let rows = CLASSES.into_iter().zip(counts);
    rows.map(|(class, [n, returned])| {
        let interval = wilson::interval(returned, n);
        Returning {
            class: class.name(),
            n,
            returned,
            share: wilson::share(returned, n),
            low: interval.map(|interval| interval.low),
            high: interval.map(|interval| interval.high),
        }
    })
    .collect()
}
