//! Test support of administration: an account that has signed in, a program with a token.

use serde_json::Value;
use trente_collector::domain::auth::failures::FailureLog;
use trente_collector::domain::auth::password;
use trente_store::Store;
use trente_store::change::Change;
use trente_store::clock::{DAY_MS, now_ms};
use trente_store::model::account::{Rights, Stage};
use trente_store::model::audit::{Actor, AuditRow};
use trente_store::model::scope::Scope;
use trente_store::model::secret::{Secret, TOKEN_PREFIX};
use trente_store::model::token::TokenRow;
use trente_testing::stores::wait;

use super::{Answer, Server, request};

pub const PASSWORD: &str = "une longue phrase";
/// What a browser says of a form of our own.
pub const OWN: (&str, &str) = ("Sec-Fetch-Site", "same-origin");

impl Server {
    pub fn store(&self) -> Store {
        self.app.store.clone()
    }

    pub fn change(&self, change: Change) {
        wait(async { self.app.store.change(Actor::shell(), change).await.unwrap() })
    }

    pub fn add_account(&self, name: &str) {
        self.add_account_with(name, Rights::OWNER);
    }

    pub fn add_account_with(&self, name: &str, rights: Rights) {
        let hash = password::hash(&PASSWORD.to_owned().into()).unwrap();
        self.change(Change::AddAccount { name: name.to_owned(), hash, rights });
    }

    /// The code that the service prints.
    pub fn setup_code(&self) -> String {
        self.app.setup_code.text().to_string()
    }

    /// Sends the form for signing in.
    pub fn sign_in(&self, name: &str, password: &str, headers: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("name", name), ("password", password), ("next", "/sites/olive")])
            .finish();
        let headers = [&[OWN, ("Content-Type", "application/x-www-form-urlencoded")], headers].concat();
        request(self.results, "POST", "/login", &headers, body.as_bytes())
    }

    /// The cookie of a new session of `ada`, without the form and its limits.
    pub fn cookie(&self) -> String {
        if self.count("account") == 0 {
            self.add_account("ada");
        }
        self.cookie_for("ada")
    }

    /// The same of an account that is there.
    pub fn cookie_for(&self, account: &str) -> String {
        let secret = Secret::new().unwrap();
        self.change(Change::SignIn {
            session: secret.hash(),
            account: account.to_owned(),
            before: None,
            device: None,
            stage: Stage::Full,
            proof: None,
        });
        format!("{}={}", trente_collector::inner::session::NAME, secret.reveal())
    }

    pub fn token(&self, name: &str, scopes: &[Scope], site: Option<&str>) -> String {
        let secret = Secret::new().unwrap();
        self.change(Change::AddToken(TokenRow {
            hash: secret.hash(),
            name: name.to_owned(),
            scopes: scopes.iter().copied().collect(),
            site: site.map(str::to_owned),
            created_ms: now_ms(),
            expires_ms: Some(now_ms() + DAY_MS),
            used_ms: None,
        }));
        format!("{TOKEN_PREFIX}{}", secret.reveal())
    }

    /// A token that may do everything.
    pub fn master(&self) -> String {
        self.token("master", &[Scope::Read, Scope::Export, Scope::Erase, Scope::Admin], None)
    }

    pub fn api(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {token}");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        request(self.results, method, &format!("/api/v1{path}"), &headers, body.as_bytes())
    }

    /// What gathers failures.
    pub fn watch(&self) -> &FailureLog {
        &self.app.failures
    }

    /// The audit log, the newest line first.
    pub fn audit(&self) -> Vec<AuditRow> {
        wait(async { self.app.store.audit(None, 1000).await.unwrap() })
    }
}

pub fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}
