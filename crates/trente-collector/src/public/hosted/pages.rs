//! Template data of the hosted page.

use askama::Template;
use trente_store::encoding;
use trente_survey::definition::Scheme;
use trente_survey::locale::Language;
use trente_survey::wording::{HostedWording, Wording};
use trente_survey::{Answers, Branch};

use super::ANSWERED;
use super::form::{AGAIN, Submission};
use super::identity::{Identity, PREVIEW};
use super::questions::{Answer, Question, Spoken};
use crate::domain::catalog::Survey;
use crate::web::form::Fields;

/// A page.
#[derive(Template)]
#[template(path = "hosted.html")]
pub struct Hosted {
    lang: &'static str,
    dir: &'static str,
    title: String,
    /// The merchant's wish; none where the system decides.
    scheme: Option<&'static str>,
    /// What only these pages say.
    own: HostedWording,
    /// Address of the survey's own colours, if it has any.
    theme: Option<String>,
    languages: Vec<LanguageLink>,
    /// On every screen of a preview.
    rehearsal: Option<String>,
    content: Content,
}

enum Content {
    Form(Box<Form>),
    Message(String),
    Unsent(Unsent),
    End(String),
}

/// A form that could not be taken, to be sent once more as it was.
struct Unsent {
    text: String,
    action: String,
    fields: Vec<(String, String)>,
    send: String,
}

struct Form {
    head: String,
    action: String,
    hidden: Vec<(&'static str, String)>,
    questions: Vec<Question>,
    send: String,
    skip: Option<String>,
    widget: Option<Widget>,
}

/// What the script needs to put the widget in the form's place.
struct Widget {
    site: String,
    order: Option<String>,
    preview: bool,
    signature: Option<String>,
    /// Left behind by a widget that has ended.
    end: String,
    end_incident: String,
    waiting: String,
}

/// The same page in another language.
struct LanguageLink {
    href: String,
    tag: &'static str,
    dir: &'static str,
    name: &'static str,
}

/// Languages that stand in one line with the page's own; more of them fold up.
const LANGUAGES_OPEN_MAX: usize = 3;

/// One survey, as its pages need it.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Public name of the site.
    pub site: &'a str,
    /// The survey.
    pub survey: &'a Survey,
    /// Nothing of it is counted, which every screen says.
    pub preview: bool,
    /// The survey in the language that is spoken.
    pub spoken: Spoken<'a>,
}

