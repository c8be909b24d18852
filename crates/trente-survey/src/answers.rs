//! Answers to the core questions, their scales, and the branch that follows from them.
//!
//! Not here: answers to a merchant's extra questions ([`crate::extra`]), the verbatim ([`crate::frame`]).

use core::ops::RangeInclusive;

use crate::Error;

/// Answers of one respondent to the core questions of one survey.
///
/// A skipped question, « Sans objet » and a question never asked are all missing: `None`, or 0 for the two
/// optional codes. Missing answers are never imputed (docs/score.md#missing-answers).
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

/// A core question, in the order in which they are always asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(
    feature = "definition",
    derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema),
    serde(rename_all = "snake_case")
)]
pub enum CoreQuestion {
    /// Overall satisfaction (CSAT).
    Satisfaction,
    /// “They made things easy for me” (CES).
    Ease,
    /// One of eight statements about a family of causes.
    Lens,
    /// Likelihood to recommend (NPS).
    Recommend,
}

impl CoreQuestion {
    /// All four, in their order.
    pub const ALL: [Self; 4] = [Self::Satisfaction, Self::Ease, Self::Lens, Self::Recommend];

    /// The name in documents, in the sheet, in the form and in the event `trente:answered`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Satisfaction => "satisfaction",
            Self::Ease => "ease",
            Self::Lens => "lens",
            Self::Recommend => "recommend",
        }
    }

    /// The ratings of its scale, the lowest first.
    pub const fn scale(self) -> RangeInclusive<u8> {
        let [satisfaction, ease, lens, recommend] = Answers::RATING_MAX;
        match self {
            Self::Satisfaction => 1..=satisfaction,
            Self::Ease => 1..=ease,
            Self::Lens => 1..=lens,
            Self::Recommend => 0..=recommend,
        }
    }
}

/// Where the answers lead: which optional questions follow, and which caps apply to the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Branch {
    /// Recommendation ≤ 6 or satisfaction ≤ 2.
    Incident,
    /// Recommendation ≥ 9 and satisfaction missing or ≥ 4.
    Promoter,
    /// Neither.
    Neutral,
}

impl Branch {
    /// The letter of docs/default-survey.md#branches: `D`, `P` or `N`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Incident => "D",
            Self::Promoter => "P",
            Self::Neutral => "N",
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

    /// Recommendation has a valid 0, so its missing value in the 19 bits, and in a form, is 15.
    pub const RECOMMEND_MISSING: u8 = 15;

    /// The rating that answers a core question; none when it is missing.
    pub const fn rating(&self, question: CoreQuestion) -> Option<u8> {
        match question {
            CoreQuestion::Satisfaction => self.satisfaction,
            CoreQuestion::Ease => self.ease,
            CoreQuestion::Lens => self.lens,
            CoreQuestion::Recommend => self.recommend,
        }
    }

    /// Answers a core question, or takes its answer away. [`Answers::check`] tells whether the rating is on its scale.
    pub const fn set_rating(&mut self, question: CoreQuestion, rating: Option<u8>) {
        match question {
            CoreQuestion::Satisfaction => self.satisfaction = rating,
            CoreQuestion::Ease => self.ease = rating,
            CoreQuestion::Lens => self.lens = rating,
            CoreQuestion::Recommend => self.recommend = rating,
        }
    }

    /// The branch. **Source**: docs/default-survey.md#branches.
    pub const fn branch(&self) -> Branch {
        let incident = matches!(self.recommend, Some(0..=6)) || matches!(self.satisfaction, Some(0..=2));
        if incident {
            Branch::Incident
        } else if matches!(self.recommend, Some(9..)) && matches!(self.satisfaction, None | Some(4..)) {
            Branch::Promoter
        } else {
            Branch::Neutral
        }
    }

    /// How many of the four core questions are answered, 0..=4.
    pub fn answered(&self) -> u8 {
        CoreQuestion::ALL.into_iter().filter(|&question| self.rating(question).is_some()).count() as u8
    }

    /// Whether the answers are valid, alone and together.
    ///
    /// # Errors
    /// - [`Error::Range`]: a rating or code is off its scale;
    /// - [`Error::Branch`]: forgiveness off the incident branch;
    /// - [`Error::Moment`]: an unpleasant tone off the incident branch.
    pub fn check(&self) -> Result<(), Error> {
        for question in CoreQuestion::ALL {
            let scale = question.scale();
            within(self.rating(question), *scale.start(), *scale.end())?;
        }
        within(Some(self.moment), 0, Self::MOMENT_MAX)?;
        within(Some(self.forgive), 0, Self::FORGIVE_MAX)?;
        if self.branch() != Branch::Incident {
            if self.forgive != 0 {
                return Err(Error::Branch);
            }
            if self.moment == Self::MOMENT_TONE {
                return Err(Error::Moment);
            }
        }
        Ok(())
    }

    /// The 19 bits of docs/wire-format.md#layout: csat3 ces3 reco4 lens3 moment4 forgive2, most significant first.
    ///
    /// Bits of a value off its scale are cut; call [`Answers::check`] first.
    pub fn to_bits(&self) -> u32 {
        let field = |bits: u32, value: u8, width: u32| (bits << width) | (u32::from(value) & ((1 << width) - 1));
        let mut bits = field(0, self.satisfaction.unwrap_or(0), 3);
        bits = field(bits, self.ease.unwrap_or(0), 3);
        bits = field(bits, self.recommend.unwrap_or(Self::RECOMMEND_MISSING), 4);
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
            recommend: (recommend != Self::RECOMMEND_MISSING).then_some(recommend),
            lens: rating(field(6, 3)),
            moment: field(2, 4),
            forgive: field(0, 2),
        };
        answers.check()?;
        Ok(answers)
    }
}

const fn within(value: Option<u8>, min: u8, max: u8) -> Result<(), Error> {
    match value {
        Some(value) if value < min || value > max => Err(Error::range(value as u32, max as u32)),
        _ => Ok(()),
    }
}
