//! Shop days: annotations, and how many orders were asked, as the merchant enters them.

/// Something that happened on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Days since 1970, in the time zone of the site.
    pub day: u32,
    /// Its number among those of the day.
    pub id: i64,
    /// One line.
    pub text: String,
}

/// Orders that were asked on some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrdersAsked {
    /// Days of which it is known.
    pub days: u32,
    /// The orders of those days.
    pub n: u64,
}
