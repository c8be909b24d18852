//! List of the settings, each with its current value in one line.

use askama::Template;
use trente_store::StoreError;

use super::opened::{Answer, Opened};
use super::tokens::seen;
use crate::inner::results::texts::fill;

#[derive(Template)]
#[template(path = "settings_hub.html")]
struct Body {
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    href: String,
    now: String,
}

/// The page.
pub async fn show_settings(at: Opened) -> Answer {
    let body = Body { rows: rows(&at).await? };
    at.page("", &fill(at.set.title_of, &[("site", &at.site.name)]), None, body).await
}

async fn rows(at: &Opened) -> Result<Vec<Row>, StoreError> {
    let (set, site, store) = (at.set, &at.site, &at.app.store);
    let [one_key, two_keys] = set.keys_now;
    let row = |name, setting: &str, now| Row { name, href: at.link(setting, &[]), now };
    let mut rows = vec![
        Row { name: set.snippet, href: at.site_link("install", &[]), now: set.snippet_now.to_owned() },
        row(set.origins, "origins", origins(at)),
        row(set.zone, "zone", site.time_zone.clone()),
        row(set.retention, "retention", retention(at)),
        row(set.keys, "keys", (if site.former_key.is_some() { two_keys } else { one_key }).to_owned()),
    ];
    if at.is_everywhere() {
        rows.push(row(
            at.access.people,
            "people",
            at.counted(at.access.people_now, store.accounts().await?.len() as u64),
        ));
    }
    rows.push(row(at.access.tokens, "tokens", at.counted(at.access.tokens_now, seen(at).await?.len() as u64)));
    let webhooks = store.webhooks(&site.name).await?;
    let failing = webhooks.iter().filter(|webhook| webhook.failing_ms.is_some()).count() as u64;
    let mut now = at.counted(at.access.webhooks_now, webhooks.len() as u64);
    if failing > 0 {
        now = format!("{now} {}", at.counted(at.access.failing_now, failing));
    }
    rows.push(row(at.access.webhooks, "webhooks", now));
    // The days of the usual period.
    let period = at.today.saturating_sub(28)..=at.today.saturating_sub(1);
    let orders = store.orders_asked(site.id, period).await?.days;
    let notes = store.annotations(site.id, trente_store::ALL_DAYS).await?.len() as u64;
    let known = fill(set.orders_now, &[("n", &orders.to_string())]);
    rows.push(row(set.days, "days", format!("{known} {}", at.counted(set.notes_now, notes))));
    if at.is_everywhere() {
        let last = store.audit(None, 1).await?.pop();
        let now = last.map(|last| fill(set.audit_now, &[("when", &at.moment(last.at_ms))]));
        rows.push(row(set.audit, "audit", now.unwrap_or_default()));
    }
    Ok(rows)
}

fn origins(at: &Opened) -> String {
    let any = at.site.any_origin.then(|| at.set.any_origin.to_owned());
    at.texts.list(&at.site.origins.iter().cloned().chain(any).collect::<Vec<_>>())
}

fn retention(at: &Opened) -> String {
    let kept = match at.site.retention_days {
        Some(days) => at.counted(at.set.kept_days, days.into()),
        None => at.set.kept_ever.to_owned(),
    };
    format!("{kept} {}", at.counted(at.set.desk_kept, at.site.desk_days.into()))
}
