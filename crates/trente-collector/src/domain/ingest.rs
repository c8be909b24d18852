//! Ingestion of frames, from the body of a request to the durable commit; widget and hosted page both use it.

use std::time::Duration;

use metrics::counter;
use thiserror::Error;
use trente_store::Store;
use trente_store::clock::now_ms;
use trente_store::inbound::{AppendError, Inbound};
use trente_survey::Error as FrameError;
use trente_survey::frame::{BodyError, Frame};
use trente_survey::response_id::SurveyId;

use super::catalog::{Catalog, Snapshot};
use super::origin::RequestOrigin;
use super::senders::{Judgement, Senders};
use super::throttle::client::Client;
use super::throttle::network::NetworkHasher;
use super::throttle::{Load, Throttle};

/// What a frame passes on its way.
pub struct Ingest<'a> {
    /// Knows sites and surveys.
    pub catalog: &'a Catalog,
    /// Takes what is accepted.
    pub store: &'a Store,
    /// Rate limits.
    pub throttle: &'a Throttle,
    /// Knows who sent unsigned responses.
    pub senders: &'a Senders,
    /// Turns addresses into numbers of networks.
    pub networks: &'a NetworkHasher,
    /// How long a commit may take.
    pub store_wait: Duration,
}

/// What has become of the frames of a body: all of them are on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Whether it was a rehearsal, of which nothing is kept.
    pub rehearsal: bool,
    /// Whether every frame proves its purchase.
    pub verified: bool,
    /// Whether a frame was kept aside.
    pub aside: bool,
}

/// Why frames are refused; none of them is stored then, unless it is [`IngestError::Store`] and the commit was late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IngestError {
    /// The body holds more frames than one may.
    #[error("too many frames at once")]
    TooMany,
    /// A frame is refused.
    #[error("frame {index}: {error}")]
    Frame {
        /// Which, from 0.
        index: usize,
        /// Why.
        error: FrameError,
    },
    /// The page may not send to this site.
    #[error("this origin is not allowed")]
    Origin,
    /// The site is closed.
    #[error("the site is closed")]
    Closed,
    /// There were too many frames lately; seconds after which to come back.
    #[error("too many frames; come back in {0} s")]
    Rate(u32),
    /// Too many requests wait for the store.
    #[error("the queue is full")]
    Busy,
    /// The store failed, or does not answer.
    #[error("the store failed")]
    Store,
}

