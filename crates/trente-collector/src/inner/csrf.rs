//! CSRF check of the inner listener: what a request that changes something must carry.
//!
//! A browser sends the cookie with requests of our own pages alone (`SameSite=Strict`). That alone is not relied on:
//! the same site is more than the same origin, so a request that changes something must also say that it comes from a
//! page of this very origin, in words that no page can put there. One request need not: that of a program, which shows
//! a token of ours to the API. The API then looks at no cookie, and no page can make a browser send the token. Nothing
//! else in `Authorization` is a reason to leave the check out, because browsers add Basic, Digest and Negotiate by
//! themselves.
//!
//! A link that ends mails is signed, and its page checks that signature alone: a mail program sends it as RFC 8058 says,
//! without an origin.

use axum::extract::Request;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::api::problem;
use super::bearer_token;
use super::bearer_token::BearerHeader;
use crate::domain::mail_links;
use crate::domain::origin::RequestOrigin;
use crate::web::error::RequestError;

/// Refuses requests of other pages that would change something.
pub async fn check(request: Request, next: Next) -> Response {
    // Without a cookie there is no session that another page could act with: the API asks for a token.
    let path = request.uri().path();
    let sessionless = path.starts_with("/api/") && !request.headers().contains_key(COOKIE);
    let signed = path.starts_with(mail_links::PATH);
    if sessionless || signed || may_act(request.method(), request.uri().path(), request.headers()) {
        next.run(request).await
    } else {
        problem::refuse(request.uri().path(), RequestError::Origin)
    }
}

/// Whether a request may change what it wants to change, or does not want to.
fn may_act(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return true;
    }
    if path.starts_with("/api/") && matches!(bearer_token::parse(headers), BearerHeader::Token(_)) {
        return true;
    }
    let mut sites = headers.get_all("sec-fetch-site").iter();
    match (sites.next(), sites.next()) {
        (Some(site), None) => site == "same-origin",
        (Some(_), Some(_)) => false,
        // A browser from before 2023, or a proxy that drops what it does not know.
        (None, _) => RequestOrigin::of(headers) == RequestOrigin::SameOrigin,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::HeaderName;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers
    }

    /// ASVS 3.5.1.
    #[test]
    fn only_our_own_pages_act_in_somebodys_name() {
        for pairs in [
            &[("sec-fetch-site", "same-origin"), ("origin", "https://trente.example"), ("host", "trente.example")][..],
            &[("origin", "https://trente.example"), ("host", "trente.example")],
        ] {
            assert!(may_act(&Method::POST, "/logout", &headers(pairs)), "{pairs:?}");
        }
        let token = [("authorization", "Bearer t30_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")];
        assert!(may_act(&Method::POST, "/api/v1/sites", &headers(&token)));
        for path in ["/login", "/logout", "/account/sessions", "/account/password", "/", "/api", "/apix/v1/sites"] {
            assert!(!may_act(&Method::POST, path, &headers(&token)), "{path}");
        }
        for pairs in [
            &[][..],
            &[("host", "trente.example")],
            &[("sec-fetch-site", "same-site"), ("origin", "https://trente.example"), ("host", "trente.example")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "null"), ("host", "trente.example")],
            &[("origin", "https://evil.example"), ("host", "trente.example")],
            &[("origin", "https://trente.example:8443"), ("host", "trente.example")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            // What a browser adds by itself where a proxy asks for a password, and what is no token of ours.
            &[("authorization", "Basic YWRhOng=")],
            &[("authorization", "Digest username=\"ada\"")],
            &[("authorization", "Negotiate YII=")],
            &[("authorization", "Bearer t30_x")],
            &[("authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x")],
            &[("authorization", "Basic YWRhOng="), ("sec-fetch-site", "same-site")],
        ] {
            for path in ["/login", "/logout", "/account/sessions", "/api/v1/sites"] {
                assert!(!may_act(&Method::POST, path, &headers(pairs)), "{path} {pairs:?}");
                assert!(!may_act(&Method::DELETE, path, &headers(pairs)), "{path} {pairs:?}");
                assert!(may_act(&Method::GET, path, &headers(pairs)), "{path} {pairs:?}");
            }
        }
    }
}
