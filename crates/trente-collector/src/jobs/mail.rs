//! Mail queue: plans mails, writes them when they are due, and hands them to the mail server, with retries and growing
//! delays (backoff).
//!
//! [`plan`] puts into the queue what accounts are to be told, `letter` writes it when it is sent, and this file sends.
//! A mail is in the queue before it is sent and until the server has answered, so none is lost; its id is in the queue
//! once and for all, so none is made twice.
//!
//! One case is left that SMTP cannot decide: all of a mail was sent, and no answer came. The server may have taken it or
//! not. It is handed over again, because a customer of whom the shop never hears is worse than a mail that comes twice, later
//! than other failures, and as the same mail, with the same Message-ID, by which many mailboxes show it once.
//! **Source**: RFC 5321, 4.5.4.1 and 6.1; RFC 1047.

mod letter;
pub mod plan;

use std::sync::Weak;
use std::time::{Duration, Instant};

use metrics::counter;
use trente_store::StoreError;
use trente_store::clock::now_ms;
use trente_store::model::mail::{NoticeOutcome, PendingNotice};

use self::plan::Planned;
use super::WAITS;
use crate::app::App;
use crate::mail::dialogue::{Failure, Mailer, Patience};

/// How many looks for customers one look for what is sent at an hour is.
const LOOKS: u32 = 12;
/// How long a mail may take beyond the server's own time: the store.
const LEASE_MORE: Duration = Duration::from_secs(60);
/// Answers of the server to one mail, the last apart.
const ANSWERS: u32 = 6;

/// Plans and sends for as long as the service is there; ends at once where no mail server is configured.
pub async fn follow(app: Weak<App>) {
    let (mut planned, mut looked, mut failures) = (Planned::default(), None::<Instant>, 0_u32);
    loop {
        let Some(app) = app.upgrade() else { return };
        let Some(mailer) = app.mailer.clone() else { return };
        let (look, retry) = (app.limits.mail_look, app.limits.mail_retry);
        if looked.is_none_or(|at| at.elapsed() >= look * LOOKS) {
            looked = Some(Instant::now());
            report(plan::scheduled(&app.store, now_ms(), &mut planned).await);
        }
        report(plan::customers(&app.store, now_ms(), app.limits.mail_settle).await);
        match send_due(&app, &mailer).await {
            Ok(true) => failures = 0,
            // No mail would pass now. The next try is soon, and later when it fails again.
            Ok(false) => failures = failures.saturating_add(1),
            Err(error) => tracing::error!(%error, "due mails cannot be read"),
        }
        drop(app);
        let backoff = if failures == 0 { Duration::ZERO } else { retry * 2_u32.saturating_pow(failures - 1).min(60) };
        tokio::time::sleep(backoff.max(look)).await;
    }
}

fn report(planned: Result<u64, StoreError>) {
    if let Err(error) = planned {
        tracing::error!(%error, "mails cannot be planned");
    }
}

/// Sends everything that is due, one after the other; false when the mail server takes none.
async fn send_due(app: &App, mailer: &Mailer) -> Result<bool, StoreError> {
    let limits = &app.limits;
    let patience = Patience { command: limits.mail_command, end: limits.mail_end };
    let lease = patience.command * ANSWERS + patience.end + LEASE_MORE;
    loop {
        // Taken, sent and written down under one guard, for which the end of the service waits.
        let _under_way = app.mailing.lock().await;
        let now_ms = now_ms();
        let Some(pending) = app.store.lease_notice(now_ms, now_ms + lease.as_millis() as u64).await? else {
            return Ok(true);
        };
        let (outcome, failed) = match letter::written(app, mailer, &pending).await? {
            None => (NoticeOutcome::Nothing, false),
            Some(mail) => match mailer.send(&mail, patience).await {
                Ok(_) => {
                    counter!("trente_mail_total", "outcome" => "sent").increment(1);
                    (NoticeOutcome::Sent, false)
                }
                Err(failure) => (after(&failure, &pending, limits.mail_retry), failure.is_of_server()),
            },
        };
        app.store.finish_notice(pending, outcome).await?;
        if failed {
            return Ok(false);
        }
    }
}

/// What follows a failure; it is counted and logged, without an address and without the server's words, which may hold
/// one.
fn after(failure: &Failure, pending: &PendingNotice, retry: Duration) -> NoticeOutcome {
    let (tries, site) = (pending.tries + 1, pending.site.as_str());
    let (step, code) = (failure.step.name(), failure.code);
    // The shortest wait is left out where the server may still be busy with the mail.
    let wait = WAITS.get(pending.tries as usize + usize::from(failure.is_unanswered()));
    let (outcome, word) = match wait {
        _ if failure.is_refusal() => (NoticeOutcome::Refused, "refused"),
        None => (NoticeOutcome::GaveUp, "given_up"),
        Some(&times) => {
            let at = now_ms() + (retry * times).as_millis() as u64;
            (NoticeOutcome::RetryAt(at), if failure.is_unanswered() { "unanswered" } else { "deferred" })
        }
    };
    counter!("trente_mail_total", "outcome" => word).increment(1);
    match word {
        "refused" => tracing::warn!(site, tries, step, code, "the mail server refuses a mail; it is not tried again"),
        "given_up" => tracing::warn!(site, tries, step, code, "a mail was tried for the last time"),
        "unanswered" => tracing::warn!(
            site,
            tries,
            step,
            "the mail server broke off after the whole mail; it may have taken it, and gets it again with the same \
             Message-ID"
        ),
        _ => tracing::warn!(site, tries, step, code, "a mail was not handed over; it is tried again"),
    }
    outcome
}

#[cfg(test)]
mod tests {
    use trente_store::model::mail::Notice;

    use super::*;
    use crate::mail::dialogue::Step;

    fn pending(tries: u32) -> PendingNotice {
        let (id, account, site) = (String::new(), String::new(), "olive".to_owned());
        PendingNotice { id, account, site, notice: Notice::Digest(1), created_ms: 0, tries, lease_ms: 0 }
    }

    fn wait(step: Step, code: Option<u16>, tries: u32) -> Option<u64> {
        let failure = Failure { step, code, said: String::new() };
        match after(&failure, &pending(tries), Duration::from_secs(5)) {
            NoticeOutcome::RetryAt(at) => Some((at - now_ms()).div_ceil(1000)),
            outcome => {
                assert_eq!(outcome, if failure.is_refusal() { NoticeOutcome::Refused } else { NoticeOutcome::GaveUp });
                None
            }
        }
    }

    #[test]
    fn a_mail_is_tried_for_three_days_and_one_that_is_refused_once() {
        let waits: Vec<_> = (0..=9).map_while(|tries| wait(Step::Connect, None, tries)).collect();
        assert_eq!(waits, [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
        assert_eq!(wait(Step::Recipient, Some(550), 0), None);
        assert_eq!(wait(Step::SignIn, Some(535), 0), Some(5), "the operator may mend it");
        assert_eq!(wait(Step::Recipient, Some(451), 0), Some(5));
        assert_eq!(wait(Step::End, None, 0), Some(300), "not at once where the server may be busy with it");
    }
}
