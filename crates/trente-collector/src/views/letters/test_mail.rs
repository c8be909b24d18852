//! Test mail: shows that mails arrive.

use trente_survey::locale::Language;

use super::words::Words;
use super::{Block, Letter};

/// The letter.
pub fn letter(language: Language) -> Letter {
    let words = Words::of(language);
    Letter { language, subject: words.test_mail.to_owned(), blocks: vec![Block::Line(words.test_mail_text.to_owned())] }
}
