//! Recovery desk: the page of customers to put right, in their own words, with what the shop does about each.
//!
//! Complete without a script; with one, the page hears that customers have come ([`live`]) and copies an apology.

pub mod live;
mod page;
mod reply;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use trente_store::StoreError;
use trente_store::clock::DAY_MS;
use trente_store::model::audit::Actor;
use trente_store::model::recovery::{AfterRecovery, RecoveryAct, Waiting};
use trente_store::model::scope::Scope;
use trente_store::model::site::SiteRow;

use self::page::Desk;
use super::filter::{Filter, format_response_key, parse_response_key};
use super::{Seen, seen, texts};
use crate::app::App;
use crate::domain::ops::error::OpsError;
use crate::domain::ops::recovery;
use crate::domain::ops::responses::note_words_read;
use crate::inner::failure::failed;
use crate::inner::security_headers::DESK_POLICY;
use crate::inner::session::Session;
use crate::web::error::RequestError;
use crate::web::form::Fields;
use crate::web::site_name::SiteName;

/// Customers on one page.
const PAGE: usize = 50;

/// From when on a site's desk keeps its customers, in milliseconds since 1970.
pub fn since(site: &SiteRow, now_ms: u64) -> u64 {
    now_ms.saturating_sub(u64::from(site.desk_days) * DAY_MS)
}

/// What the address of a desk asks for. What is not understood is left out.
#[derive(Clone, Debug, Default)]
struct Asked {
    which: Waiting,
    after: Option<AfterRecovery>,
    language: Option<String>,
    done: Option<String>,
}

/// The lists, with their names in an address.
const SHOWN: [(Waiting, &str); 3] = [(Waiting::Open, "open"), (Waiting::Seen, "seen"), (Waiting::All, "all")];

impl Asked {
    fn parse(query: &str) -> Self {
        let fields = Fields::parse(query.as_bytes());
        let which = fields.get("show").and_then(|name| SHOWN.into_iter().find(|(_, known)| *known == name));
        Self {
            which: which.map(|(which, _)| which).unwrap_or_default(),
            after: fields.get("after").and_then(after_of),
            language: fields.get("hl").filter(|language| matches!(*language, "en" | "fr")).map(str::to_owned),
            done: fields.get("done").map(str::to_owned),
        }
    }

    /// The address of the desk of a site with another list, or at another place of it.
    fn link(&self, site: &str, which: Waiting, after: Option<&AfterRecovery>, done: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(
            SHOWN
                .iter()
                .filter(|(known, _)| *known == which && which != Waiting::Open)
                .map(|(_, name)| ("show", *name)),
        );
        query.extend_pairs(self.language.iter().map(|language| ("hl", language.as_str())));
        query.extend_pairs(
            after.map(|after| ("after", format!("{}-{}", after.received_ms, format_response_key(after.place)))),
        );
        query.extend_pairs(done.map(|done| ("done", done)));
        let query = query.finish();
        let path = format!("/sites/{site}/recover");
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }

    /// The filter of the frame: its links to other pages carry the language on.
    fn filter(&self, today: u32) -> Filter {
        Filter::parse(&self.language.as_ref().map(|language| format!("hl={language}")).unwrap_or_default(), today)
    }
}

fn after_of(text: &str) -> Option<AfterRecovery> {
    let (received, place) = text.split_once('-')?;
    Some(AfterRecovery {
        received_ms: received.parse().ok().filter(|ms| *ms < 1 << 62)?,
        place: parse_response_key(place)?,
    })
}

/// The page.
pub async fn show_desk(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = Asked::parse(query.as_deref().unwrap_or_default());
    answer(&app, &session, &headers, &name, &asked, StatusCode::OK, None).await
}

async fn answer(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    name: &str,
    asked: &Asked,
    status: StatusCode,
    refused: Option<&Refused>,
) -> Response {
    let Seen { site, today, .. } = match seen(app, session, Scope::Recover, name, None).await {
        Ok(seen) => seen,
        Err(refused) => return refused,
    };
    let texts = texts::for_request(asked.language.as_deref(), headers);
    let read = async || -> Result<Desk, StoreError> {
        let desk = Desk::read(app, session, &site, today, texts, asked, refused).await?;
        // Before the page is answered: what is shown was written down.
        note_words_read(&app.store, Actor::account(&session.account), name).await?;
        Ok(desk)
    };
    match read().await {
        Ok(desk) => crate::web::page::html(status, &desk, DESK_POLICY),
        Err(error) => failed(&error),
    }
}

/// A note that was refused, with the text as it was sent.
struct Refused {
    at: String,
    note: String,
}

/// Does something about one customer, and shows the desk again.
pub async fn act(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
    fields: Fields,
) -> Response {
    let asked = Asked::parse(query.as_deref().unwrap_or_default());
    if let Err(refused) = seen(&app, &session, Scope::Recover, &name, None).await {
        return refused;
    }
    let at = fields.get("at").unwrap_or_default();
    let (Some(place), Some(act)) = (parse_response_key(at), act_of(&fields)) else {
        return RequestError::Path.into_response();
    };
    let noted = matches!(act, RecoveryAct::Note(_));
    let back = || asked.link(&name, asked.which, asked.after.as_ref(), noted.then_some("noted"));
    match recovery::act(&app.store, Actor::account(&session.account), name.clone(), place, act).await {
        // Erased or no longer kept meanwhile: the desk shows what there is.
        Ok(()) | Err(OpsError::Store(StoreError::Unknown(..))) => Redirect::to(&back()).into_response(),
        Err(OpsError::Store(error)) => failed(&error),
        Err(_) => {
            let note = fields.get("note").unwrap_or_default().to_owned();
            let refused = Refused { at: at.to_owned(), note };
            answer(&app, &session, &headers, &name, &asked, StatusCode::UNPROCESSABLE_ENTITY, Some(&refused)).await
        }
    }
}

fn act_of(fields: &Fields) -> Option<RecoveryAct> {
    Some(match fields.get("act")? {
        "seen" => RecoveryAct::Seen,
        "answered" => RecoveryAct::Answered,
        "reopened" => RecoveryAct::Reopened,
        "note" => RecoveryAct::Note(fields.get("note")?.to_owned()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use trente_store::key::ResponseKey;

    use super::*;

    #[test]
    fn an_address_of_the_desk_is_read_as_it_is_written() {
        let after =
            AfterRecovery { received_ms: 1_796_000_000_000, place: ResponseKey { survey: [1, 2, 3, 4], rid: [5; 8] } };
        let asked = Asked { language: Some("fr".to_owned()), ..Asked::default() };
        let link = asked.link("olive", Waiting::Seen, Some(&after), None);
        assert_eq!(link, "/sites/olive/recover?show=seen&hl=fr&after=1796000000000-01020304-0505050505050505");
        let read = Asked::parse(link.split_once('?').unwrap().1);
        assert_eq!((read.which, read.after, read.language.as_deref()), (Waiting::Seen, Some(after), Some("fr")));
        assert_eq!(Asked::default().link("olive", Waiting::Open, None, None), "/sites/olive/recover");
        for query in
            ["show=none", "after=x", "after=1", "after=99999999999999999999-0-0", "hl=de", "show=seen&show=all"]
        {
            let read = Asked::parse(query);
            assert_eq!((read.which, read.after, read.language), (Waiting::Open, None, None), "{query}");
        }
    }
}
