//! Audit log page: who did what, the newest line first. For owners of every site, because the log covers all of them.

use askama::Template;

use super::opened::{Answer, Everywhere};
use crate::inner::results::texts::{Settings, Texts};

const SETTING: &str = "audit";

/// Lines of one page.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "settings_audit.html")]
struct Body {
    set: &'static Settings,
    texts: &'static Texts,
    rows: Vec<Row>,
    newest: Option<String>,
    older: Option<String>,
}

struct Row {
    at: String,
    actor: String,
    act: String,
    /// Whether act and subject are in English, for a reader in another language.
    english: bool,
    subject: String,
}

/// A page of it.
pub async fn show_audit_log(Everywhere(at): Everywhere) -> Answer {
    let before: Option<i64> = at.query.get("before").and_then(|before| before.parse().ok());
    let mut rows = at.app.store.audit(before, PAGE + 1).await?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let last = rows.last().map(|row| row.id.to_string()).filter(|_| more);
    let body = Body {
        set: at.set,
        texts: at.texts,
        newest: before.map(|_| at.link(SETTING, &[])),
        older: last.map(|last| at.link(SETTING, &[("before", Some(&last))])),
        rows: rows
            .into_iter()
            .map(|row| {
                let (act, english) = at.texts.audit_act(&row.act);
                let (actor, subject) = (at.texts.actor(&row.actor), at.texts.subject(&row.act, &row.subject));
                Row { at: at.moment(row.at_ms), actor, act: act.to_owned(), english, subject }
            })
            .collect(),
    };
    at.page(SETTING, at.set.audit, None, body).await
}
