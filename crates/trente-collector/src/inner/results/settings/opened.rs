//! Request context of a settings page, an owner and their site, and its responses.

use std::fmt::Display;
use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::header::RETRY_AFTER;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::StoreError;
use trente_store::model::audit::Actor;
use trente_store::model::scope::Scope;
use trente_store::model::site::SiteRow;
use trente_survey::locale::Language;
use zeroize::Zeroizing;

use super::done::Done;
use crate::app::App;
use crate::domain::auth::failures::FailureKind;
use crate::domain::throttle::client::Client;
use crate::inner::account::reauthentication::{Unproven, proven};
use crate::inner::account::texts as account_texts;
use crate::inner::failure::failed;
use crate::inner::results::filter::Filter;
use crate::inner::results::frame::{Frame, Page};
use crate::inner::results::texts::{Access, Settings, Texts, fill};
use crate::inner::results::{Seen, reach, say, seen, texts};
use crate::inner::security_headers::POLICY;
use crate::inner::session::Session;
use crate::limits::HASHES_RETRY_S;
use crate::web::error::RequestError;
use crate::web::form::Fields;
use crate::web::site_name::SiteName;
use crate::web::{page, respond};

/// An owner who has opened a page of the settings of a site.
pub struct Opened {
    /// The service.
    pub app: Arc<App>,
    /// Who.
    pub session: Session,
    /// From where, for the number of tries of a password.
    client: Client,
    /// The site.
    pub site: SiteRow,
    /// Days since 1970, on its clocks.
    pub today: u32,
    /// What the page says.
    pub texts: &'static Texts,
    /// What the settings say.
    pub set: &'static Settings,
    /// What the settings of people, tokens and webhooks say.
    pub access: &'static Access,
    /// What the address asks for.
    pub query: Fields,
    headers: HeaderMap,
    filter: Filter,
}

/// The same, an owner of every site: accounts and the audit log are of all of them.
pub struct Everywhere(pub Opened);

/// What a handler answers where the store does.
pub type Answer = Result<Response, Failure>;

/// The store cannot be asked.
pub struct Failure(StoreError);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        failed(&self.0)
    }
}

/// Why a form is refused: it is shown again as it was sent.
pub struct Wrong {
    /// The field, by its name; empty where it is none in particular.
    pub field: &'static str,
    text: String,
    status: StatusCode,
}

impl Wrong {
    /// A field with a value that is not taken.
    pub fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self { field, text: text.into(), status: StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// Too many passwords wait to be hashed.
    pub fn busy(field: &'static str, text: impl Into<String>) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, ..Self::new(field, text) }
    }
}

/// What is asked about before it is done.
pub struct Question {
    /// The title, a question.
    pub title: String,
    /// What would happen.
    pub lines: Vec<String>,
    /// What the form sends once more.
    pub fields: Vec<(&'static str, String)>,
    /// The button.
    pub button: &'static str,
    /// Whether the password is asked for.
    pub password: bool,
    /// Whether something is lost by it.
    pub grave: bool,
}

/// Around every page of the settings.
#[derive(Template)]
#[template(path = "settings.html")]
struct Shell<'a, B: Display> {
    frame: Frame,
    texts: &'static Texts,
    set: &'static Settings,
    title: &'a str,
    /// The address of the list; none on the list itself.
    hub: Option<String>,
    done: Option<&'static str>,
    wrong: Option<&'a Wrong>,
    body: B,
}

#[derive(Template)]
#[template(path = "settings_confirm.html")]
struct Confirm<'a> {
    set: &'static Settings,
    action: String,
    back: String,
    asked: &'a Question,
    wrong: &'static str,
}

#[derive(Template)]
#[template(path = "settings_secret.html")]
struct Secret<'a> {
    set: &'static Settings,
    note: &'a str,
    secret: &'a str,
    back: String,
}

impl FromRequestParts<Arc<App>> for Opened {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let Ok(SiteName(name)) = SiteName::from_request_parts(parts, app).await;
        let Ok(client) = Client::from_request_parts(parts, app).await;
        let session = parts.extensions.get::<Session>().cloned();
        let session = session.ok_or_else(|| RequestError::Path.into_response())?;
        let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let hl = query.get("hl").filter(|hl| matches!(*hl, "en" | "fr")).map(|hl| format!("hl={hl}"));
        let Seen { site, filter, today } = seen(app, &session, Scope::Admin, &name, hl.as_deref()).await?;
        let texts = texts::for_request(filter.language.as_deref(), &parts.headers);
        Ok(Self {
            app: Arc::clone(app),
            session,
            client,
            site,
            today,
            texts,
            set: texts.settings(),
            access: texts.access(),
            query,
            headers: parts.headers.clone(),
            filter,
        })
    }
}

