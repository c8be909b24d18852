//! Form submission of the hosted page: parses its fields into a frame.

use trente_survey::Answers;
use trente_survey::definition::{CoreQuestion, Definition};
use trente_survey::extra::{ExtraKind, Layout};
use trente_survey::frame::Frame;
use trente_survey::limits::{CONTACT_CHARS_MAX, EXTRA_MAX, VERBATIM_BYTES_MAX, VERBATIM_CHARS_MAX};
use trente_survey::locale::Language;
use trente_survey::response_id::SurveyId;
use trente_survey::score::SCORE_NONE;
use unicode_normalization::UnicodeNormalization;

use super::identity::Identity;
use crate::domain::contact::PUT_RIGHT;
use crate::web::form::Fields;

/// Field of the second form that says that it was answered before.
pub const AGAIN: &str = "again";

/// Names of the fields of the merchant's own questions.
pub const EXTRA_NAMES: [&str; EXTRA_MAX] = ["e1", "e2", "e3"];

/// Which of the two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The core questions.
    Core,
    /// What the branch and the merchant ask, with the core answers in hidden fields.
    Optional,
}

/// What a form says. Whether the answers are valid is the frame's check.
#[derive(Debug)]
pub struct Submission {
    /// Which form.
    pub stage: Stage,
    /// The second form was left out.
    pub skipped: bool,
    /// It was answered before, which it did not show.
    pub again: bool,
    /// The core answers and what follows from their branch.
    pub answers: Answers,
    /// Codes of the merchant's own questions.
    pub extra: [u16; EXTRA_MAX],
    /// Answers to those that take text.
    pub extra_text: [Option<String>; EXTRA_MAX],
    /// The customer's own words.
    pub word: Option<String>,
    /// Where they can be replied to, if this survey asks for it.
    pub contact: Option<String>,
}

impl Submission {
    /// Reads a form; none when a field cannot be read. Questions that this survey does not ask have no answer.
    pub fn read(fields: &Fields, definition: &Definition) -> Option<Self> {
        let stage = match fields.get("stage")? {
            "core" => Stage::Core,
            "optional" => Stage::Optional,
            _ => return None,
        };
        let asked = |question: CoreQuestion| definition.core.questions.contains(&question);
        let code = |question: CoreQuestion, missing| match asked(question) {
            true => fields.code(question.name(), missing),
            false => Some(missing),
        };
        // Code 0 of a rating is « Sans objet ».
        let rating = |question| code(question, 0).map(|code| Some(code).filter(|&code| code != 0));
        let mut form = Self {
            stage,
            skipped: stage == Stage::Optional && fields.get("skip").is_some(),
            again: fields.get(AGAIN).is_some(),
            answers: Answers {
                satisfaction: rating(CoreQuestion::Satisfaction)?,
                ease: rating(CoreQuestion::Ease)?,
                lens: rating(CoreQuestion::Lens)?,
                recommend: Some(code(CoreQuestion::Recommend, u8::MAX)?).filter(|&code| code != u8::MAX),
                moment: 0,
                forgive: 0,
            },
            extra: Default::default(),
            extra_text: Default::default(),
            word: None,
            contact: None,
        };
        if stage == Stage::Optional {
            form.read_optional(fields, definition)?;
            // The form came blank although something is kept: left blank, it says no more, and takes nothing back.
            form.skipped |= form.again && form.is_blank();
        }
        Some(form)
    }

    fn read_optional(&mut self, fields: &Fields, definition: &Definition) -> Option<()> {
        let follow_up = definition.follow_up;
        if follow_up.incident || follow_up.chips {
            self.answers.moment = fields.code("moment", 0)?;
            self.answers.forgive = fields.code("forgive", 0)?;
        }
        if follow_up.word {
            self.word = clean(fields.get("word").unwrap_or_default());
        }
        // Whatever the browser shows, it is asked of those alone who ask to be put right.
        if follow_up.contact && self.answers.forgive == PUT_RIGHT {
            self.contact =
                clean(&fields.get("contact").unwrap_or_default().replace(['\r', '\n', '\u{2028}', '\u{2029}'], " "));
        }
        let slots = self.extra.iter_mut().zip(&mut self.extra_text);
        for ((question, name), (code, text)) in definition.extra.iter().zip(EXTRA_NAMES).zip(slots) {
            match question.wire_kind() {
                ExtraKind::Text => *text = clean(fields.get(name).unwrap_or_default()),
                ExtraKind::Choices(options) => *code = fields.ticks(name, options)?,
                _ => *code = fields.code(name, 0)?.into(),
            }
        }
        forget_unasked(definition, &self.answers, &mut self.extra, &mut self.extra_text);
        Some(())
    }

