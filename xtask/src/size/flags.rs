//! Command-line flags of wasm-opt.

use std::fs;

use anyhow::{Context, Result};

use crate::layout::Layout;

/// Those that index.html gives to Trunk for the widget, so that there is one list of them.
pub fn wasm_opt(layout: &Layout) -> Result<Vec<String>> {
    let page = fs::read_to_string(layout.at("index.html")).context("cannot read index.html")?;
    let level = attribute(&page, "data-wasm-opt").context("index.html has no data-wasm-opt")?;
    let more = attribute(&page, "data-wasm-opt-params").context("index.html has no data-wasm-opt-params")?;
    let mut flags = vec![["-O", level].concat()];
    flags.extend(more.split_whitespace().map(str::to_owned));
    Ok(flags)
}

/// The value of the first attribute of that name.
fn attribute<'page>(page: &'page str, name: &str) -> Option<&'page str> {
    let (_, rest) = page.split_once(&[name, "=\""].concat())?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_not_mistaken_for_a_longer_one() {
        let page = r#"<link data-wasm-opt-params="--a --b" data-wasm-opt="z">"#;
        assert_eq!(attribute(page, "data-wasm-opt"), Some("z"));
        assert_eq!(attribute(page, "data-wasm-opt-params"), Some("--a --b"));
        assert_eq!(attribute(page, "data-type"), None);
    }
}
