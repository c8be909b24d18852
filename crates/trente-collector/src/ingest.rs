//! A body of frames from its arrival to its commit: the one way in, for the widget and for the hosted page.

use metrics::counter;
use trente_survey::Error;
use trente_survey::frame::{BodyError, Frame};
use trente_survey::response_id::SurveyId;

use crate::app::App;
use crate::catalog::Snapshot;
use crate::clock::{epoch, now_ms};
use crate::http::error::ApiError;
use crate::origin::Source;
use crate::senders::Judgement;
use crate::store::inbound::{AppendError, Inbound};
use crate::throttle::Load;
use crate::throttle::client::Client;

/// Checks every frame and stores them all, or none; done when they are on disk.
///
/// # Errors
/// [`ApiError`]: the first bad frame refuses the whole body.
pub async fn accept(app: &App, client: Client, source: &Source, body: &[u8]) -> Result<(), ApiError> {
    take(app, client, source, body, false).await
}

/// As [`accept`], for frames that [`Throttle::admit`](crate::throttle::Throttle::admit) has counted already.
///
/// # Errors
/// [`ApiError`]
pub async fn accept_counted(app: &App, client: Client, source: &Source, body: &[u8]) -> Result<(), ApiError> {
    take(app, client, source, body, true).await
}

async fn take(app: &App, client: Client, source: &Source, body: &[u8], counted: bool) -> Result<(), ApiError> {
    let decode = |snapshot: &Snapshot| {
        let layout = |id: SurveyId| snapshot.survey(id).map(|(survey, _)| survey.layout);
        Frame::decode_body(body, layout)
    };
    let mut snapshot = app.catalog.snapshot();
    let mut decoded = decode(&snapshot);
    if names_unknown_survey(&decoded) {
        // A survey that was published a moment ago is looked for in the store before its frames are refused.
        snapshot = app.catalog.with(|snapshot| !names_unknown_survey(&decode(snapshot))).await;
        decoded = decode(&snapshot);
        if names_unknown_survey(&decoded) && snapshot.is_empty() {
            // A service that was started again after its database was lost must not tell widgets that their answers are
            // for nobody: they keep them until the store was restored.
            return Err(ApiError::Store);
        }
    }
    let frames = decoded?;

    let received_ms = now_ms();
    let mut accepted = Vec::with_capacity(frames.len());
    let mut loads: Vec<(i64, Load)> = Vec::new();
    for (index, (frame, bytes)) in frames.into_iter().enumerate() {
        let refuse = |error| ApiError::Frame { index, error };
        let (_, site) = snapshot.survey(frame.survey).ok_or(refuse(Error::Survey))?;
        if !site.allows(source) {
            return Err(ApiError::Origin);
        }
        let verified = snapshot.proof(site, &frame, epoch(received_ms)).map_err(refuse)?;
        count(&mut loads, site.id, verified);
        // A rehearsal is checked like any other and leaves nothing behind.
        if !frame.preview {
            accepted.push((frame, Inbound { received_ms, verified, aside: false, bytes: bytes.to_vec() }));
        }
    }
    // Counted last: what is refused for another reason takes no room, and only here is known what is signed.
    for (site, load) in loads.into_iter().filter(|_| !counted) {
        app.throttle.admit(client, site, load).map_err(|excess| ApiError::Rate(excess.retry_after_s))?;
    }
    if accepted.is_empty() {
        return Ok(());
    }
    let accepted = judged(app, &snapshot, client, accepted).await?;
    let signed = accepted.iter().filter(|frame| frame.verified).count();
    let numbers = [("yes", signed), ("no", accepted.len() - signed)];
    app.store.append(accepted, app.limits.store_wait).await.map_err(|error| match error {
        AppendError::Full => ApiError::Busy,
        AppendError::Failed | AppendError::Late => ApiError::Store,
    })?;
    for (signed, frames) in numbers.into_iter().filter(|(_, frames)| *frames > 0) {
        counter!("trente_frames_total", "signed" => signed).increment(frames as u64);
    }
    Ok(())
}

/// Marks the unsigned frames that contradict what a customer on another network has answered.
async fn judged(
    app: &App,
    snapshot: &Snapshot,
    client: Client,
    frames: Vec<(Frame, Inbound)>,
) -> Result<Vec<Inbound>, ApiError> {
    let generation = app.prefixes.generation();
    let mut judged = Vec::with_capacity(frames.len());
    for (frame, mut inbound) in frames {
        if !inbound.verified {
            let judgement = match app.senders.judge(generation, client, &frame) {
                Judgement::Ask => {
                    let stored = stored(app, snapshot, &frame).await?;
                    app.senders.settle(generation, client, &frame, stored.as_ref())
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
async fn stored(app: &App, snapshot: &Snapshot, frame: &Frame) -> Result<Option<Frame>, ApiError> {
    let Some((survey, _)) = snapshot.survey(frame.survey) else { return Ok(None) };
    let kept = app.store.kept(survey.layout, frame.survey, frame.response, false);
    kept.await.map_err(|error| {
        tracing::error!(%error, "a response cannot be looked up");
        ApiError::Store
    })
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
    matches!(decoded, Err(BodyError::Frame { error: Error::Survey, .. }))
}
