//! The answers to the core questions.
//!
//! Not here: answers to a merchant's extra questions ([`crate::extra`]), the verbatim ([`crate::frame`]).

use crate::Error;

/// Answers of one respondent to the core questions of one survey.
///
/// A skipped question, « Sans objet » and a question never asked are all missing: `None`, or 0 for the two
/// optional codes. Missing answers are never imputed (score.md 4.6).
///
/// **Unit and range**: each field names its scale. [`Answers::check`] tells whether the whole is valid; every
/// function that takes answers checks them first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Answers {
    /// Overall satisfaction (CSAT), 1..=5.
    pub satisfaction: Option<u8>,
    /// “They made things easy for me” (CES 2.0), 1..=7, 7 = strongly agree.
    pub ease: Option<u8>,
    /// The lens, one of eight statements about a family of causes, 1..=5.
    pub lens: Option<u8>,
    /// Likelihood to recommend (NPS), 0..=10.
    pub recommend: Option<u8>,
    /// What went wrong (D) or made the difference (P, N), 1..=10; 0 when not answered.
    pub moment: u8,
    /// Forgiveness of an incident, 1..=3 (forgotten, if repaired, no); 0 when not answered.
    pub forgive: u8,
}

/// Where the answers lead: which optional questions follow, and which caps apply to the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Branch {
    /// An incident: recommendation ≤ 6 or satisfaction ≤ 2.
    D,
    /// A promoter: recommendation ≥ 9 and satisfaction missing or ≥ 4.
    P,
    /// Neither.
    N,
}

impl Branch {
    /// The letter of survey.md: `D`, `P` or `N`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::D => "D",
            Self::P => "P",
            Self::N => "N",
        }
    }
}

impl Answers {
    /// Highest ratings, in the order satisfaction, ease, lens, recommendation.
    pub const RATING_MAX: [u8; 4] = [5, 7, 5, 10];
    /// Highest moment code.
    pub const MOMENT_MAX: u8 = 10;
    /// Highest forgiveness code.
    pub const FORGIVE_MAX: u8 = 3;
    /// « Ton désagréable »: a moment that only an incident has.
    pub const MOMENT_TONE: u8 = 9;

    /// The branch. **Source**: survey.md 3.1.
    pub const fn branch(&self) -> Branch {
        let incident = matches!(self.recommend, Some(0..=6)) || matches!(self.satisfaction, Some(0..=2));
        if incident {
            Branch::D
        } else if matches!(self.recommend, Some(9..)) && matches!(self.satisfaction, None | Some(4..)) {
            Branch::P
        } else {
            Branch::N
        }
    }

    /// How many of the four core questions are answered, 0..=4.
    pub fn answered(&self) -> u8 {
        [self.satisfaction, self.ease, self.lens, self.recommend].iter().flatten().count() as u8
    }

    /// Whether the answers are valid, alone and together.
    ///
    /// # Errors
    /// - [`Error::Range`]: a rating or code is off its scale;
    /// - [`Error::Branch`]: forgiveness off the incident branch;
    /// - [`Error::Moment`]: an unpleasant tone off the incident branch.
    pub fn check(&self) -> Result<(), Error> {
        let [satisfaction_max, ease_max, lens_max, recommend_max] = Self::RATING_MAX;
        within(self.satisfaction, 1, satisfaction_max)?;
        within(self.ease, 1, ease_max)?;
        within(self.lens, 1, lens_max)?;
        within(self.recommend, 0, recommend_max)?;
        within(Some(self.moment), 0, Self::MOMENT_MAX)?;
        within(Some(self.forgive), 0, Self::FORGIVE_MAX)?;
        if self.branch() != Branch::D {
            if self.forgive != 0 {
                return Err(Error::Branch);
            }
            if self.moment == Self::MOMENT_TONE {
                return Err(Error::Moment);
            }
        }
        Ok(())
    }

    /// The 19 bits of frame.md 5.1: csat3 ces3 reco4 lens3 moment4 forgive2, most significant first.
    ///
    /// Bits of a value off its scale are cut; call [`Answers::check`] first.
    pub fn to_bits(&self) -> u32 {
        let field = |bits: u32, value: u8, width: u32| (bits << width) | (u32::from(value) & ((1 << width) - 1));
        let mut bits = field(0, self.satisfaction.unwrap_or(0), 3);
        bits = field(bits, self.ease.unwrap_or(0), 3);
        bits = field(bits, self.recommend.unwrap_or(RECOMMEND_MISSING), 4);
        bits = field(bits, self.lens.unwrap_or(0), 3);
        bits = field(bits, self.moment, 4);
        field(bits, self.forgive, 2)
    }

    /// The inverse of [`Answers::to_bits`]; bits above the 19th are ignored.
    ///
    /// # Errors
    /// - those of [`Answers::check`], and [`Error::Range`] for a recommendation of 11..=14.
    pub fn from_bits(bits: u32) -> Result<Self, Error> {
        let field = |shift: u32, width: u32| ((bits >> shift) & ((1 << width) - 1)) as u8;
        let rating = |value: u8| (value != 0).then_some(value);
        let recommend = field(9, 4);
        let answers = Self {
            satisfaction: rating(field(16, 3)),
            ease: rating(field(13, 3)),
            recommend: (recommend != RECOMMEND_MISSING).then_some(recommend),
            lens: rating(field(6, 3)),
            moment: field(2, 4),
            forgive: field(0, 2),
        };
        answers.check()?;
        Ok(answers)
    }
}

/// Recommendation has a valid 0, so its missing value is 15.
const RECOMMEND_MISSING: u8 = 15;

const fn within(value: Option<u8>, min: u8, max: u8) -> Result<(), Error> {
    match value {
        Some(value) if value < min || value > max => Err(Error::range(value as u32, max as u32)),
        _ => Ok(()),
    }
}
