//! Daily alert mail: how many customers are lost or wait, and what left its usual course. It holds no word of a
//! customer.

use trente_stats::weekly_digest::AlertRow;
use trente_survey::locale::Language;
use trente_survey::wording::LetterWording;

use super::texts::Texts;
use super::{Block, Letter, digest};

/// What happened on a day.
pub struct Day<'a> {
    /// Public name of the site.
    pub site: &'a str,
    /// The day, spelled in the language of the letter.
    pub day: &'a str,
    /// Customers who are lost and who wait, in this order; none for a reader who was told of each of them.
    pub customers: Option<(u64, u64)>,
    /// What left its usual course on this day.
    pub alerts: &'a [AlertRow],
    /// The address of the results.
    pub results: &'a str,
}

/// The letter; none where there is nothing to tell.
pub fn letter(told: &Day<'_>, language: Language) -> Option<Letter> {
    let (texts, wording) = (Texts::of(language), LetterWording::of(language));
    let customers = told.customers.filter(|(lost, waiting)| lost + waiting > 0);
    if customers.is_none() && told.alerts.is_empty() {
        return None;
    }
    let subject = texts.day.replace("{site}", told.site).replace("{day}", told.day);
    let mut blocks = vec![Block::Line(subject.clone())];
    if let Some((lost, waiting)) = customers {
        blocks.push(Block::Gap);
        blocks.push(Block::Line(format!("{} {lost}", wording.lost_count)));
        blocks.push(Block::Line(format!("{} {waiting}", wording.waiting_count)));
    }
    blocks.extend(digest::alerts(told.alerts, language));
    blocks.push(Block::Gap);
    blocks.push(Block::Link(texts.results.to_owned(), told.results.to_owned()));
    Some(Letter { language, subject, blocks })
}
