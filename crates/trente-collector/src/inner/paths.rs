//! Paths of the pages for signing in and of the account.

/// The path of the sign-in page.
pub const LOGIN: &str = "/login";

/// The path that ends a session.
pub const LOGOUT: &str = "/logout";

/// The path of the form for the code of the second factor.
pub const LOGIN_CODE: &str = "/login/code";

/// The path of the page of the account.
pub const ACCOUNT: &str = "/account";

/// The path of the page of the account's mails.
pub const MAIL: &str = "/account/mail";

/// The path of the page of the second factor.
pub const SECOND_FACTOR: &str = "/account/second-factor";

/// The path of the page that makes the first account.
pub const FIRST_ACCOUNT: &str = "/start";

/// The path of the page that adds a site.
pub const FIRST_SITE: &str = "/start/site";

/// The address of the form, which leads on to `next`.
pub fn login_code_for(next: &str) -> String {
    if next == "/" {
        return LOGIN_CODE.to_owned();
    }
    format!("{LOGIN_CODE}?{}", form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish())
}

/// Whether a path is for an account that must set up a second factor before anything else.
pub fn is_enrolment(path: &str) -> bool {
    path == SECOND_FACTOR || path == "/account/second-factor/confirm" || path == LOGOUT
}

/// A page of ours to go to after signing in: the front page for anything else, and for what the forms of a page are sent
/// to the page, because that is not asked for by GET.
pub fn safe_redirect(next: Option<&str>) -> &str {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>');
    let next = next.filter(|next| next.starts_with('/') && !next.starts_with("//") && next.bytes().all(plain));
    let path = |next: &str| next.split(['?', '#']).next().unwrap_or_default().to_owned();
    match next {
        Some(next) if path(next) == MAIL => next,
        Some(next) if path(next).starts_with("/account/") || path(next) == LOGOUT => ACCOUNT,
        Some(next) if path(next) == LOGIN || path(next).starts_with("/login/") || path(next).starts_with("/api/") => {
            "/"
        }
        Some(next) => page_of(next),
        None => "/",
    }
}

/// The page of a site whose forms are sent to this address; the address itself where it is a page.
fn page_of(next: &str) -> &str {
    let (path, query) = next.split_once(['?', '#']).unwrap_or((next, ""));
    match path.strip_prefix("/sites/").and_then(|rest| rest.split_once('/')) {
        Some((_, "days")) => path.strip_suffix("/days").unwrap_or(path),
        // It is a page of the answer that its address names.
        Some((_, "voices/erase")) if !query.split('&').any(|pair| pair.starts_with("at=")) => {
            path.strip_suffix("/erase").unwrap_or(path)
        }
        _ => next,
    }
}