    /// Whether nothing of the second form is answered.
    fn is_blank(&self) -> bool {
        (self.answers.moment, self.answers.forgive) == (0, 0)
            && self.word.is_none()
            && self.contact.is_none()
            && self.extra.iter().all(|&code| code == 0)
            && self.extra_text.iter().all(Option::is_none)
    }

    /// Whether a text is longer than a frame takes; nothing is cut silently.
    pub fn is_too_long(&self, layout: &Layout) -> bool {
        let word = self.word.as_deref().is_some_and(word_is_too_long);
        let contact = self.contact.as_deref().is_some_and(contact_is_too_long);
        word || contact || self.extra_text.iter().flatten().any(|text| text.len() > layout.text_bytes_max())
    }

    /// The frame of revision 0, with our own score: the widget's would be the same.
    pub fn frame(&self, survey: SurveyId, layout: &Layout, language: Language, identity: &Identity) -> Frame {
        let frame = Frame {
            answers: self.answers,
            extra: self.extra,
            extra_text: self.extra_text.clone(),
            locale: language.number(),
            preview: identity.link.preview,
            proof: identity.proof,
            verbatim: self.word.clone(),
            ..Frame::new(survey, identity.response)
        };
        scored(frame, layout)
    }
}

/// The frame with the score of its answers; those without a verdict do not encode either.
pub fn scored(mut frame: Frame, layout: &Layout) -> Frame {
    frame.score = frame.verdict(layout).map_or(SCORE_NONE, |verdict| verdict.score_byte());
    frame
}

/// Removes answers to questions that are not asked after these answers: the browser hides such a question, and the form
/// may still contain what the customer chose before they changed another answer.
pub fn forget_unasked(
    definition: &Definition,
    answers: &Answers,
    extra: &mut [u16; EXTRA_MAX],
    extra_text: &mut [Option<String>; EXTRA_MAX],
) {
    let asked = definition.extras_asked(answers.branch(), extra);
    for ((asked, code), text) in asked.into_iter().zip(extra).zip(extra_text) {
        if !asked {
            (*code, *text) = (0, None);
        }
    }
}

/// Whether the word is longer than a frame takes, in characters or in bytes.
pub fn word_is_too_long(word: &str) -> bool {
    word.len() > VERBATIM_BYTES_MAX || word.chars().count() > VERBATIM_CHARS_MAX
}

/// Whether the contact is longer than one may be.
pub fn contact_is_too_long(contact: &str) -> bool {
    contact.chars().count() > CONTACT_CHARS_MAX
}

/// How many characters too many a text has for this many bytes.
pub fn chars_over(text: &str, bytes_max: usize) -> usize {
    let fitting = text.char_indices().take_while(|(at, character)| at + character.len_utf8() <= bytes_max).count();
    text.chars().count() - fitting
}

/// A text in the form of the wire: line feeds only, no control character, NFC. None when nothing is left.
fn clean(text: &str) -> Option<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    // First: what is left may stand next to what it composes with.
    let seen = text.chars().filter(|&character| character == '\n' || !character.is_control());
    let text: String = seen.nfc().collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8], definition: &Definition) -> Option<Submission> {
        Submission::read(&Fields::parse(body), definition)
    }

    #[test]
    fn a_text_is_brought_into_the_form_of_the_wire() {
        assert_eq!(clean(" \r\n"), None);
        assert_eq!(clean("e\u{301}t\r\ne\u{7}"), Some("ét\ne".into()));
        assert_eq!(clean("e\u{7}\u{301}te"), Some("éte".into()));
        assert_eq!(
            (chars_over("abc", 3), chars_over("été", 3), chars_over("été", 2), chars_over("語", 2)),
            (0, 1, 2, 1)
        );
    }

    #[test]
    fn fields_that_stand_twice_are_refused() {
        let survey = Definition::default_for("olive");
        assert!(read(b"stage=core&ease=3&ease=4", &survey).is_none());
        let form = read(b"stage=core&ease=3&recommend=0&lens=0&satisfaction=", &survey).unwrap();
        assert_eq!(form.answers, Answers { ease: Some(3), recommend: Some(0), ..Answers::default() });
    }

    #[test]
    fn what_is_not_asked_is_not_read() {
        let mut survey = Definition::default_for("olive");
        survey.core.questions = vec![CoreQuestion::Recommend];
        (survey.follow_up.word, survey.follow_up.incident, survey.follow_up.chips) = (false, false, false);
        let form = read(b"stage=optional&satisfaction=1&recommend=9&moment=3&forgive=1&word=a&e1=5", &survey).unwrap();
        assert_eq!(form.answers, Answers { recommend: Some(9), ..Answers::default() });
        assert_eq!((form.word, form.extra), (None, [0; 3]));
    }
}
