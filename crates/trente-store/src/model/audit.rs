//! Audit log: the actor of an act, and a line of the log.

/// Who acts: `shell`, `account ada`, `token till`, `service`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor(pub String);

impl Actor {
    /// An operator who may run the command line on the database.
    pub fn shell() -> Self {
        Self("shell".to_owned())
    }

    /// An account that has signed in.
    pub fn account(name: &str) -> Self {
        Self(format!("account {name}"))
    }

    /// The service itself, which writes down what it has refused.
    pub fn service() -> Self {
        Self("service".to_owned())
    }

    /// A program with a token.
    pub fn token(name: &str) -> Self {
        Self(format!("token {name}"))
    }
}

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, which only grows.
    pub id: i64,
    /// Milliseconds since 1970.
    pub at_ms: u64,
    /// Who.
    pub actor: String,
    /// What.
    pub act: String,
    /// To what.
    pub subject: String,
}