impl Ingest<'_> {
    /// Checks every frame and stores them all, or none; done when they are on disk.
    ///
    /// # Errors
    /// [`IngestError`]: the first bad frame refuses the whole body.
    pub async fn accept(&self, client: Client, source: &RequestOrigin, body: &[u8]) -> Result<Taken, IngestError> {
        self.take(client, source, body, false).await
    }

    /// As [`Self::accept`], for frames that [`Throttle::admit`] has counted already.
    ///
    /// # Errors
    /// [`IngestError`]
    pub async fn accept_counted(
        &self,
        client: Client,
        source: &RequestOrigin,
        body: &[u8],
    ) -> Result<Taken, IngestError> {
        self.take(client, source, body, true).await
    }

    async fn take(
        &self,
        client: Client,
        source: &RequestOrigin,
        body: &[u8],
        counted: bool,
    ) -> Result<Taken, IngestError> {
        let decode = |snapshot: &Snapshot| {
            let layout = |id: SurveyId| snapshot.survey(id).map(|(survey, _)| survey.layout);
            Frame::decode_body(body, layout)
        };
        let mut snapshot = self.catalog.snapshot();
        let mut decoded = decode(&snapshot);
        if names_unknown_survey(&decoded) {
            // A survey that was published a moment ago is looked for in the store before its frames are refused.
            snapshot = self.catalog.get_or_refresh(|snapshot| !names_unknown_survey(&decode(snapshot))).await;
            decoded = decode(&snapshot);
            if names_unknown_survey(&decoded) && snapshot.is_empty() {
                // A service that was started again after its database was lost must not tell widgets that their answers are
                // for no site: they keep them until the store was restored.
                return Err(IngestError::Store);
            }
        }
        let frames = decoded?;

        let received_ms = now_ms();
        let mut accepted = Vec::with_capacity(frames.len());
        let mut loads: Vec<(i64, Load)> = Vec::new();
        for (index, (frame, bytes)) in frames.into_iter().enumerate() {
            let refuse = |error| IngestError::Frame { index, error };
            let (_, site) = snapshot.survey(frame.survey).ok_or(refuse(FrameError::Survey))?;
            if !site.allows(source) {
                return Err(IngestError::Origin);
            }
            if site.closed {
                return Err(IngestError::Closed);
            }
            let verified = snapshot.proof(site, &frame, received_ms).map_err(refuse)?;
            count(&mut loads, site.id, verified);
            // A rehearsal is checked like any other and leaves nothing behind.
            if !frame.preview {
                accepted.push((frame, Inbound { received_ms, verified, aside: false, bytes: bytes.to_vec() }));
            }
        }
        // Counted last: what is refused for another reason takes no room, and only here is known what is signed.
        for (site, load) in loads.into_iter().filter(|_| !counted) {
            self.throttle.admit(client, site, load).map_err(|excess| IngestError::Rate(excess.retry_after_s))?;
        }
        if accepted.is_empty() {
            return Ok(Taken { rehearsal: true, ..Taken::default() });
        }
        let accepted = self.judged(&snapshot, client, accepted).await?;
        let signed = accepted.iter().filter(|frame| frame.verified).count();
        let numbers = [("yes", signed), ("no", accepted.len() - signed)];
        let aside = accepted.iter().any(|frame| frame.aside);
        let taken = Taken { rehearsal: false, verified: signed == accepted.len(), aside };
        self.store.append(accepted, self.store_wait).await.map_err(|error| match error {
            AppendError::Full => IngestError::Busy,
            AppendError::Failed | AppendError::Late => IngestError::Store,
        })?;
        for (signed, frames) in numbers.into_iter().filter(|(_, frames)| *frames > 0) {
            counter!("trente_frames_total", "signed" => signed).increment(frames as u64);
        }
        Ok(taken)
    }

    /// Marks the unsigned frames that contradict what a customer on another network has answered.
    async fn judged(
        &self,
        snapshot: &Snapshot,
        client: Client,
        frames: Vec<(Frame, Inbound)>,
    ) -> Result<Vec<Inbound>, IngestError> {
        let generation = self.networks.generation();
        let mut judged = Vec::with_capacity(frames.len());
        for (frame, mut inbound) in frames {
            if !inbound.verified {
                let judgement = match self.senders.judge(generation, client, &frame) {
                    Judgement::Ask => {
                        let stored = self.stored(snapshot, &frame).await?;
                        self.senders.judge_stored(generation, client, &frame, stored.as_ref())
                    }
                    known => known,
                };
                inbound.aside = judgement == Judgement::Aside;
                if inbound.aside {
                    counter!("trente_aside_total").increment(1);
                }
            }
            judged.push(inbound);
        }
        Ok(judged)
    }

    /// The unsigned frame that wins at present of those that are stored of a response.
    async fn stored(&self, snapshot: &Snapshot, frame: &Frame) -> Result<Option<Frame>, IngestError> {
        let Some((survey, _)) = snapshot.survey(frame.survey) else { return Ok(None) };
        // In a box, because every request has room for this future and few run it.
        let kept = Box::pin(self.store.latest_frame(survey.layout, frame.survey, frame.response, false));
        kept.await.map_err(|error| {
            tracing::error!(%error, "a response cannot be looked up");
            IngestError::Store
        })
    }
}

fn count(loads: &mut Vec<(i64, Load)>, site: i64, verified: bool) {
    let index = loads.iter().position(|(known, _)| *known == site).unwrap_or_else(|| {
        loads.push((site, Load::default()));
        loads.len() - 1
    });
    if let Some((_, load)) = loads.get_mut(index) {
        *(if verified { &mut load.signed } else { &mut load.unsigned }) += 1;
    }
}

const fn names_unknown_survey<T>(decoded: &Result<T, BodyError>) -> bool {
    matches!(decoded, Err(BodyError::Frame { error: FrameError::Survey, .. }))
}

impl From<BodyError> for IngestError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooMany => Self::TooMany,
            BodyError::Frame { index, error } => Self::Frame { index, error },
        }
    }
}
