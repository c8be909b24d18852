//! Names of the two listeners: the public one, and the inner one for results and administration.

/// Which of the two listeners, as metrics name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// Widget, surveys, responses, hosted page.
    Public,
    /// Results and metrics.
    Inner,
}

impl Listener {
    /// The label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Inner => "inner",
        }
    }
}
