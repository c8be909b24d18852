//! Second factor as it is stored: the secret shared with an authenticator app, and the proof of a code.

use super::secret::SecretHash;

/// What the app and we share.
pub type Shared = [u8; 20];

/// What proves the second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A code of the app, by its time step.
    Step(u64),
    /// A recovery code, by its hash. It is used up.
    Recovery(SecretHash),
}
