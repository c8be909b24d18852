//! JSON view of which responses the head figures are made of.

use serde::Serialize;
use trente_store::fold::counts;
use utoipa::ToSchema;

/// Which responses the head figures of a site are made of.
///
/// An unproven response costs its sender nothing, so a flood of them must not decide what a merchant reads first. As soon
/// as a site has one proven response, the head figures are of proven ones alone, and the unproven ones stand next to them.
/// A site that never signs an order has only unproven ones, and the head figures are called that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Headline {
    /// Responses whose purchase is proven, and no others.
    Verified,
    /// All responses: none of the site's has a proof.
    All,
}

impl From<counts::Headline> for Headline {
    fn from(headline: counts::Headline) -> Self {
        match headline {
            counts::Headline::Verified => Self::Verified,
            counts::Headline::All => Self::All,
        }
    }
}
