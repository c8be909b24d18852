//! A form that came back: its fields, and the frame that they mean.

use std::collections::HashMap;

use trente_survey::Answers;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::limits::{VERBATIM_BYTES_MAX, VERBATIM_CHARS_MAX};
use trente_survey::locale::Language;
use trente_survey::response_id::SurveyId;
use trente_survey::score::{ELAPSED_UNKNOWN, SCORE_NONE};
use unicode_normalization::UnicodeNormalization;

use super::identity::Identity;

/// Fields of a query or a form. A field that stands there twice is none.
pub struct Fields(HashMap<String, Option<String>>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut fields = HashMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            fields.entry(name.into_owned()).and_modify(|slot| *slot = None).or_insert_with(|| Some(value.into_owned()));
        }
        Self(fields)
    }

    /// A field that stands there once.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_deref()
    }

    /// A code, 0..=255; `missing` where the field is empty or absent. None when it is neither a code nor empty.
    fn code(&self, name: &str, missing: u8) -> Option<u8> {
        match self.0.get(name) {
            None => Some(missing),
            Some(None) => None,
            Some(Some(text)) if text.is_empty() => Some(missing),
            Some(Some(text)) => text.parse().ok(),
        }
    }
}

/// Which of the two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The four core questions: revision 0.
    Core,
    /// What the branch asks, with the core answers in hidden fields: revision 1.
    Optional,
}

/// What a form says.
pub struct Submission {
    /// Which form.
    pub stage: Stage,
    /// The second form was left out.
    pub skipped: bool,
    /// What was answered, unchecked.
    pub answers: Answers,
    word: Option<String>,
}

impl Submission {
    /// Reads a form; none when a field cannot be read. Whether the answers are valid is the frame's check.
    pub fn read(fields: &Fields) -> Option<Self> {
        let stage = match fields.get("stage")? {
            "core" => Stage::Core,
            "optional" => Stage::Optional,
            _ => return None,
        };
        // Code 0 of a rating is « Sans objet ».
        let rating = |name| fields.code(name, 0).map(|code| Some(code).filter(|&code| code != 0));
        let recommend = fields.code("recommend", u8::MAX)?;
        let mut answers = Answers {
            satisfaction: rating("satisfaction")?,
            ease: rating("ease")?,
            lens: rating("lens")?,
            recommend: Some(recommend).filter(|&code| code != u8::MAX),
            moment: 0,
            forgive: 0,
        };
        let mut word = None;
        if stage == Stage::Optional {
            answers.moment = fields.code("moment", 0)?;
            answers.forgive = fields.code("forgive", 0)?;
            word = clean(fields.get("word").unwrap_or_default());
        }
        Some(Self { stage, skipped: stage == Stage::Optional && fields.get("skip").is_some(), answers, word })
    }

    /// The word, if it is too long; nothing is cut silently.
    pub fn too_long(&self) -> Option<&str> {
        let long = |word: &&str| word.len() > VERBATIM_BYTES_MAX || word.chars().count() > VERBATIM_CHARS_MAX;
        self.word.as_deref().filter(long)
    }

    /// The frame, with our own score: the widget's would be the same.
    pub fn frame(&self, survey: SurveyId, layout: &Layout, language: Language, identity: &Identity) -> Frame {
        let mut frame = Frame {
            survey,
            response: identity.response,
            answers: self.answers,
            extra: Default::default(),
            extra_text: Default::default(),
            elapsed: ELAPSED_UNKNOWN,
            rev: match self.stage {
                Stage::Core => 0,
                Stage::Optional => 1,
            },
            locale: language.number(),
            preview: false,
            score: SCORE_NONE,
            proof: identity.proof,
            verbatim: self.word.clone(),
            age_minutes: None,
            channel: None,
        };
        // Answers without a verdict do not encode either.
        frame.score = frame.verdict(layout).map_or(SCORE_NONE, |verdict| verdict.score_byte());
        frame
    }
}

/// The word in the form of the wire: line feeds only, no control character, NFC. None when nothing is left.
fn clean(word: &str) -> Option<String> {
    let word: String = word.replace("\r\n", "\n").replace('\r', "\n").nfc().collect();
    let word: String = word.chars().filter(|&character| character == '\n' || !character.is_control()).collect();
    let word = word.trim();
    (!word.is_empty()).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_brought_into_the_form_of_the_wire() {
        assert_eq!(clean(" \r\n"), None);
        assert_eq!(clean("e\u{301}t\r\ne\u{7}"), Some("ét\ne".into()));
    }

    #[test]
    fn fields_that_stand_twice_are_refused() {
        let fields = Fields::parse(b"stage=core&ease=3&ease=4");
        assert!(Submission::read(&fields).is_none());
        let fields = Fields::parse(b"stage=core&ease=3&recommend=0&lens=0&satisfaction=");
        let submission = Submission::read(&fields).unwrap();
        let expected = Answers { ease: Some(3), recommend: Some(0), ..Answers::default() };
        assert_eq!(submission.answers, expected);
    }
}
