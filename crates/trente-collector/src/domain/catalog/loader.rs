//! Per-site loader: the loader with one site's styles and first screen in it, so that a page shows the first question
//! after one round trip. Contract: docs/embed.md#the-first-screen.
//!
//! Each site's is made when it is first asked for, and made anew when anything about the site or its survey changes.

use std::io;
use std::sync::OnceLock;

use serde::Serialize;
use trente_stats::time_label::Label;
use trente_store::encoding;
use trente_survey::definition::{Display, First, Scheme};

use super::{Catalog, Site};
use crate::domain::assets::{Files, LOADER, SCALES, SCRIPTS, SITE_LOADER};
use crate::domain::encoded::EncodedContents;

/// What stands in the file of the bundle where a site's own data belong.
const PLACEHOLDER: &str = "__SITE__";

/// What may be said of the survey's length, one loader for each.
#[derive(Default)]
pub(super) struct Loaders {
    thirty_seconds: OnceLock<Option<EncodedContents>>,
    one_minute: OnceLock<Option<EncodedContents>>,
}

/// What the loader reads: loader/first.js.
#[derive(Serialize)]
struct Data<'a> {
    site: &'a str,
    survey: String,
    /// Hashes of the origins that the survey may stand on; none where it may stand on any. A list of a merchant's
    /// origins would tell each page about all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Vec<u32>>,
    display: &'a Display,
    theme: Look,
    #[serde(flatten)]
    first: First,
}

#[derive(Serialize)]
struct Look {
    scheme: Scheme,
    /// What the first screen needs on top of the loader's own styles, then the merchant's colours.
    css: String,
}

impl Site {
    /// The loader of this site; the one that knows no site where there is no first screen that is the same for every
    /// customer. None when the bundle has no such file.
    pub fn loader(&self, label: Label, files: &Files) -> Option<&EncodedContents> {
        let kept = match label {
            Label::ThirtySeconds => &self.loaders.thirty_seconds,
            Label::OneMinute => &self.loaders.one_minute,
        };
        let made = || self.data(label, files).map_or_else(|| plain(files), |data| compose(files, &data).ok()?);
        kept.get_or_init(made).as_ref()
    }

    fn data(&self, label: Label, files: &Files) -> Option<Data<'_>> {
        let survey = self.survey.as_ref()?;
        let definition = survey.definition_for(label);
        let first = definition.first()?;
        let sheets = [(SCRIPTS, first.is_beyond_latin), (SCALES, first.is_scale)];
        let mut css = String::new();
        for (name, _) in sheets.into_iter().filter(|(_, wanted)| *wanted) {
            css.push_str(&String::from_utf8(files.bytes(name)?).ok()?);
        }
        css.push_str(&definition.theme.css());
        let origins = || self.origins().iter().map(|origin| fnv(origin.as_str())).collect();
        Some(Data {
            site: &self.name,
            survey: encoding::hex(&survey.id.0),
            from: (!self.any_origin).then(origins),
            display: &definition.display,
            theme: Look { scheme: definition.theme.scheme, css },
            first,
        })
    }
}

impl Catalog {
    /// The loader of a site that is not known: it asks for the survey, and tells the page why there is none. None when
    /// the bundle has no such file.
    pub fn loader_of_no_site(&self, files: &Files) -> Option<&EncodedContents> {
        self.no_site.get_or_init(|| plain(files)).as_ref()
    }
}

/// The loader that knows no site: it finds the name in its own address.
fn plain(files: &Files) -> Option<EncodedContents> {
    EncodedContents::of(&files.bytes(LOADER)?).ok()
}

fn compose(files: &Files, data: &Data<'_>) -> io::Result<Option<EncodedContents>> {
    let Some(template) = files.bytes(SITE_LOADER).and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Ok(None);
    };
    let data = serde_json::to_string(data)?;
    EncodedContents::of(template.replacen(PLACEHOLDER, &data, 1).as_bytes()).map(Some)
}

/// FNV-1a of 32 bits over the characters, as loader/pause.js has it.
fn fnv(text: &str) -> u32 {
    text.chars().fold(2_166_136_261, |sum: u32, letter| (sum ^ u32::from(letter)).wrapping_mul(16_777_619))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_an_origin_is_that_of_the_loader() {
        // Reference values of FNV-1a, 32 bits.
        assert_eq!(fnv(""), 0x811c_9dc5);
        assert_eq!(fnv("a"), 0xe40c_292c);
        assert_eq!(fnv("foobar"), 0xbf9c_f968);
    }
}
