//! Language preference of the inner pages: a cookie, set by the links in the foot of each page.
//!
//! It goes before the browser's own `Accept-Language`; an address that names a language by `hl` goes before both.

use axum::extract::Request;
use axum::http::header::{ACCEPT_LANGUAGE, REFERER};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use cookie::Cookie;

use super::cookie::{cookie_value, write_cookie};
use super::paths::{LOGIN, LOGIN_CODE, safe_redirect};
use crate::web::form::{Query, pairs};

/// The path of the links.
pub const LANGUAGE: &str = "/language";

/// Name of the cookie.
const NAME: &str = "__Host-trente-language";

/// How long the browser keeps it, in days.
const DAYS: i64 = 365;

/// The languages of these pages.
const SPOKEN: [&str; 2] = ["en", "fr"];

/// Puts the language of the cookie before those of the browser, for whatever answers the request.
pub async fn prefer(mut request: Request, next: Next) -> Response {
    if let Some(value) = preferred(request.headers()) {
        request.headers_mut().insert(ACCEPT_LANGUAGE, value);
    }
    next.run(request).await
}

fn preferred(headers: &HeaderMap) -> Option<HeaderValue> {
    let kept = cookie_value(headers, NAME)?;
    let language = SPOKEN.into_iter().find(|language| *language == kept)?;
    let others = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let all: Vec<_> = [language].into_iter().chain(others).collect();
    HeaderValue::from_str(&all.join(", ")).ok()
}

/// Keeps the language of a link, and goes back to the page that it was on.
pub async fn choose(Query(query): Query, headers: HeaderMap) -> Response {
    let page = headers.get(REFERER).and_then(|value| value.to_str().ok()).map(back).unwrap_or_else(|| "/".to_owned());
    let mut response = Redirect::to(&page).into_response();
    if let Some(language) = SPOKEN.into_iter().find(|language| query.get("hl") == Some(language)) {
        let mut cookie = Cookie::new(NAME, language);
        cookie.set_max_age(cookie::time::Duration::days(DAYS));
        write_cookie(&mut response, cookie);
    }
    response
}

/// The page of ours at an address, without the language that the address names.
fn back(referer: &str) -> String {
    let Ok(uri) = referer.parse::<Uri>() else { return "/".to_owned() };
    // In the results `lang` narrows to customers of a language.
    let names: &[&str] = if uri.path().starts_with("/sites/") { &["hl"] } else { &["hl", "lang"] };
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs(uri.query().unwrap_or_default().as_bytes()).filter(|(name, _)| !names.contains(&&**name)));
    let query = query.finish();
    let page = if query.is_empty() { uri.path().to_owned() } else { format!("{}?{query}", uri.path()) };
    let signs_in = matches!(uri.path(), LOGIN | LOGIN_CODE);
    if signs_in { page } else { safe_redirect(Some(&page)).to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_back_to_the_page_that_it_was_on_and_to_no_other() {
        for (referer, page) in [
            ("http://127.0.0.1:8080/sites/olive?days=7&hl=en", "/sites/olive?days=7"),
            (
                "http://127.0.0.1:8080/sites/olive/voices?lang=fr&q=d%C3%A9lai",
                "/sites/olive/voices?lang=fr&q=d%C3%A9lai",
            ),
            ("https://trente.example/account?lang=en", "/account"),
            ("https://trente.example/login?next=%2Fsites%2Folive&lang=fr", "/login?next=%2Fsites%2Folive"),
            ("https://trente.example/sites/olive/days", "/sites/olive"),
            ("https://trente.example/logout", "/account"),
            ("https://trente.example//evil.example/", "/"),
            ("https://trente.example", "/"),
            ("about:blank", "/"),
            ("", "/"),
        ] {
            assert_eq!(back(referer), page, "{referer}");
        }
    }

    #[test]
    fn the_cookie_goes_before_the_browsers_languages() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, "en-GB,en;q=0.9".parse().unwrap());
        assert_eq!(preferred(&headers), None);
        for (cookie, wanted) in [("fr", Some("fr, en-GB,en;q=0.9")), ("tlh", None), ("", None)] {
            headers.insert(axum::http::header::COOKIE, format!("a=b; {NAME}={cookie}").parse().unwrap());
            assert_eq!(preferred(&headers), wanted.map(|value| HeaderValue::from_str(value).unwrap()), "{cookie}");
        }
    }
}
