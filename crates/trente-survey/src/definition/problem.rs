//! Problems of a draft: what is wrong, where, and how severe it is.

use alloc::string::String;
use core::fmt;

use serde::Serialize;

/// Whether a problem keeps a survey from being published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It does.
    Error,
    /// It does not, and should be looked at.
    Warning,
}

/// One problem of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Whether it keeps the survey from being published.
    pub severity: Severity,
    /// Where in the document, such as `extra[0].text.fr`.
    pub path: String,
    /// What is wrong and what would be right, as a sentence without its final stop.
    pub message: String,
    /// The whole text as it should be written, where a rule of French can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
}

impl Problem {
    pub(super) fn error(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, path: path.into(), message: message.into(), correction: None }
    }

    pub(super) fn warning(path: impl Into<String>, message: impl Into<String>, correction: Option<String>) -> Self {
        Self { severity: Severity::Warning, path: path.into(), message: message.into(), correction }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}: {}: {}", self.path, self.message)
    }
}
