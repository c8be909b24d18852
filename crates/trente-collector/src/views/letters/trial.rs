//! A mail to try.

use trente_survey::locale::Language;

use super::words::Words;
use super::{Block, Letter};

/// The letter.
pub fn letter(language: Language) -> Letter {
    let words = Words::of(language);
    Letter { language, subject: words.trial.to_owned(), blocks: vec![Block::Line(words.trial_text.to_owned())] }
}
