//! Session of a signed-in account: 256 random bits in a cookie, and their hash in the store.
//!
//! The cookie is `__Host-`, so it is for this host alone and only over a connection that the browser trusts; Chromium
//! and Firefox trust http://127.0.0.1 and http://localhost as they do https.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use cookie::Cookie;
use trente_store::StoreError;
use trente_store::clock::now_ms;
use trente_store::model::access::Access;
use trente_store::model::account::{SessionRow, Stage};
use trente_store::model::role::Role;
use trente_store::model::secret::{Secret, SecretHash};

use super::cookie::{read_cookie, write_cookie};
use super::device_cookie;
use super::paths::{LOGIN, LOGIN_CODE, SECOND_FACTOR, is_enrolment, safe_redirect};
use crate::app::App;
use crate::domain::ops::sessions::SignedIn;
use crate::limits::{CLOCK_AHEAD, LAST_USED_RESOLUTION, SESSION_IDLE, SESSION_LASTING, SESSION_MAX, STAGE_MAX};
use crate::web::error::RequestError;

/// Name of the cookie.
pub const NAME: &str = "__Host-trente";

/// A signed-in account.
#[derive(Clone, Debug)]
pub struct Session {
    /// The name of the account.
    pub account: String,
    /// The session.
    pub hash: SecretHash,
    /// What they may do now, and at which sites.
    pub access: Access,
    /// How far they have come with signing in.
    pub stage: Stage,
}

/// The session that a request presents, if it is alive and its sign-in is complete.
///
/// # Errors
/// [`StoreError`]
pub async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Option<Session>, StoreError> {
    Ok(at_any_stage(app, headers).await?.filter(|session| session.stage == Stage::Full))
}

/// The session that a request presents, if it is alive, however far it has come.
///
/// # Errors
/// [`StoreError`]
pub async fn at_any_stage(app: &App, headers: &HeaderMap) -> Result<Option<Session>, StoreError> {
    let Some(hash) = presented(headers) else { return Ok(None) };
    let Some((session, row)) = alive(app, hash, now_ms()).await? else { return Ok(None) };
    let now_ms = now_ms();
    if now_ms.saturating_sub(row.seen_ms) >= LAST_USED_RESOLUTION.as_millis() as u64 {
        app.store.touch_session(hash, now_ms).await?;
    }
    Ok(Some(session))
}

/// A session whose sign-in is complete, without counting this as a use of it: a page that listens in the background
/// must not keep its reader signed in.
///
/// # Errors
/// [`StoreError`]
pub async fn unused(app: &App, hash: SecretHash) -> Result<Option<Session>, StoreError> {
    let found = alive(app, hash, now_ms()).await?;
    Ok(found.map(|(session, _)| session).filter(|session| session.stage == Stage::Full))
}

async fn alive(app: &App, hash: SecretHash, now_ms: u64) -> Result<Option<(Session, SessionRow)>, StoreError> {
    let Some(row) = app.store.session(hash).await? else { return Ok(None) };
    if !is_alive(&row, now_ms) {
        return Ok(None);
    }
    // Looked up anew for every request, so that rights that are taken away are gone at once.
    let Some(account) = app.store.account(row.account.clone()).await? else { return Ok(None) };
    if row.lasting && account.rights.role != Role::Desk {
        // The sign-in of a screen in the shop is no longer that of an account that has become more.
        return Ok(None);
    }
    let access = Access { scopes: account.rights.role.scopes(), sites: account.rights.sites };
    Ok(Some((Session { account: account.name, hash, access, stage: row.stage }, row)))
}

/// Whether a session is neither too old, nor at rest for too long, nor from the future: one that was made or used while
/// a clock was ahead would outlive its time.
pub fn is_alive(row: &SessionRow, now_ms: u64) -> bool {
    let ahead_ms = now_ms.saturating_add(CLOCK_AHEAD.as_millis() as u64);
    let (age, rest) = if row.lasting { (SESSION_LASTING, SESSION_LASTING) } else { (SESSION_MAX, SESSION_IDLE) };
    row.created_ms <= ahead_ms
        && row.seen_ms <= ahead_ms
        && (row.stage == Stage::Full || now_ms.saturating_sub(row.created_ms) < STAGE_MAX.as_millis() as u64)
        && now_ms.saturating_sub(row.created_ms) < age.as_millis() as u64
        && now_ms.saturating_sub(row.seen_ms) < rest.as_millis() as u64
}

/// The hash of the session's id in the cookie.
pub fn presented(headers: &HeaderMap) -> Option<SecretHash> {
    read_cookie(headers, NAME)
}

/// Hands the browser a session; that of a screen in the shop survives the end of the browser.
pub fn set_cookie(response: &mut Response, secret: &Secret, role: Role) {
    let mut cookie = Cookie::new(NAME, secret.reveal());
    if role == Role::Desk {
        cookie.set_max_age(cookie::time::Duration::seconds(SESSION_LASTING.as_secs() as i64));
    }
    write_cookie(response, cookie);
}

/// Hands the browser what it gets for a sign-in.
pub fn set_cookies(response: &mut Response, given: &SignedIn, role: Role) {
    set_cookie(response, &given.session, role);
    if let Some(device) = &given.device {
        device_cookie::set_cookie(response, device);
    }
}

/// Takes the session away from the browser.
pub fn clear_cookie(response: &mut Response) {
    let mut cookie = Cookie::new(NAME, "");
    cookie.set_max_age(cookie::time::Duration::ZERO);
    write_cookie(response, cookie);
}

