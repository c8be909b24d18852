//! JSON view of a line of the audit log.

use serde::Serialize;
use trente_store::clock::format_rfc3339;
use trente_store::model::audit::AuditRow;
use utoipa::ToSchema;

/// A line of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLine {
    /// Its number, which only grows.
    pub id: i64,
    /// When, in UTC.
    pub at: String,
    /// Who: `shell`, `account …`, `token …`, `service`.
    pub actor: String,
    /// What.
    pub act: String,
    /// To what.
    pub subject: String,
}

impl AuditLine {
    /// As it is told.
    pub fn of(row: AuditRow) -> Self {
        Self { id: row.id, at: format_rfc3339(row.at_ms), actor: row.actor, act: row.act, subject: row.subject }
    }
}
