//! Queue recovery after a wrong clock: makes due what a clock that ran ahead has put off beyond every delay of a queue.

use std::sync::Weak;
use std::time::Duration;

use trente_store::clock::now_ms;

use super::WAITS;
use crate::app::App;
use crate::limits::Limits;

/// How often it is looked for.
const LOOK: Duration = Duration::from_secs(60);
/// What is added to the longest wait: leases, the time that a customer may still be at their answer, and clocks of several
/// collectors that differ.
const SLACK: Duration = Duration::from_secs(3600);

/// Looks for as long as the service is there.
pub async fn follow(app: Weak<App>) {
    loop {
        let Some(app) = app.upgrade() else { return };
        let now_ms = now_ms();
        let latest_ms = now_ms.saturating_add(longest(&app.limits).as_millis() as u64);
        match app.store.recall_queues(now_ms, latest_ms).await {
            Ok(0) => {}
            Ok(messages) => tracing::warn!(
                messages,
                "webhook messages or mails were put off by a clock that was ahead; they are sent now"
            ),
            Err(error) => tracing::error!(%error, "what a wrong clock has put off cannot be looked up"),
        }
        drop(app);
        tokio::time::sleep(LOOK).await;
    }
}

/// How far ahead of the clock anything in a queue can be due.
fn longest(limits: &Limits) -> Duration {
    let times = WAITS.iter().max().copied().unwrap_or(1);
    limits.webhook_retry.max(limits.mail_retry) * times + SLACK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_waits_longer_than_a_day_and_an_hour() {
        assert_eq!(longest(&Limits::default()), Duration::from_secs(25 * 3600));
    }
}