/// Lets a page be seen by those alone who have signed in; the others are asked to, and come back.
pub async fn require_session(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    match at_any_stage(&app, request.headers()).await {
        Ok(Some(session)) if session.stage == Stage::Code => Redirect::to(LOGIN_CODE).into_response(),
        Ok(Some(session)) if session.stage == Stage::Enrol && !is_enrolment(request.uri().path()) => {
            Redirect::to(SECOND_FACTOR).into_response()
        }
        Ok(Some(session)) => {
            request.extensions_mut().insert(session);
            next.run(request).await
        }
        Ok(None) => Redirect::to(&login_for(request.method(), request.uri())).into_response(),
        Err(error) => {
            tracing::error!(%error, "a session cannot be looked up");
            RequestError::Store.into_response()
        }
    }
}

/// Where to sign in, and to come back to what was asked for. A form of a page whose session has ended meanwhile is not
/// sent again: its page is shown.
fn login_for(method: &Method, uri: &Uri) -> String {
    let asked = if method.is_safe() { uri.path_and_query().map(|path| path.as_str()) } else { Some(uri.path()) };
    match safe_redirect(asked) {
        "/" => LOGIN.to_owned(),
        path => {
            format!("{LOGIN}?{}", form_urlencoded::Serializer::new(String::new()).append_pair("next", path).finish())
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::{COOKIE, SET_COOKIE};

    use super::*;

    /// ASVS 3.3.1 to 3.3.4.
    #[test]
    fn the_cookie_is_for_this_host_and_no_script() {
        let secret = Secret::new().unwrap();
        let mut response = ().into_response();
        set_cookie(&mut response, &secret, Role::Owner);
        let cookie = response.headers().get(SET_COOKIE).unwrap().to_str().unwrap();
        let wanted = format!("__Host-trente={}; HttpOnly; SameSite=Strict; Secure; Path=/", secret.reveal());
        assert_eq!(cookie, wanted);
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, format!("a=b; __Host-trente={}", secret.reveal()).parse().unwrap());
        assert_eq!(presented(&headers), Some(secret.hash()));
    }

    /// ASVS 7.3.1 and 7.3.2.
    #[test]
    fn a_session_ends_when_it_rests_or_is_old() {
        const HOUR: u64 = 3_600_000;
        let row = |created_ms, seen_ms| SessionRow {
            hash: SecretHash([0; 32]),
            account: String::new(),
            created_ms,
            seen_ms,
            stage: Stage::Full,
            lasting: false,
        };
        let now = 100 * HOUR;
        assert!(is_alive(&row(now, now), now));
        assert!(is_alive(&row(now - 12 * HOUR + 1, now - HOUR / 2 + 1), now));
        assert!(!is_alive(&row(now - 12 * HOUR, now), now));
        assert!(!is_alive(&row(now, now - HOUR / 2), now));
        // Who has given the password alone has less time for the rest.
        let half = |stage, minutes: u64| SessionRow { stage, ..row(now - minutes * 60_000, now) };
        for stage in [Stage::Code, Stage::Enrol] {
            assert!(is_alive(&half(stage, 9), now) && !is_alive(&half(stage, 10), now));
        }
        // A screen in the shop rests over the weekend, and is signed out after thirty days.
        let old = 1_000 * HOUR;
        let screen = |hours: u64| SessionRow { lasting: true, ..row(old - hours * HOUR, old - hours * HOUR) };
        assert!(is_alive(&screen(719), old) && !is_alive(&screen(720), old));
        // A collector whose clock is a little ahead may have made or used it; one whose clock is wrong may not.
        assert!(is_alive(&row(now + 50_000, now + 50_000), now));
        for (created, seen) in [(now + HOUR, now + HOUR), (now + HOUR, now), (now - HOUR, now + HOUR), (u64::MAX, now)]
        {
            assert!(!is_alive(&row(created, seen), now), "{created} {seen}");
        }
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(safe_redirect(Some("/sites/olive?a=b")), "/sites/olive?a=b");
        for next in ["", "//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "sites", "/é"] {
            assert_eq!(safe_redirect(Some(next)), "/", "{next}");
        }
        assert_eq!(safe_redirect(None), "/");
        let login = |method: Method, path: &str| login_for(&method, &path.parse().unwrap());
        assert_eq!(login(Method::GET, "/sites/olive?a=b&c"), "/login?next=%2Fsites%2Folive%3Fa%3Db%26c");
        assert_eq!(login(Method::GET, "/"), "/login");
        // Of a form that is not sent again, the page.
        for path in ["/account/sessions", "/account/password", "/logout", "/account/later?x=y"] {
            assert_eq!(login(Method::POST, path), "/login?next=%2Faccount", "{path}");
            assert_eq!(safe_redirect(Some(path)), "/account", "{path}");
        }
        for (path, page) in [
            ("/sites/olive/days?days=7", "%2Fsites%2Folive"),
            ("/sites/olive/voices/erase?tab=all", "%2Fsites%2Folive%2Fvoices"),
            ("/sites/days/days", "%2Fsites%2Fdays"),
            ("/sites/olive/recover", "%2Fsites%2Folive%2Frecover"),
            ("/sites/olive/settings/days", "%2Fsites%2Folive%2Fsettings%2Fdays"),
        ] {
            assert_eq!(login(Method::POST, path), format!("/login?next={page}"), "{path}");
        }
        let erase = "/sites/olive/voices/erase?tab=all&at=01020304-0505050505050505";
        assert_eq!((safe_redirect(Some(erase)), safe_redirect(Some("/sites/olive/days"))), (erase, "/sites/olive"));
        assert_eq!(login(Method::GET, "/account?lang=fr"), "/login?next=%2Faccount%3Flang%3Dfr");
        for next in ["/login", "/login?next=/account", "/login/code", "/api/v1/sites/olive/export?format=csv"] {
            assert_eq!(safe_redirect(Some(next)), "/", "{next}");
        }
    }
}