impl Asked<'_> {
    /// The core questions; `current` tells whether the widget would ask this very survey, `answered` what is answered to
    /// the first one already.
    pub fn core(&self, identity: &Identity, current: bool, answered: Option<&str>) -> Hosted {
        let wording = self.spoken.wording;
        // With an order, signed or not, the response can be found again.
        let link = &identity.link;
        let linked = identity.proof.is_some() || link.order.is_some() || link.response.is_some();
        let head = if linked { &wording.head_linked } else { &wording.head };
        // A response that only its id names cannot be the widget's.
        let widget = (current && identity.link.response.is_none()).then(|| Widget {
            site: self.site.to_owned(),
            order: identity.link.order.clone(),
            preview: self.preview,
            signature: identity.link.signature.clone(),
            end: wording.end.to_string(),
            end_incident: wording.end_incident.to_string(),
            waiting: wording.end_waiting.to_string(),
        });
        let mut questions = self.spoken.core(self.survey.layout.family(identity.response));
        if let (Some(first), Some(answered)) = (questions.first_mut(), answered) {
            first.choose(|value| value == answered);
        }
        let form = Form {
            head: head.to_string(),
            action: self.site.to_owned(),
            hidden: self.hidden("core", identity),
            questions,
            send: wording.send.to_string(),
            skip: None,
            widget,
        };
        Hosted { languages: self.languages(identity, answered), ..self.page(Content::Form(Box::new(form))) }
    }

    /// What these answers lead to: the second form, filled in as it was `sent`, or the end where nothing is left to
    /// ask. `again` is true where the customer has answered it before, which it does not show.
    pub fn optional(&self, identity: &Identity, answers: &Answers, sent: Option<&Submission>, again: bool) -> Hosted {
        let (wording, definition) = (self.spoken.wording, self.spoken.definition);
        let questions = self.spoken.optional(answers, &self.survey.layout, sent);
        if questions.is_empty() {
            return self.end(answers.branch());
        }
        let head = match answers.branch() {
            Branch::Incident if definition.follow_up.incident => &wording.incident_intro,
            Branch::Promoter => &wording.delight_intro,
            Branch::Incident | Branch::Neutral => &wording.improve_intro,
        };
        let mut hidden = self.hidden("optional", identity);
        hidden.extend(again.then(|| (AGAIN, "1".to_owned())));
        let given = [
            ("satisfaction", answers.satisfaction),
            ("ease", answers.ease),
            ("lens", answers.lens),
            ("recommend", answers.recommend),
        ];
        hidden.extend(given.into_iter().filter_map(|(name, rating)| Some((name, rating?.to_string()))));
        self.page(Content::Form(Box::new(Form {
            head: head.to_string(),
            action: self.site.to_owned(),
            hidden,
            questions,
            send: wording.send.to_string(),
            skip: Some(wording.skip.to_string()),
            widget: None,
        })))
    }

    /// The last screen of a branch.
    pub fn end(&self, branch: Branch) -> Hosted {
        let wording = self.spoken.wording;
        let end = if branch == Branch::Incident { &wording.end_incident } else { &wording.end };
        self.page(Content::End(end.to_string()))
    }

    /// The response has had its last revision.
    pub fn closed(&self) -> Hosted {
        let hosted = HostedWording::of(self.spoken.language);
        let page = self.page(Content::Message(hosted.closed.to_string()));
        Hosted { title: hosted.closed_title.to_string(), ..page }
    }

    /// What both forms carry along.
    fn hidden(&self, stage: &'static str, identity: &Identity) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("stage", stage.to_owned()),
            ("survey", encoding::hex(&self.survey.id.0)),
            ("l", self.spoken.language.tag().to_owned()),
            ("r", encoding::hex(&identity.response.0)),
        ];
        fields.extend(identity.link.signature.clone().map(|signature| ("g", signature)));
        fields.extend(self.preview.then(|| (PREVIEW, "1".to_owned())));
        fields
    }

    /// The same page in the survey's other languages, with what is answered to the first question.
    fn languages(&self, identity: &Identity, answered: Option<&str>) -> Vec<LanguageLink> {
        // A code of an option; whatever else stood in the address leads nowhere.
        let code = answered.and_then(|answered| answered.parse::<u8>().ok());
        let answered = code.map(|code| format!("&{ANSWERED}={code}")).unwrap_or_default();
        let spoken = |language: &Language| self.spoken.definition.wording.contains_key(language.tag());
        let others = Language::ALL.into_iter().filter(spoken).filter(|language| *language != self.spoken.language);
        others
            .map(|language| LanguageLink {
                href: format!("?{}{answered}", identity.link.query(language.tag())),
                tag: language.tag(),
                dir: language.direction(),
                name: language.endonym(),
            })
            .collect()
    }

    fn page(&self, content: Content) -> Hosted {
        let theme = &self.spoken.definition.theme;
        let page = Hosted::new(self.spoken.language, &self.spoken.wording.title, content);
        Hosted {
            rehearsal: self.preview.then(|| self.spoken.wording.rehearsal.to_string()),
            scheme: match theme.scheme {
                Scheme::Light => Some("light"),
                Scheme::Dark => Some("dark"),
                Scheme::System | Scheme::Page => None,
            },
            theme: (!theme.page_css().is_empty())
                .then(|| format!("{}/theme/{}", self.site, encoding::hex(&self.survey.id.0))),
            ..page
        }
    }
}

impl Hosted {
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

    /// The store cannot take this form of a site now: it comes back with a button that sends it once more.
    pub fn unsent(language: Language, site: &str, fields: &Fields) -> Self {
        let hosted = HostedWording::of(language);
        let unsent = Unsent {
            text: hosted.unsent.to_string(),
            action: site.to_owned(),
            fields: fields.values(),
            send: Wording::of(language).send.to_string(),
        };
        Self::new(language, &hosted.later_title, Content::Unsent(unsent))
    }

    /// The form cannot be read.
    pub fn invalid(language: Language) -> Self {
        let hosted = HostedWording::of(language);
        Self::new(language, &hosted.invalid_title, Content::Message(hosted.invalid.to_string()))
    }

    /// Whether the page brings the script along.
    pub fn has_script(&self) -> bool {
        matches!(&self.content, Content::Form(form) if form.widget.is_some())
    }

    fn languages_fold(&self) -> bool {
        self.languages.len() > LANGUAGES_OPEN_MAX
    }

    fn own_name(&self) -> &'static str {
        Language::from_tag(self.lang).map_or("", Language::endonym)
    }

    fn new(language: Language, title: &str, content: Content) -> Self {
        Self {
            lang: language.tag(),
            dir: language.direction(),
            title: title.to_owned(),
            own: HostedWording::of(language),
            scheme: None,
            theme: None,
            languages: Vec::new(),
            rehearsal: None,
            content,
        }
    }
}
