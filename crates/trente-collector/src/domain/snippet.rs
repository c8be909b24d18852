//! Snippet: the script tag that a merchant puts on their page, made of the collector's address and the site's name.

use super::origin::Origin;

/// What stands in the snippet where the shop writes its order.
pub const ORDER: &str = "ORDER-REFERENCE";

/// The collector's address as the shop's pages see it; it is printed into an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// An address as a person types it, without a final slash; none when it is no address, or has more than a path.
    pub fn typed(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let origin = Origin::typed(&format!("{scheme}://{authority}")).ok()?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
        if !path.bytes().all(plain) {
            return None;
        }
        let path = path.trim_matches('/');
        Some(Self(if path.is_empty() { origin.to_string() } else { format!("{origin}/{path}") }))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The element for the page of a site.
    pub fn script(&self, site: &str) -> String {
        let Self(base) = self;
        format!(r#"<script async src="{base}/trente.{site}.js" data-site="{site}" data-order="{ORDER}"></script>"#)
    }

    /// The hosted page of a site, for mails and QR codes.
    pub fn hosted(&self, site: &str) -> String {
        format!("{}/s/{site}?o={ORDER}", self.0)
    }

    /// What a Content Security Policy of the page must allow.
    pub fn policy(&self) -> String {
        // A policy names origins: with a path it would name single files.
        let Self(base) = self;
        let origin = base.match_indices('/').nth(2).and_then(|(end, _)| base.get(..end)).unwrap_or(base);
        format!("script-src {origin} 'wasm-unsafe-eval'; connect-src {origin}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_printed_as_it_is_meant_or_not_at_all() {
        let base = Base::typed(" https://survey.shop.example/trente/ ").unwrap();
        assert_eq!(base.as_str(), "https://survey.shop.example/trente");
        assert_eq!(
            base.policy(),
            "script-src https://survey.shop.example 'wasm-unsafe-eval'; connect-src https://survey.shop.example"
        );
        assert_eq!(base.hosted("olive"), "https://survey.shop.example/trente/s/olive?o=ORDER-REFERENCE");
        assert!(
            base.script("olive")
                .starts_with(r#"<script async src="https://survey.shop.example/trente/trente.olive.js""#)
        );
        for wrong in [
            "",
            "survey.shop.example",
            "https://",
            "https://a/\"><script>",
            "ftp://a",
            "https://a/?q",
            "javascript://x",
        ] {
            assert_eq!(Base::typed(wrong), None, "{wrong}");
        }
    }
}
