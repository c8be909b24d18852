//! Mail about one customer to put right, for those who can do it. **Source**: docs/lessons.md 3c, 3g, 3h.

use trente_stats::alerts::Rule;
use trente_stats::alerts::message::Message as Facts;
use trente_survey::locale::{self, Language};
use trente_survey::wording::{LetterWording, ReplyWording};

use super::texts::Texts;
use super::{Block, Letter};

/// One customer, and who reads of them.
pub struct Customer<'a> {
    /// Public name of the site.
    pub site: &'a str,
    /// What fired, in the language of the reader.
    pub facts: &'a Facts<'a>,
    /// Whether the purchase is proven.
    pub verified: bool,
    /// The number of the language in which the customer answered.
    pub locale: u8,
    /// Whether the reader may see the customer's words.
    pub sees_words: bool,
    /// The address of the desk.
    pub desk: &'a str,
}

/// The letter, in the language of its reader; the apology is in that of the customer, where it is one of ours.
pub fn letter(customer: &Customer<'_>, language: Language) -> Letter {
    let (texts, wording) = (Texts::of(language), LetterWording::of(language));
    let facts = customer.facts;
    let waits = facts.alert.rule == Rule::Recover;
    let subject = if waits { texts.waits } else { texts.lost }.replace("{site}", customer.site);
    let proof = if customer.verified { texts.proven } else { texts.unproven };
    let mut blocks = vec![Block::Line(facts.what.clone()), Block::Line(proof.to_owned())];
    match facts.verbatim {
        _ if !customer.sees_words => blocks.push(Block::Line(texts.withheld.to_owned())),
        Some(said) => {
            blocks.push(Block::Heading(texts.said.to_owned()));
            blocks.push(Block::Quote(said.to_owned()));
        }
        None => blocks.push(Block::Line(texts.silent.to_owned())),
    }
    if let Some((cause, remedy)) = facts.cause.zip(facts.remedy) {
        let name = wording.cause_names.get(usize::from(cause.family())).cloned().unwrap_or_default();
        blocks.push(Block::Line(format!("{} {name}", wording.cause)));
        blocks.push(Block::Line(remedy.first_step.to_owned()));
    }
    if waits && customer.sees_words {
        let spoken = locale::language_of(customer.locale).unwrap_or(Language::En);
        blocks.push(Block::Heading(texts.reply.to_owned()));
        blocks.push(Block::Line(ReplyWording::of(spoken).apology.into_owned()));
    }
    if customer.sees_words {
        blocks.push(Block::Gap);
        blocks.push(Block::Link(texts.desk.to_owned(), customer.desk.to_owned()));
    }
    Letter { language, subject, blocks }
}
