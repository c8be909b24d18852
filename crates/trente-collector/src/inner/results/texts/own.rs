//! Texts of the block with the answers to the merchant's own questions, on the overview.

mod en;
mod fr;

use trente_survey::locale::Language;

use super::{EachText, Texts};

texts! {
    /// What the block says, in one language.
    Own:
    /// Its heading.
    title,
    /// `{n}`: how many have answered a question.
    answered[2],
    /// Heads: answer, share, number.
    heads[3],
    /// `{mean}`: of stars and scales.
    mean,
    /// `{n}`, `{word}`: a point at one end of a scale.
    end,
    /// Of which several may be ticked.
    several,
    /// A question that takes text.
    text,
    /// Under the heading, where the page is narrowed by what these counts do not know.
    whole,
}

impl Texts {
    /// Texts of the block with the merchant's own questions.
    pub fn own(&self) -> &'static Own {
        if self.language == Language::Fr { &fr::OWN } else { &en::OWN }
    }
}

#[cfg(test)]
pub(super) const BOTH: [&Own; 2] = [&en::OWN, &fr::OWN];
