//! Authentication and authorization of an API request: its caller, and what they may do.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use trente_store::StoreError;
use trente_store::model::access::{Access, Sites};
use trente_store::model::audit::Actor;
use trente_store::model::scope::Scope;

use super::problem::ApiProblem;
use crate::app::App;
use crate::domain::auth::failures::FailureKind;
use crate::inner::bearer_token::BearerAuth;
use crate::inner::{bearer_token, session};

/// A program with a token, or an account that has signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    /// For the audit log.
    pub actor: Actor,
    access: Access,
}

impl Caller {
    /// Whether they may do this to that site.
    ///
    /// # Errors
    /// [`ApiProblem::Forbidden`]: also for a site that does not exist, so that a token does not tell which sites there are.
    pub fn may(&self, scope: Scope, site: &str) -> Result<(), ApiProblem> {
        allowed(self.access.may(scope, site))
    }

    /// Whether they may do this to all sites.
    ///
    /// # Errors
    /// [`ApiProblem::Forbidden`]
    pub fn may_everywhere(&self, scope: Scope) -> Result<(), ApiProblem> {
        allowed(self.access.may_everywhere(scope))
    }

    /// Whether they may do this to some site.
    ///
    /// # Errors
    /// [`ApiProblem::Forbidden`]
    pub fn may_somewhere(&self, scope: Scope) -> Result<(), ApiProblem> {
        allowed(self.access.scopes.has(scope))
    }

    /// Whether they may have single responses of that site sent somewhere: with the scope for it, or with those for
    /// changing the site and for reading what is sent.
    ///
    /// # Errors
    /// [`ApiProblem::Forbidden`]
    pub fn may_send(&self, site: &str) -> Result<(), ApiProblem> {
        let both = self.access.may(Scope::Admin, site) && self.access.may(Scope::Export, site);
        allowed(both || self.access.may(Scope::Webhook, site))
    }

    /// Whether they may have alerts and digests of that site sent somewhere, which hold no single response: with the scope
    /// for webhooks, or with those for changing the site and for reading its figures.
    ///
    /// # Errors
    /// [`ApiProblem::Forbidden`]
    pub fn may_tell(&self, site: &str) -> Result<(), ApiProblem> {
        let both = self.access.may(Scope::Admin, site) && self.access.may(Scope::Read, site);
        allowed(both || self.access.may(Scope::Webhook, site))
    }

    /// Whether they may see and end what is sent from that site.
    ///
    /// # Errors
    /// [`ApiProblem::Forbidden`]
    pub fn may_end(&self, site: &str) -> Result<(), ApiProblem> {
        allowed(self.access.may(Scope::Admin, site) || self.access.may(Scope::Webhook, site))
    }

    /// Whether they are to know of a site.
    pub fn sees(&self, site: &str) -> bool {
        self.access.sees(site)
    }
}

const fn allowed(allowed: bool) -> Result<(), ApiProblem> {
    if allowed { Ok(()) } else { Err(ApiProblem::Forbidden) }
}

/// Finds out who calls, or refuses; and writes down who was refused.
pub async fn require_caller(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    match find(&app, request.headers()).await {
        Ok(Some(caller)) => {
            let actor = caller.actor.clone();
            request.extensions_mut().insert(caller);
            let response = next.run(request).await;
            // The only reason for it behind this door.
            if response.status() == StatusCode::FORBIDDEN {
                app.failures.subject(&app.store, FailureKind::Rights, &actor.0).await;
            }
            response
        }
        Ok(None) => ApiProblem::Unknown.into_response(),
        Err(error) => ApiProblem::from(error).into_response(),
    }
}

/// A token counts alone: a request that shows one is not helped by a cookie that comes along. The cookie counts in
/// requests of our own pages, and in what a person typed: a page of another host of the same site would otherwise have
/// lines written into the audit log in their name.
pub(crate) async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, StoreError> {
    Ok(match bearer_token::authenticate(app, headers).await? {
        BearerAuth::Token(token) => {
            let sites = Sites::only(token.site);
            Some(Caller { actor: Actor::token(&token.name), access: Access { scopes: token.scopes, sites } })
        }
        BearerAuth::Unknown => {
            app.failures.subject(&app.store, FailureKind::TokenUnknown, "an unknown token").await;
            None
        }
        BearerAuth::Expired(name) => {
            app.failures.subject(&app.store, FailureKind::TokenExpired, &name).await;
            None
        }
        BearerAuth::Missing if is_foreign(headers) => None,
        BearerAuth::Missing => session::authenticate(app, headers)
            .await?
            .map(|session| Caller { actor: Actor::account(&session.account), access: session.access }),
    })
}

/// Whether another page asks, which is not signed in for it.
fn is_foreign(headers: &HeaderMap) -> bool {
    headers.get_all("sec-fetch-site").iter().any(|site| site != "same-origin" && site != "none")
}
