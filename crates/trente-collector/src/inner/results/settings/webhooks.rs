//! Settings page of webhooks: receivers that are told of answers, what waits for each, and the delivery log.

use askama::Template;
use axum::response::IntoResponse;
use trente_store::StoreError;
use trente_store::model::webhook::{Attempt, AttemptEnd, Events, Queue, WebhookRow};

use super::done::Done;
use super::opened::{Answer, Opened, Question, Wrong};
use crate::domain::ops::error::OpsError;
use crate::domain::ops::webhooks;
use crate::inner::results::texts::{Access, Settings, fill};
use crate::limits::WEBHOOK_URL_MAX;
use crate::web::error::RequestError;
use crate::web::form::Fields;
use crate::webhooks::address::AddressError;
use crate::webhooks::address::host_of;

const SETTING: &str = "webhooks";

#[derive(Template)]
#[template(path = "settings_webhooks.html")]
struct Body {
    set: &'static Settings,
    access: &'static Access,
    action: String,
    wrong: &'static str,
    rows: Vec<Row>,
    url: String,
    url_max: usize,
    /// What a receiver may be told: name, what it is, whether it is ticked.
    events: Vec<(&'static str, &'static str, bool)>,
}

/// The form as it was sent, or as it is at first.
struct Typed {
    url: String,
    events: Vec<String>,
}

impl Default for Typed {
    fn default() -> Self {
        Self { url: String::new(), events: vec!["response".to_owned()] }
    }
}

struct Row {
    id: i64,
    url: String,
    told: String,
    since: String,
    fails: Option<String>,
    waiting: String,
    log: String,
    log_name: String,
    remove: String,
}

/// The delivery log of one receiver.
#[derive(Template)]
#[template(path = "settings_deliveries.html")]
struct Deliveries {
    access: &'static Access,
    action: String,
    back: String,
    id: i64,
    url: String,
    lines: Vec<String>,
    can_send: bool,
    attempts: Vec<Line>,
}

struct Line {
    at: String,
    tries: String,
    ended: &'static str,
    failed: bool,
    said: String,
}

/// The list, or the delivery log of one receiver.
pub async fn show_webhooks(at: Opened) -> Answer {
    match at.query.get("webhook").map(str::to_owned) {
        None => page(&at, Typed::default(), None).await,
        Some(id) => match find(&at, &id).await? {
            Some(webhook) => log(&at, webhook).await,
            None => at.back(SETTING, Done::Gone),
        },
    }
}

async fn find(at: &Opened, id: &str) -> Result<Option<WebhookRow>, StoreError> {
    let id: Option<i64> = id.parse().ok();
    Ok(at.app.store.webhooks(&at.site.name).await?.into_iter().find(|webhook| Some(webhook.id) == id))
}

async fn page(at: &Opened, typed: Typed, wrong: Option<Wrong>) -> Answer {
    let mut rows = Vec::new();
    for webhook in at.app.store.webhooks(&at.site.name).await? {
        let queue = at.app.store.webhook_queue(webhook.id).await?;
        let host = host_of(&webhook.url);
        rows.push(Row {
            id: webhook.id,
            told: told(at, webhook.events),
            since: at.moment(webhook.created_ms),
            fails: fails(at, &webhook),
            waiting: at.counted(at.access.waiting, queue.waiting),
            log: at.link(SETTING, &[("webhook", Some(&webhook.id.to_string()))]),
            log_name: fill(at.access.log_of, &[("host", &host)]),
            remove: fill(at.access.remove_webhook, &[("host", &host)]),
            url: webhook.url,
        });
    }
    let body = Body {
        set: at.set,
        access: at.access,
        action: at.link(SETTING, &[]),
        wrong: wrong.as_ref().map_or("", |wrong| wrong.field),
        rows,
        events: kinds(at).map(|(name, note)| (name, note, typed.events.iter().any(|ticked| ticked == name))).collect(),
        url: typed.url,
        url_max: WEBHOOK_URL_MAX,
    };
    at.page(SETTING, at.access.webhooks, wrong.as_ref(), body).await
}

/// The kinds of messages, each with what it is.
fn kinds(at: &Opened) -> impl Iterator<Item = (&'static str, &'static str)> {
    Events::ALL.into_iter().map(|(_, name)| name).zip(at.access.event_notes)
}

/// What a receiver is told.
fn told(at: &Opened, events: Events) -> String {
    let names = Events::ALL.into_iter().zip(at.access.event_names);
    let names = names.filter(|((kind, _), _)| events.has(*kind)).map(|(_, name)| name.to_owned());
    at.texts.list(&names.collect::<Vec<_>>())
}

/// Why a receiver is told nothing, where that is so.
fn fails(at: &Opened, webhook: &WebhookRow) -> Option<String> {
    if let Some(when) = webhook.gone_ms {
        return Some(fill(at.access.gone, &[("when", &at.moment(when))]));
    }
    webhook.failing_ms.map(|since| fill(at.access.fails, &[("since", &at.moment(since))]))
}

