//! Logs and Prometheus metrics of the service.
//!
//! Neither ever holds an address, a user agent, an origin, a path or a word of a customer. The numbers are those of the
//! process: wherever something happens, the `metrics` macros count it by its name.

use std::io;
use std::sync::OnceLock;
use std::time::Duration;

use clap::ValueEnum;
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::{Deserialize, Serialize};
use tracing_subscriber::filter::LevelFilter;
use trente_store::clock::now_ms;
use trente_store::model::site::Lag;

/// How often the samples of histograms are put into their buckets.
const MAINTENANCE_EVERY: Duration = Duration::from_secs(5);

/// Upper bounds in seconds: from a commit on a fast disk to a store that hangs.
const SECONDS: [f64; 14] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// Upper bounds in frames.
const FRAMES: [f64; 8] = [1.0, 4.0, 16.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Something failed.
    Error,
    /// Something is wrong and goes on.
    Warn,
    /// Beginning and end.
    Info,
    /// Details.
    Debug,
}

/// Sends log lines to standard error from now on.
pub fn log(format: LogFormat, level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let lines = tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(level).with_target(false);
    match format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}

/// Counts from now on, once in the life of a process.
pub fn count() {
    HANDLE.get_or_init(|| {
        let buckets = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_batch_frames".into()), &FRAMES));
        let handle = buckets.and_then(PrometheusBuilder::install_recorder);
        if let Err(error) = &handle {
            tracing::error!(%error, "metrics cannot be started");
        }
        describe();
        handle.ok()
    });
}

fn describe() {
    describe_counter!("trente_requests_total", "Requests by listener and status");
    describe_counter!("trente_refusals_total", "Refused requests by the code of the refusal");
    describe_counter!(
        "trente_limited_total",
        "Frames refused because there were too many, by the bucket that was empty"
    );
    describe_counter!(
        "trente_aside_total",
        "Unsigned frames that were stored and change no figure, because they contradict a customer on another network"
    );
    describe_gauge!(
        "trente_unusual_sites",
        "Sites of which unsigned frames were refused today because the day is unusual"
    );
    describe_counter!("trente_frames_total", "Frames that were stored, signed or not; previews are not counted");
    describe_counter!("trente_connections_total", "Connections by listener, and those refused");
    describe_counter!(
        "trente_signin_total",
        "Tries to sign in by their outcome: success, failure, code, limited, busy"
    );
    describe_counter!("trente_token_refused_total", "Refused tokens by reason: unknown, expired, rights");
    describe_counter!(
        "trente_mail_total",
        "Tries to hand a mail over by their outcome: sent, deferred, unanswered, refused, given_up"
    );
    describe_gauge!("trente_connections", "Open connections by listener");
    describe_gauge!("trente_queue_jobs", "Requests that wait for the writer");
    describe_gauge!("trente_inbox_frames", "Frames that are stored and not folded into the counts yet");
    describe_gauge!("trente_inbox_oldest_seconds", Unit::Seconds, "Age of the oldest of them");
    describe_gauge!("trente_clock_doubtful", "1 while retention deletes nothing because the clock has jumped");
    describe_histogram!("trente_commit_seconds", Unit::Seconds, "How long a commit of new frames takes");
    describe_histogram!("trente_commit_batch_frames", "How many frames are committed at once");
    describe_histogram!("trente_fold_seconds", Unit::Seconds, "How long a fold of the inbox takes");
    describe_gauge!("trente_store_up", "Whether the store answers and its last transactions succeeded");
}

/// Puts samples into their buckets until the process ends.
pub async fn run_maintenance() {
    loop {
        tokio::time::sleep(MAINTENANCE_EVERY).await;
        if let Some(Some(handle)) = HANDLE.get() {
            handle.run_upkeep();
        }
    }
}

/// Everything that was counted, in Prometheus' text format, with how far the fold is behind now; none when the store
/// does not answer.
pub fn render(lag: Option<Lag>, healthy: bool) -> String {
    if let Some(lag) = lag {
        gauge!("trente_inbox_frames").set(lag.frames as f64);
        let age_ms = lag.oldest_ms.map_or(0, |oldest| now_ms().saturating_sub(oldest));
        gauge!("trente_inbox_oldest_seconds").set(age_ms as f64 / 1000.0);
    }
    gauge!("trente_store_up").set(if healthy && lag.is_some() { 1.0 } else { 0.0 });
    HANDLE.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}
