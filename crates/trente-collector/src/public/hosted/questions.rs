//! Template data of the hosted page's questions, in both of its forms.
//!
//! A question that is asked after an answer to an earlier one stands in the same form, right after it: the style sheet
//! shows it when that answer is chosen (`:has`, without a script), and a browser too old for that shows it always, with
//! its condition above it. A third form would cost every customer one more round trip and one of the four revisions
//! that a response has. Whatever the browser shows, the answer counts only where the condition holds.

use std::ops::RangeInclusive;

use trente_survey::definition::{CoreQuestion, Definition, Extra, Localized};
use trente_survey::extra::{ExtraKind, Layout};
use trente_survey::limits::{CONTACT_CHARS_MAX, EXTRA_MAX};
use trente_survey::locale::Language;
use trente_survey::show_if::Condition;
use trente_survey::wording::{CHIP_MOMENTS, ContactWording, HostedWording, Text, Wording};
use trente_survey::{Answers, Branch, Cause};

use super::form::{EXTRA_NAMES, Submission, chars_over, word_is_too_long};
use crate::domain::contact::PUT_RIGHT;

/// Labels up to this length stand side by side on the narrowest screen.
const PAIR_CHARS_MAX: usize = 12;

/// The number of the question for a contact: one after those of the merchant's own questions.
const CONTACT_NUMBER: usize = EXTRA_MAX + 1;

/// One question.
pub struct Question {
    /// Name of its field.
    pub name: &'static str,
    /// Name of its group, where the question is not that.
    pub group: Option<String>,
    /// What is asked.
    pub text: String,
    /// How to answer.
    pub hint: Option<String>,
    /// The answers.
    pub answer: Answer,
    /// Asked after an answer to an earlier question only.
    pub when: Option<When>,
    /// How many questions end here that are asked after an answer.
    pub closes: usize,
}

/// How a question is answered.
pub enum Answer {
    /// One option.
    One(Options),
    /// Any options.
    Any(Options),
    /// Text.
    Text(Field),
    /// One line that the browser may fill in.
    Contact(Field),
}

/// Options in their order.
pub struct Options {
    /// The words for the ends of a scale, and how many points it has.
    pub scale: Option<Scale>,
    /// Points are drawn as stars.
    pub stars: bool,
    /// Every option.
    pub all: Vec<Choice>,
}

impl Options {
    /// Class of a list that stands in two columns: two short answers always, many where there is room.
    pub fn columns(&self) -> &'static str {
        let labels =
            self.all.iter().filter(|option| !option.value.is_empty()).map(|option| option.label.chars().count());
        match (labels.clone().count(), labels.max()) {
            (2, Some(..=PAIR_CHARS_MAX)) => " pair",
            (7.., _) => " many",
            _ => "",
        }
    }
}

/// The ends of a scale.
pub struct Scale {
    /// Number of points.
    pub points: u8,
    /// Word for the first; empty where there is none.
    pub low: String,
    /// Word for the last.
    pub high: String,
}

/// One option.
pub struct Choice {
    /// What the form says when it is chosen.
    pub value: String,
    /// Its label.
    pub label: String,
    /// What belongs to its name and is not shown with it.
    pub unseen: Option<String>,
    /// A line of its own under a scale, because it is no point of it.
    pub wide: bool,
    /// It was chosen when the form comes back to be mended.
    pub chosen: bool,
    /// Numbers of the questions that are asked after it.
    pub opens: Vec<usize>,
}

/// A text field.
pub struct Field {
    /// Lines.
    pub rows: u8,
    /// What was written, when the form comes back to be mended.
    pub draft: String,
    /// What is wrong with it.
    pub note: Option<String>,
}

/// The condition of a question.
pub struct When {
    /// The question's own number, from 1.
    pub number: usize,
    /// The condition in words.
    pub words: String,
}

/// A survey in one language.
#[derive(Clone, Copy)]
pub struct Spoken<'a> {
    /// The survey.
    pub definition: &'a Definition,
    /// The language.
    pub language: Language,
    /// Its words.
    pub wording: &'a Wording,
}