async fn log(at: &Opened, webhook: WebhookRow) -> Answer {
    let Queue { waiting, due_ms } = at.app.store.webhook_queue(webhook.id).await?;
    let attempts = at.app.store.webhook_attempts(webhook.id).await?;
    let mut lines = vec![at.counted(at.access.waiting, waiting)];
    // The store has when a response changed or is to be tried again, and the service waits a little from then on.
    let settle_ms = at.app.limits.webhook_settle.as_millis() as u64;
    lines.extend(due_ms.map(|due| fill(at.access.next_try, &[("when", &at.moment(due.saturating_add(settle_ms)))])));
    lines.extend(fails(at, &webhook));
    let title = fill(at.access.log_of, &[("host", &host_of(&webhook.url))]);
    let body = Deliveries {
        access: at.access,
        action: at.link(SETTING, &[]),
        back: at.link(SETTING, &[]),
        id: webhook.id,
        url: webhook.url,
        lines,
        can_send: waiting > 0,
        attempts: attempts.into_iter().map(|attempt| line(at, attempt)).collect(),
    };
    at.page(SETTING, &title, None, body).await
}

fn line(at: &Opened, attempt: Attempt) -> Line {
    let [delivered, again, gave_up] = at.access.attempt_ends;
    Line {
        at: at.moment(attempt.at_ms),
        tries: (attempt.tries + 1).to_string(),
        ended: match attempt.ended {
            AttemptEnd::Delivered => delivered,
            AttemptEnd::Again => again,
            AttemptEnd::GaveUp => gave_up,
        },
        failed: attempt.ended != AttemptEnd::Delivered,
        said: said(at.access, &attempt.said),
    }
}

/// What a receiver said, or what kept it from answering, in words.
fn said(access: &Access, said: &str) -> String {
    let [timeout, network, address, roots] = access.attempt_failures;
    match said {
        "timeout" => timeout.to_owned(),
        "network" => network.to_owned(),
        "address" => address.to_owned(),
        "roots" => roots.to_owned(),
        "" => String::new(),
        status => fill(access.answered_status, &[("status", status)]),
    }
}

/// Adds a receiver, removes one, or sends what waits for it.
pub async fn act(at: Opened, fields: Fields) -> Answer {
    match fields.get("act") {
        Some("add") => add(&at, &fields).await,
        Some("remove") => remove(&at, &fields).await,
        Some("send") => send(&at, &fields).await,
        _ => Ok(RequestError::Path.into_response()),
    }
}

async fn add(at: &Opened, fields: &Fields) -> Answer {
    let url = fields.get("url").unwrap_or_default().trim().to_owned();
    let typed = Typed { url: url.clone(), events: fields.all("event").to_vec() };
    if let Some(wrong) = at.proven(fields).await? {
        return page(at, typed, Some(wrong)).await;
    }
    let Some(events) = Events::named(typed.events.iter().map(String::as_str)) else {
        return page(at, typed, Some(Wrong::new("event", at.access.event_none))).await;
    };
    let added = webhooks::add_webhook(&at.app.store, &at.app.sender, at.actor(), at.name(), url.clone(), events).await;
    let why = match added {
        Ok((_, secret)) => {
            let title = fill(at.access.webhook_new, &[("host", &host_of(&url))]);
            return at.tell(SETTING, &title, at.access.webhook_note, &secret.reveal()).await;
        }
        Err(OpsError::Webhook(AddressError::Private(address))) => {
            fill(at.access.url_private, &[("address", &address.to_string())])
        }
        Err(OpsError::Webhook(_)) => at.access.url_wrong.to_owned(),
        Err(OpsError::Store(StoreError::TooMany(_, most))) => {
            fill(at.access.webhooks_many, &[("most", &most.to_string())])
        }
        Err(OpsError::Store(error)) => return Err(error.into()),
        Err(_) => at.access.url_wrong.to_owned(),
    };
    page(at, typed, Some(Wrong::new("url", why))).await
}

async fn remove(at: &Opened, fields: &Fields) -> Answer {
    let set = at.set;
    let Some(webhook) = find(at, fields.get("webhook").unwrap_or_default()).await? else {
        return at.back(SETTING, Done::Gone);
    };
    if fields.get("sure").is_none() {
        let asked = Question {
            title: fill(at.access.webhook_question, &[("host", &host_of(&webhook.url))]),
            lines: vec![at.access.webhook_gone_note.to_owned()],
            fields: vec![("act", "remove".to_owned()), ("webhook", webhook.id.to_string())],
            button: set.remove,
            password: false,
            grave: true,
        };
        return at.ask(SETTING, &asked, None).await;
    }
    match webhooks::remove_webhook(&at.app.store, at.actor(), at.name(), webhook.id).await {
        Ok(()) => at.back(SETTING, Done::WebhookRemoved),
        Err(StoreError::Unknown(..)) => at.back(SETTING, Done::Gone),
        Err(error) => Err(error.into()),
    }
}

async fn send(at: &Opened, fields: &Fields) -> Answer {
    let Some(webhook) = find(at, fields.get("webhook").unwrap_or_default()).await? else {
        return at.back(SETTING, Done::Gone);
    };
    match webhooks::send_again(&at.app.store, at.actor(), at.name(), webhook.id).await {
        Ok(()) => at.back(SETTING, Done::SentAgain),
        Err(StoreError::Unknown(..)) => at.back(SETTING, Done::Gone),
        Err(error) => Err(error.into()),
    }
}
