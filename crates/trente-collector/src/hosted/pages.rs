//! What the template of the hosted page is filled with.

use askama::Template;
use trente_survey::locale::Language;
use trente_survey::response_id::SurveyId;
use trente_survey::wording::{CHIP_MOMENTS, HostedWording, Text, Wording};
use trente_survey::{Answers, Branch};

use super::identity::Identity;
use crate::text;

/// A page.
#[derive(Template)]
#[template(path = "hosted.html")]
pub struct Hosted {
    lang: &'static str,
    dir: &'static str,
    title: String,
    content: Content,
}

enum Content {
    Form(Box<Form>),
    Message(String),
    End(String),
}

struct Form {
    head: String,
    action: String,
    hidden: Vec<(&'static str, String)>,
    questions: Vec<Question>,
    word: Option<Word>,
    send: String,
    skip: Option<String>,
}

struct Question {
    name: &'static str,
    text: String,
    scale: Option<Scale>,
    options: Vec<Choice>,
}

struct Scale {
    points: usize,
    low: String,
    high: String,
}

struct Choice {
    value: String,
    label: String,
    /// Word for this end of a scale: part of the option's name, shown once below the scale.
    end: Option<String>,
    /// A line of its own under a scale, because it is no point of it.
    wide: bool,
    chosen: bool,
}

struct Word {
    group: String,
    question: String,
    /// What was written, when the form comes back to be mended.
    draft: String,
    note: Option<String>,
}

impl Hosted {
    /// The core questions.
    pub fn core(site: &str, survey: SurveyId, language: Language, wording: &Wording, identity: &Identity) -> Self {
        let none = HostedWording::of(language).none;
        let family = usize::from(identity.response.family().family());
        let lens = wording.lens.get(family).map_or("", |text| text.as_ref());
        let mut lens = scale("lens", lens, 1..=5, &wording.lens_low, &wording.lens_high, &none);
        // « Sans objet » is the last option of the question itself.
        let last = lens.options.len().saturating_sub(1);
        lens.options.insert(
            last,
            Choice { value: "0".into(), label: wording.lens_none.to_string(), end: None, wide: true, chosen: false },
        );
        let recommend =
            scale("recommend", &wording.recommend, 0..=10, &wording.recommend_low, &wording.recommend_high, &none);
        let head = if identity.proof.is_some() { &wording.head_linked } else { &wording.head };
        let form = Form {
            head: head.to_string(),
            action: site.to_owned(),
            hidden: hidden("core", survey, language, identity),
            questions: vec![
                choice("satisfaction", &wording.satisfaction, (1..).zip(&wording.satisfaction_options), &none),
                scale("ease", &wording.ease, 1..=7, &wording.ease_low, &wording.ease_high, &none),
                lens,
                recommend,
            ],
            word: None,
            send: wording.send.to_string(),
            skip: None,
        };
        Self::new(language, &wording.title, Content::Form(Box::new(form)))
    }

    /// What the branch of these answers asks.
    pub fn optional(
        site: &str,
        survey: SurveyId,
        language: Language,
        wording: &Wording,
        identity: &Identity,
        answers: &Answers,
    ) -> Self {
        let hosted = HostedWording::of(language);
        let none = &hosted.none;
        let chips = |text| choice("moment", text, CHIP_MOMENTS.into_iter().zip(&wording.chip_options), none);
        let (head, questions, word) = match answers.branch() {
            Branch::D => {
                let moment = choice("moment", &wording.incident, (1..).zip(&wording.incident_options), none);
                let forgive = choice("forgive", &wording.forgive, (1..).zip(&wording.forgive_options), none);
                (&wording.incident_intro, vec![moment, forgive], &wording.word_incident)
            }
            Branch::P => (&wording.delight_intro, vec![chips(&wording.delight)], &wording.word_delight),
            Branch::N => (&wording.improve_intro, vec![chips(&wording.improve)], &wording.word_improve),
        };
        let mut hidden = hidden("optional", survey, language, identity);
        let given = [
            ("satisfaction", answers.satisfaction),
            ("ease", answers.ease),
            ("lens", answers.lens),
            ("recommend", answers.recommend),
        ];
        hidden.extend(given.into_iter().filter_map(|(name, rating)| Some((name, rating?.to_string()))));
        let form = Form {
            head: head.to_string(),
            action: site.to_owned(),
            hidden,
            questions,
            word: Some(Word {
                group: hosted.word.to_string(),
                question: word.to_string(),
                draft: String::new(),
                note: None,
            }),
            send: wording.send.to_string(),
            skip: Some(wording.skip.to_string()),
        };
        Self::new(language, &wording.title, Content::Form(Box::new(form)))
    }

