//! JSON view of a webhook, without its secret.

use serde::Serialize;
use trente_store::clock::format_minute;
use trente_store::model::webhook::WebhookRow;
use utoipa::ToSchema;

/// A receiver.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Its number.
    pub id: i64,
    /// Where messages go.
    pub url: String,
    /// What it is told: `response`, `alert`, `digest`.
    pub events: Vec<&'static str>,
    /// When it was added.
    pub created: String,
    /// Since when no message has been delivered; null while all is well.
    pub failing_since: Option<String>,
    /// When it answered `410 Gone`; it is told nothing more. Null where it did not.
    pub gone: Option<String>,
}

impl Webhook {
    /// As it is told, without its secret.
    pub fn of(row: WebhookRow) -> Self {
        Self {
            id: row.id,
            url: row.url,
            events: row.events.names(),
            created: format_minute(row.created_ms),
            failing_since: row.failing_ms.map(format_minute),
            gone: row.gone_ms.map(format_minute),
        }
    }
}
