//! Test mail: shows that mails arrive.

use trente_survey::locale::Language;

use super::texts::Texts;
use super::{Block, Letter};

/// The letter.
pub fn letter(language: Language) -> Letter {
    let texts = Texts::of(language);
    Letter { language, subject: texts.test_mail.to_owned(), blocks: vec![Block::Line(texts.test_mail_text.to_owned())] }
}
