//! Who calls, and what he may do.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::admin::bearer::{self, Presented};
use crate::admin::scope::{Scope, Scopes};
use crate::admin::session;
use crate::app::App;
use crate::store::StoreError;
use crate::store::administration::Actor;

/// A program with a token, or somebody who has signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    /// For the audit log.
    pub actor: Actor,
    scopes: Scopes,
    /// The only site that he may do anything to.
    site: Option<String>,
}

impl Caller {
    /// Whether he may do this to that site.
    ///
    /// # Errors
    /// [`Problem::Forbidden`]: also for a site that does not exist, so that a token tells nobody which there are.
    pub fn may(&self, scope: Scope, site: &str) -> Result<(), Problem> {
        if self.scopes.has(scope) && self.sees(site) { Ok(()) } else { Err(Problem::Forbidden) }
    }

    /// Whether he may do this to all sites.
    ///
    /// # Errors
    /// [`Problem::Forbidden`]
    pub fn may_everywhere(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.has(scope) && self.site.is_none() { Ok(()) } else { Err(Problem::Forbidden) }
    }

    /// Whether he may do this to some site.
    ///
    /// # Errors
    /// [`Problem::Forbidden`]
    pub fn may_somewhere(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.has(scope) { Ok(()) } else { Err(Problem::Forbidden) }
    }

    /// Whether he is to know of a site.
    pub fn sees(&self, site: &str) -> bool {
        self.site.as_deref().is_none_or(|only| only == site)
    }
}

/// Finds out who calls, or refuses.
pub async fn require(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    match find(&app, request.headers()).await {
        Ok(Some(caller)) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Ok(None) => Problem::Unknown.into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// A token counts alone: a request that shows one is not helped by a cookie that comes along. The cookie counts in
/// requests of our own pages, and in what somebody typed: a page of another host of the same site would otherwise have
/// lines written into the audit log in their name.
async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, StoreError> {
    Ok(match bearer::of(app, headers).await? {
        Presented::Token(token) => {
            Some(Caller { actor: Actor::token(&token.name), scopes: token.scopes, site: token.site })
        }
        Presented::Nonsense => None,
        Presented::Nothing if is_foreign(headers) => None,
        Presented::Nothing => session::of(app, headers).await?.map(|session| Caller {
            actor: Actor::account(&session.account),
            scopes: Scopes::ALL,
            site: None,
        }),
    })
}

/// Whether another page asks, which is not signed in for it.
fn is_foreign(headers: &HeaderMap) -> bool {
    headers.get_all("sec-fetch-site").iter().any(|site| site != "same-origin" && site != "none")
}