impl Spoken<'_> {
    fn hosted(&self) -> HostedWording {
        HostedWording::of(self.language)
    }

    /// The core questions that the survey asks.
    pub fn core(&self, family: Cause) -> Vec<Question> {
        self.definition.core.questions.iter().map(|&question| self.core_question(question, family)).collect()
    }

    fn core_question(&self, question: CoreQuestion, family: Cause) -> Question {
        let wording = self.wording;
        let name = question.name();
        match question {
            CoreQuestion::Satisfaction => {
                self.listed(name, &wording.satisfaction, (1..).zip(texts(&wording.satisfaction_options)))
            }
            CoreQuestion::Ease => self.scale(name, &wording.ease, 1..=7, &wording.ease_low, &wording.ease_high),
            CoreQuestion::Lens => {
                let text = wording.lens.get(usize::from(family.family())).map_or("", |text| text);
                let mut lens = self.scale(name, text, 1..=5, &wording.lens_low, &wording.lens_high);
                if let Answer::One(options) = &mut lens.answer {
                    // « Sans objet » is the last option of the question itself.
                    let last = options.all.len().saturating_sub(1);
                    options.all.insert(last, Choice { wide: true, ..Choice::new(0, wording.lens_none.to_string()) });
                }
                lens
            }
            CoreQuestion::Recommend => {
                self.scale(name, &wording.recommend, 0..=10, &wording.recommend_low, &wording.recommend_high)
            }
        }
    }

    /// The questions of the second form after these core answers; `sent` fills them in again.
    pub fn optional(&self, answers: &Answers, layout: &Layout, sent: Option<&Submission>) -> Vec<Question> {
        let branch = answers.branch();
        let mut questions = self.follow_up(branch, sent);
        questions.extend(self.extras(branch, layout, sent));
        if self.definition.follow_up.word {
            questions.push(self.word(branch, sent));
        }
        self.contact(&mut questions, sent);
        questions
    }

    /// Where to reply, after the answer that asks to be put right.
    fn contact(&self, questions: &mut Vec<Question>, sent: Option<&Submission>) {
        if !self.definition.follow_up.contact {
            return;
        }
        let Some(forgive) = questions.iter_mut().find(|question| question.name == "forgive") else { return };
        forgive.open(PUT_RIGHT, CONTACT_NUMBER);
        let answer = self.wording.forgive_options.get(usize::from(PUT_RIGHT) - 1).map_or("", AsRef::as_ref);
        let words = format!("{} {answer}", forgive.text);
        let own = ContactWording::of(self.language);
        let draft = sent.and_then(|sent| sent.contact.clone()).unwrap_or_default();
        let over = draft.chars().count().saturating_sub(CONTACT_CHARS_MAX);
        let note = (over > 0).then(|| self.wording.word_over.replace("{n}", &over.to_string()));
        questions.push(Question {
            hint: Some(own.purpose.to_string()),
            when: Some(When { number: CONTACT_NUMBER, words }),
            closes: 1,
            ..Question::new("contact", &own.label, Answer::Contact(Field { rows: 1, draft, note }))
        });
    }

    fn follow_up(&self, branch: Branch, sent: Option<&Submission>) -> Vec<Question> {
        let (wording, follow_up) = (self.wording, self.definition.follow_up);
        let chips = |text| self.listed("moment", text, CHIP_MOMENTS.into_iter().zip(texts(&wording.chip_options)));
        let mut questions = match branch {
            Branch::Incident if follow_up.incident => vec![
                self.listed("moment", &wording.incident, (1..).zip(texts(&wording.incident_options))),
                self.listed("forgive", &wording.forgive, (1..).zip(texts(&wording.forgive_options))),
            ],
            Branch::Promoter if follow_up.chips => vec![chips(&wording.delight)],
            Branch::Neutral if follow_up.chips => vec![chips(&wording.improve)],
            _ => Vec::new(),
        };
        if let Some(sent) = sent {
            for question in &mut questions {
                let code = if question.name == "moment" { sent.answers.moment } else { sent.answers.forgive };
                question.choose(|value| code != 0 && value == code.to_string());
            }
        }
        questions
    }

    fn word(&self, branch: Branch, sent: Option<&Submission>) -> Question {
        let (wording, hosted) = (self.wording, self.hosted());
        let text = match branch {
            Branch::Incident => &wording.word_incident,
            Branch::Promoter => &wording.word_delight,
            Branch::Neutral => &wording.word_improve,
        };
        let draft = sent.and_then(|sent| sent.word.clone()).unwrap_or_default();
        let note = word_is_too_long(&draft).then(|| hosted.long.to_string());
        let answer = Answer::Text(Field { rows: 4, draft, note });
        Question { group: Some(hosted.word.to_string()), ..Question::new("word", text, answer) }
    }

    /// The merchant's own questions that may be asked on this branch.
    fn extras(&self, branch: Branch, layout: &Layout, sent: Option<&Submission>) -> Vec<Question> {
        let all = &self.definition.extra;
        // The branch is known, the answers to one another are not yet.
        let possible = self.definition.extras_possible(branch);
        let mut questions: Vec<Question> = Vec::new();
        for (index, ((extra, name), possible)) in all.iter().zip(EXTRA_NAMES).zip(possible).enumerate() {
            if !possible {
                continue;
            }
            let mut question = self.extra(extra, name, index, layout, sent);
            if let Condition::Answer { earlier, answer } = extra.condition() {
                let words = all.get(earlier).map(|earlier| self.condition(earlier, answer)).unwrap_or_default();
                question.when = Some(When { number: index + 1, words });
                question.closes = 1;
                let parent = EXTRA_NAMES.get(earlier).and_then(|name| questions.iter_mut().find(|q| q.name == *name));
                if let Some(parent) = parent {
                    parent.open(answer, index + 1);
                    // A question after a question that is itself asked after an answer goes when that one goes.
                    if parent.when.is_some() {
                        (parent.closes, question.closes) = (0, 2);
                    }
                }
            }
            questions.push(question);
        }
        questions
    }

    fn extra(
        &self,
        extra: &Extra,
        name: &'static str,
        index: usize,
        layout: &Layout,
        sent: Option<&Submission>,
    ) -> Question {
        let text = self.text(&extra.text);
        let code = sent.and_then(|sent| sent.extra.get(index)).copied().unwrap_or(0);
        let kind = extra.wire_kind();
        let mut question = match kind {
            ExtraKind::Stars => self.stars(name, text),
            ExtraKind::Scale(points) => {
                let end = |words: &Option<Localized>| words.as_ref().map_or("", |words| self.text(words)).to_owned();
                self.scale(name, text, 1..=points, &end(&extra.low), &end(&extra.high))
            }
            ExtraKind::Text => {
                let draft = sent.and_then(|sent| sent.extra_text.get(index)?.clone()).unwrap_or_default();
                let over = chars_over(&draft, layout.text_bytes_max());
                let note = (over > 0).then(|| self.wording.word_over.replace("{n}", &over.to_string()));
                Question::new(name, text, Answer::Text(Field { rows: 2, draft, note }))
            }
            ExtraKind::Choices(_) => {
                let all = (1..).zip(self.labels(extra)).map(|(value, label)| Choice::new(value, label.to_owned()));
                let options = Options { scale: None, stars: false, all: all.collect() };
                let hint = Some(self.wording.several.to_string());
                Question { hint, ..Question::new(name, text, Answer::Any(options)) }
            }
            _ => self.listed(name, text, (1..).zip(self.labels(extra))),
        };
        question.choose(|value| value.parse().is_ok_and(|answer| kind.holds(code, answer)));
        question
    }

    /// Words of the options of yes or no, of a choice, of choices.
    fn labels<'b>(&'b self, extra: &'b Extra) -> Vec<&'b str> {
        if extra.wire_kind() == ExtraKind::YesNo {
            return vec![&self.wording.yes, &self.wording.no];
        }
        let other = extra.other.then_some(self.wording.other.as_ref());
        extra.options.iter().map(|label| self.text(label)).chain(other).collect()
    }

    /// The condition in words: the earlier question and the answer to it.
    fn condition(&self, earlier: &Extra, answer: u8) -> String {
        let label = self.labels(earlier).get(usize::from(answer).wrapping_sub(1)).map(|&label| label.to_owned());
        let label = label.unwrap_or_else(|| format!("{answer} / {}", earlier.answer_max()));
        format!("{} {label}", self.text(&earlier.text))
    }

    fn text<'b>(&self, texts: &'b Localized) -> &'b str {
        texts.get(self.language.tag()).map_or("", String::as_str)
    }

    /// A question whose options have words.
    fn listed<'b>(&self, name: &'static str, text: &str, options: impl Iterator<Item = (u8, &'b str)>) -> Question {
        let mut all: Vec<_> = options.map(|(value, label)| Choice::new(value, label.to_owned())).collect();
        all.push(self.no_answer());
        Question::new(name, text, Answer::One(Options { scale: None, stars: false, all }))
    }

    /// A question whose options are numbers, with words at both ends.
    fn scale(&self, name: &'static str, text: &str, range: RangeInclusive<u8>, low: &str, high: &str) -> Question {
        let end = |value: u8| match value {
            _ if value == *range.start() => Some(low.to_owned()),
            _ if value == *range.end() => Some(high.to_owned()),
            _ => None,
        };
        let choice = |value: u8| Choice { unseen: end(value), ..Choice::new(value, value.to_string()) };
        let mut all: Vec<_> = range.clone().map(choice).collect();
        let scale = Some(Scale { points: all.len() as u8, low: low.to_owned(), high: high.to_owned() });
        all.push(self.no_answer());
        Question::new(name, text, Answer::One(Options { scale, stars: false, all }))
    }

    /// One to five, named as “3 / 5”.
    fn stars(&self, name: &'static str, text: &str) -> Question {
        let choice = |value: u8| Choice { unseen: Some("/ 5".into()), ..Choice::new(value, value.to_string()) };
        let mut all: Vec<_> = (1..=5).map(choice).collect();
        all.push(self.no_answer());
        let scale = Some(Scale { points: 5, low: String::new(), high: String::new() });
        Question::new(name, text, Answer::One(Options { scale, stars: true, all }))
    }

    /// The way back from a choice: without a script nothing can be unchosen. Nothing is chosen beforehand.
    fn no_answer(&self) -> Choice {
        let label = self.hosted().none.to_string();
        Choice { value: String::new(), wide: true, ..Choice::new(0, label) }
    }
}

impl Question {
    fn new(name: &'static str, text: &str, answer: Answer) -> Self {
        Self { name, group: None, text: text.to_owned(), hint: None, answer, when: None, closes: 0 }
    }

    fn options(&mut self) -> &mut [Choice] {
        match &mut self.answer {
            Answer::One(options) | Answer::Any(options) => &mut options.all,
            Answer::Text(_) | Answer::Contact(_) => &mut [],
        }
    }

    /// Marks the options that were chosen.
    pub fn choose(&mut self, chosen: impl Fn(&str) -> bool) {
        for option in self.options() {
            option.chosen = chosen(&option.value);
        }
    }

    /// Notes that an answer opens another question.
    fn open(&mut self, answer: u8, number: usize) {
        let answer = answer.to_string();
        if let Some(option) = self.options().iter_mut().find(|option| option.value == answer) {
            option.opens.push(number);
        }
    }
}

impl Choice {
    fn new(value: u8, label: String) -> Self {
        Self { value: value.to_string(), label, unseen: None, wide: false, chosen: false, opens: Vec::new() }
    }
}

fn texts(texts: &[Text]) -> impl Iterator<Item = &str> {
    texts.iter().map(AsRef::as_ref)
}