    /// The last screen.
    pub fn end(language: Language, wording: &Wording) -> Self {
        Self::new(language, &wording.title, Content::End(wording.end.to_string()))
    }

    /// There is no such survey.
    pub fn unknown(language: Language) -> Self {
        let hosted = HostedWording::of(language);
        Self::new(language, &hosted.unknown_title, Content::Message(hosted.unknown.to_string()))
    }

    /// The store cannot take it now.
    pub fn later(language: Language) -> Self {
        let hosted = HostedWording::of(language);
        Self::new(language, &hosted.later_title, Content::Message(hosted.later.to_string()))
    }

    /// The second form again, as it was sent: its word is longer than a frame takes, and is not cut.
    pub fn too_long(mut self, language: Language, word: &str, answers: &Answers) -> Self {
        let Content::Form(form) = &mut self.content else { return self };
        if let Some(field) = &mut form.word {
            field.draft = word.to_owned();
            field.note = Some(HostedWording::of(language).long.to_string());
        }
        for question in &mut form.questions {
            let code = if question.name == "moment" { answers.moment } else { answers.forgive };
            for option in &mut question.options {
                option.chosen = code != 0 && option.value == code.to_string();
            }
        }
        self
    }

    /// The form cannot be read.
    pub fn invalid(language: Language) -> Self {
        let hosted = HostedWording::of(language);
        Self::new(language, &hosted.invalid_title, Content::Message(hosted.invalid.to_string()))
    }

    fn new(language: Language, title: &str, content: Content) -> Self {
        Self { lang: language.tag(), dir: language.direction(), title: title.to_owned(), content }
    }
}

/// What both forms carry along.
fn hidden(
    stage: &'static str,
    survey: SurveyId,
    language: Language,
    identity: &Identity,
) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("stage", stage.to_owned()),
        ("survey", text::hex(&survey.0)),
        ("l", language.tag().to_owned()),
        ("r", text::hex(&identity.response.0)),
    ];
    fields.extend(identity.signature.clone().map(|signature| ("g", signature)));
    fields
}

/// A question whose options have words.
fn choice<'a>(name: &'static str, text: &str, options: impl Iterator<Item = (u8, &'a Text)>, none: &str) -> Question {
    let mut options: Vec<_> = options
        .map(|(value, label)| Choice {
            value: value.to_string(),
            label: label.to_string(),
            end: None,
            wide: false,
            chosen: false,
        })
        .collect();
    options.push(no_answer(none));
    Question { name, text: text.to_owned(), scale: None, options }
}

/// A question whose options are numbers, with words at both ends.
fn scale(
    name: &'static str,
    text: &str,
    range: std::ops::RangeInclusive<u8>,
    low: &str,
    high: &str,
    none: &str,
) -> Question {
    let end = |value: u8| match value {
        _ if value == *range.start() => Some(low.to_owned()),
        _ if value == *range.end() => Some(high.to_owned()),
        _ => None,
    };
    let mut options: Vec<_> = range
        .clone()
        .map(|value| Choice {
            value: value.to_string(),
            label: value.to_string(),
            end: end(value),
            wide: false,
            chosen: false,
        })
        .collect();
    let scale = Scale { points: options.len(), low: low.to_owned(), high: high.to_owned() };
    options.push(no_answer(none));
    Question { name, text: text.to_owned(), scale: Some(scale), options }
}

/// The way back from a choice: without a script nothing can be unchosen. Nothing is chosen beforehand.
fn no_answer(none: &str) -> Choice {
    Choice { value: String::new(), label: none.to_owned(), end: None, wide: true, chosen: false }
}
