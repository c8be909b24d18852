//! Validation of names: of sites, accounts and tokens.

use thiserror::Error;

/// A text that cannot be a site's public name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is not a site name: write 1 to 40 of a-z, 0-9 and -")]
pub struct SiteNameError(String);

/// Whether a text can be a site's public name: 1 to 40 of a-z, 0-9 and `-`.
///
/// # Errors
/// [`SiteNameError`]
pub fn check_site_name(name: &str) -> Result<(), SiteNameError> {
    let fine =
        (1..=40).contains(&name.len()) && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if fine { Ok(()) } else { Err(SiteNameError(name.to_owned())) }
}

/// A text that cannot be the name of an account or a token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is not a name: write 1 to 40 letters, digits, and - . _ @")]
pub struct AccountNameError(String);

/// Refuses what cannot be the name of an account or a token.
///
/// # Errors
/// [`AccountNameError`]
pub fn check_account_name(name: &str) -> Result<(), AccountNameError> {
    if is_account_name(name) { Ok(()) } else { Err(AccountNameError(name.to_owned())) }
}

/// Whether a text can be the name of an account or a token: 1 to 40 letters, digits, `-`, `.`, `_` or `@`.
pub fn is_account_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'@');
    (1..=40).contains(&name.len()) && name.bytes().all(plain)
}
