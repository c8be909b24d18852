//! Failed sign-ins and refused tokens, as lines of the audit log. **Source**: OWASP ASVS 5.0, 16.3.1 and 16.3.2.
//!
//! A flood of failures must not fill the disk: the first failure of a kind and a name is a line at once, and what follows
//! within a minute is one more line with its number. Names without an account count as one name, so there are no more names than
//! accounts and tokens.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use metrics::counter;
use trente_store::Store;
use trente_store::change::Change;
use trente_store::clock::now_ms;
use trente_store::model::audit::Actor;

/// How long failures of one kind and name are gathered before they are another line.
const GATHER_MS: u64 = 60_000;

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// A wrong password, or a name without an account.
    SignIn,
    /// A try that had to wait.
    Limited,
    /// A wrong code of the second factor, or one that was used.
    Code,
    /// A wrong set-up code.
    Setup,
    /// A token that is not known.
    TokenUnknown,
    /// A token whose time is over, or has not come.
    TokenExpired,
    /// Something that the rights of a token or an account do not allow.
    Rights,
}

impl FailureKind {
    /// As the audit log says it.
    const fn act(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in failed",
            Self::Limited => "sign-in refused, too many failures",
            Self::Code => "second factor failed",
            Self::Setup => "set-up refused, wrong code",
            Self::TokenUnknown => "token refused, not known",
            Self::TokenExpired => "token refused, expired",
            Self::Rights => "refused, no right to it",
        }
    }

    /// Counts it, for Prometheus.
    fn count(self) {
        match self {
            Self::SignIn => signed_in("failure"),
            Self::Limited => signed_in("limited"),
            Self::Code => signed_in("code"),
            Self::Setup => signed_in("setup"),
            Self::TokenUnknown => counter!("trente_token_refused_total", "reason" => "unknown").increment(1),
            Self::TokenExpired => counter!("trente_token_refused_total", "reason" => "expired").increment(1),
            Self::Rights => counter!("trente_token_refused_total", "reason" => "rights").increment(1),
        }
    }
}

/// Counts how a try to sign in went, for Prometheus.
pub fn signed_in(outcome: &'static str) {
    counter!("trente_signin_total", "outcome" => outcome).increment(1);
}

/// What is told of a name without an account.
const NOBODY: &str = "a name without an account";

#[derive(Debug)]
struct Gathered {
    since_ms: u64,
    /// Failures since the last line.
    more: u64,
}

/// Failures that are not in the audit log yet, in memory.
#[derive(Debug, Default)]
pub struct FailureLog {
    gathered: Mutex<HashMap<(FailureKind, String), Gathered>>,
}

impl FailureLog {
    fn lock(&self) -> MutexGuard<'_, HashMap<(FailureKind, String), Gathered>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a failed try to sign in with a name; `known` when an account is known to have it.
    pub async fn name(&self, store: &Store, kind: FailureKind, name: &str, known: Option<bool>) {
        // What is being gathered is known already, and a flood asks the store for nothing.
        let is_gathered = self.lock().contains_key(&(kind, name.to_owned()));
        let known = match known {
            Some(known) => known,
            None if is_gathered => true,
            None => store.password(name.to_owned()).await.is_ok_and(|found| found.is_some()),
        };
        self.subject(store, kind, if known { name } else { NOBODY }).await;
    }

    /// Notes a failure of a subject: an account or a token that exists, or none.
    pub async fn subject(&self, store: &Store, kind: FailureKind, subject: &str) {
        kind.count();
        let first = {
            let mut gathered = self.lock();
            match gathered.get_mut(&(kind, subject.to_owned())) {
                Some(known) => {
                    known.more += 1;
                    false
                }
                None => {
                    gathered.insert((kind, subject.to_owned()), Gathered { since_ms: now_ms(), more: 0 });
                    true
                }
            }
        };
        if first {
            write(store, kind, subject.to_owned(), 1).await;
        }
    }

    /// Writes down what was gathered for a minute, or, at the end, everything.
    pub async fn flush(&self, store: &Store, now_ms: u64, all: bool) {
        let mut lines = Vec::new();
        self.lock().retain(|(kind, subject), gathered| {
            if !all && now_ms.saturating_sub(gathered.since_ms) < GATHER_MS {
                return true;
            }
            let goes_on = gathered.more > 0;
            if goes_on {
                lines.push((*kind, subject.clone(), gathered.more));
            }
            *gathered = Gathered { since_ms: now_ms, more: 0 };
            goes_on
        });
        for (kind, subject, more) in lines {
            write(store, kind, subject, more).await;
        }
    }
}

async fn write(store: &Store, kind: FailureKind, subject: String, times: u64) {
    let subject = if times == 1 { subject } else { format!("{subject}, {times} times more") };
    if let Err(error) = store.change(Actor::service(), Change::Refused { act: kind.act(), subject }).await {
        tracing::error!(%error, "a failure cannot be written into the audit log");
    }
}
