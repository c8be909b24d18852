//! What many responses mean.
//!
//! Pure: from counts to numbers, without input, output or clock, and the same bits on every machine, because
//! floats only meet `+ - * / sqrt` in a written order. In reading order:
//!
//! - [`aggregate`]: counts of responses, which add up over days, sites and collectors;
//! - [`summary`]: what a results page says, as a function of an aggregate;
//! - [`nps`], [`csat`], [`ces`]: the three standard metrics; [`wilson`]: the interval of a share.
//!
//! A metric of no answers is `None`, never 0. Intervals hold 95 % and are clipped to the scale.
//!
//! Not here: which responses count (the collector's fold), when few answers are worth a number (the page).

pub mod aggregate;
pub mod ces;
pub mod csat;
pub mod interval;
pub mod nps;
pub mod summary;
pub mod wilson;

pub use aggregate::{Aggregate, CountError};
pub use interval::Interval;
pub use summary::Summary;
