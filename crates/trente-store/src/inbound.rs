//! Inbound frame that is to be stored, and the errors of appending it, a full queue (backpressure) among them.

use std::time::Duration;

use thiserror::Error;
use tokio::sync::oneshot;

/// A frame that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// When it came, in milliseconds since 1970.
    pub received_ms: u64,
    /// Whether its tag was verified.
    pub verified: bool,
    /// Whether it contradicts what a customer on another network has said, see `trente-collector`, `domain::senders`.
    /// Such a frame is stored and displaces none that is not.
    pub aside: bool,
    /// The frame as it came.
    pub bytes: Vec<u8>,
}

/// Why frames are not known to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AppendError {
    /// Too many jobs wait.
    #[error("the queue is full")]
    Full,
    /// The transaction failed, or the writer has ended.
    #[error("the store failed")]
    Failed,
    /// The commit takes too long; its outcome is not known.
    #[error("the store is slow")]
    Late,
}

/// Where a writer tells what has become of appended frames.
pub(crate) type Reply = oneshot::Sender<Result<(), AppendError>>;

/// Waits until a writer has committed appended frames, for at most `wait`.
///
/// # Errors
/// [`AppendError`]
pub(crate) async fn acknowledged(
    answer: oneshot::Receiver<Result<(), AppendError>>,
    wait: Duration,
) -> Result<(), AppendError> {
    match tokio::time::timeout(wait, answer).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(AppendError::Failed),
        Err(_) => Err(AppendError::Late),
    }
}