impl FromRequestParts<Arc<App>> for Everywhere {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let opened = Opened::from_request_parts(parts, app).await?;
        if !opened.is_everywhere() {
            app.failures.subject(&app.store, FailureKind::Rights, &opened.actor().0).await;
            return Err(RequestError::Path.into_response());
        }
        Ok(Self(opened))
    }
}

impl Opened {
    /// Whether they are an owner of every site.
    pub fn is_everywhere(&self) -> bool {
        self.session.access.may_everywhere(Scope::Admin)
    }

    /// The tag of the language of the page.
    pub fn lang(&self) -> &'static str {
        if self.texts.language == Language::Fr { "fr" } else { "en" }
    }

    /// For the audit log.
    pub fn actor(&self) -> Actor {
        Actor::account(&self.session.account)
    }

    /// The name of the site.
    pub fn name(&self) -> String {
        self.site.name.clone()
    }

    /// The address of one of the settings; of the list for an empty name.
    pub fn link(&self, setting: &str, changes: &[(&'static str, Option<&str>)]) -> String {
        let slash = if setting.is_empty() { "" } else { "/" };
        self.filter.link(&format!("/sites/{}/settings{slash}{setting}", self.site.name), changes)
    }

    /// The address of a page of the site; of the overview for an empty name.
    pub fn site_link(&self, page: &str, changes: &[(&'static str, Option<&str>)]) -> String {
        let slash = if page.is_empty() { "" } else { "/" };
        self.filter.link(&format!("/sites/{}{slash}{page}", self.site.name), changes)
    }

    /// What stands around a page of the site.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn frame(&self, page: Page) -> Result<Frame, StoreError> {
        let reach = reach(&self.app, &self.session, &self.site).await?;
        Ok(Frame::new(self.texts, &self.site, page, &self.filter, reach))
    }

    /// A moment on the clocks of the site.
    pub fn moment(&self, ms: u64) -> String {
        say::moment(self.texts, &self.site.zone(), ms, self.today)
    }

    /// A text whose number decides its form.
    pub fn counted(&self, forms: [&'static str; 2], n: u64) -> String {
        fill(self.texts.form(forms, n), &[("n", &say::count(self.texts, n))])
    }

    /// A page of the settings, as it is or with what is wrong.
    pub async fn page(&self, setting: &'static str, title: &str, wrong: Option<&Wrong>, body: impl Display) -> Answer {
        let kind = if setting.is_empty() { Page::Settings } else { Page::Setting(setting) };
        let done = self.query.get("done").and_then(Done::named).filter(|_| wrong.is_none());
        let shell = Shell {
            frame: self.frame(kind).await?,
            texts: self.texts,
            set: self.set,
            title,
            hub: (!setting.is_empty()).then(|| self.link("", &[])),
            done: done.map(|done| done.text(self.texts)),
            wrong,
            body,
        };
        let status = wrong.map_or(StatusCode::OK, |wrong| wrong.status);
        let mut response = page::html(status, &shell, POLICY);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            respond::set(&mut response, RETRY_AFTER, &HASHES_RETRY_S.to_string());
        }
        Ok(response)
    }

    /// Asks before something is done that cannot be undone.
    pub async fn ask(&self, setting: &'static str, asked: &Question, wrong: Option<&Wrong>) -> Answer {
        let body = Confirm {
            set: self.set,
            action: self.link(setting, &[]),
            back: self.link(setting, &[]),
            asked,
            wrong: wrong.map_or("", |wrong| wrong.field),
        };
        self.page(setting, &asked.title, wrong, body).await
    }

    /// A secret, which is told this once.
    pub async fn tell(&self, setting: &'static str, title: &str, note: &str, secret: &str) -> Answer {
        let body = Secret { set: self.set, note, secret, back: self.link(setting, &[]) };
        self.page(setting, title, None, body).await
    }

    /// Leads back to the page of a setting, which says what was done.
    pub fn back(&self, setting: &str, done: Done) -> Answer {
        Ok(Redirect::to(&self.link(setting, &[("done", Some(done.name()))])).into_response())
    }

    /// Asks for the password of the account once more (re-authentication). What is wrong where it is not right.
    pub async fn proven(&self, fields: &Fields) -> Result<Option<Wrong>, Failure> {
        let texts = account_texts::for_request(Some(self.lang()), &self.headers);
        let current = Zeroizing::new(fields.get("current").unwrap_or_default().to_owned());
        let wrong = |status, text: String| Ok(Some(Wrong { field: "current", text, status }));
        match proven(&self.app, &self.session, self.client, current, texts).await {
            Ok(()) => Ok(None),
            Err(Unproven::Refused(text)) => wrong(StatusCode::FORBIDDEN, text),
            Err(Unproven::Busy) => wrong(StatusCode::SERVICE_UNAVAILABLE, texts.busy.to_owned()),
            Err(Unproven::Failed(error)) => Err(error.into()),
        }
    }
}
