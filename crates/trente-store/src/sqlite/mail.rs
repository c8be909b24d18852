//! Mail subscriptions and the mail queue, in SQLite.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use trente_survey::locale::Language;

use super::rows::{response_key, response_key_or_null};
use crate::StoreError;
use crate::model::mail::{Alerts, MailChoice, NewNotice, Notice, NoticeOutcome, PendingNotice, Subscription, Untold};

const COLUMNS: &str = "account, address, language, alerts, digest, since_ms, secret";

/// Says what an account is sent, in the place of what it said before.
///
/// # Errors
/// [`StoreError::Sqlite`]; that there is no such account is one.
pub(super) fn choose(transaction: &Transaction<'_>, choice: &MailChoice) -> Result<(), StoreError> {
    let MailChoice { account, address, language, alerts, digest, since_ms, secret } = choice;
    transaction.execute(
        &format!("insert or replace into mail_choice ({COLUMNS}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
        params![account, address, language.tag(), alerts.number(), digest, since_ms, secret],
    )?;
    Ok(())
}

/// Ends one of the two things that an account is sent; 0 when it has chosen nothing.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub(super) fn stop(
    transaction: &Transaction<'_>,
    account: &str,
    subscription: Subscription,
) -> Result<usize, StoreError> {
    let sql = match subscription {
        Subscription::Digest => "update mail_choice set digest = 0 where account = ?1",
        Subscription::Alerts => "update mail_choice set alerts = 0 where account = ?1",
    };
    Ok(transaction.execute(sql, [account])?)
}

fn choice_row(row: &Row<'_>) -> rusqlite::Result<MailChoice> {
    let language: String = row.get(2)?;
    Ok(MailChoice {
        account: row.get(0)?,
        address: row.get(1)?,
        language: Language::from_tag(&language).unwrap_or(Language::En),
        alerts: Alerts::from_number(row.get(3)?),
        digest: row.get(4)?,
        since_ms: row.get(5)?,
        secret: row.get(6)?,
    })
}

/// What an account has chosen.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn choice(connection: &Connection, account: &str) -> Result<Option<MailChoice>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("select {COLUMNS} from mail_choice where account = ?1"))?;
    Ok(statement.query_row([account], choice_row).optional()?)
}

/// What every account has chosen, by name.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn choices(connection: &Connection) -> Result<Vec<MailChoice>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("select {COLUMNS} from mail_choice order by account"))?;
    let rows = statement.query_map([], choice_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Customers who came since a time, of whom accounts that may see them want to be told at once and were not.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn untold(connection: &Connection, since_ms: u64, most: usize) -> Result<Vec<Untold>, StoreError> {
    // A cross join is not reordered: without an account that wants to be told at once, no customer is read.
    let mut statement = connection.prepare_cached(
        "select mail_choice.account, recovery.site, recovery.survey, recovery.rid
         from mail_choice join account on account.name = mail_choice.account
         cross join recovery on recovery.received_ms >= max(mail_choice.since_ms, ?1)
         where mail_choice.alerts = 2
         and (account.every_site = 1 or exists (
             select 1 from account_site where account_site.account = account.name and account_site.site = recovery.site
         ))
         and not exists (
             select 1 from notice where notice.survey = recovery.survey and notice.rid = recovery.rid
             and notice.account = mail_choice.account
         )
         order by recovery.received_ms limit ?2",
    )?;
    let row = |row: &Row<'_>| Ok(Untold { account: row.get(0)?, site: row.get(1)?, place: response_key(row, 2)? });
    let rows = statement.query_map(params![since_ms, most], row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Puts mails into the queue that were never there; tells how many.
///
/// # Errors
/// [`StoreError::Sqlite`]; then none is in the queue.
pub fn add(connection: &mut Connection, notices: &[NewNotice], now_ms: u64) -> Result<u64, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut added = 0;
    for new in notices {
        let (kind, day, place) = new.notice.parts();
        added += transaction
            .prepare_cached(
                "insert into notice (id, account, site, kind, day, survey, rid, created_ms, due_ms, tries, outcome)
                 select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0 where exists (select 1 from account where name = ?2)
                 on conflict (id) do nothing",
            )?
            .execute(params![
                new.id,
                new.account,
                new.site,
                kind,
                day,
                place.map(|place| place.survey),
                place.map(|place| place.rid),
                now_ms,
                new.due_ms
            ])?;
    }
    transaction.commit()?;
    Ok(added as u64)
}

/// Whether a mail is due.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn is_due(connection: &Connection, now_ms: u64) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("select exists (select 1 from notice where due_ms <= ?1)")?;
    Ok(statement.query_row([now_ms], |row| row.get(0))?)
}

/// Takes the mail that has been due for longest, and leaves it to the taker until `lease_ms`.
///
/// # Errors
/// [`StoreError::Sqlite`], [`StoreError::Unreadable`].
pub fn lease(connection: &mut Connection, now_ms: u64, lease_ms: u64) -> Result<Option<PendingNotice>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let row = |row: &Row<'_>| {
        let notice = Notice::from_parts(row.get(3)?, row.get(4)?, response_key_or_null(row, 5)?);
        Ok((
            notice,
            PendingNotice {
                id: row.get(0)?,
                account: row.get(1)?,
                site: row.get(2)?,
                notice: notice.unwrap_or(Notice::Day(0)),
                created_ms: row.get(7)?,
                tries: row.get(8)?,
                lease_ms,
            },
        ))
    };
    let found = transaction
        .prepare_cached(
            "select notice.id, account, site.name, kind, day, survey, rid, notice.created_ms, tries
             from notice join site on site.id = notice.site
             where due_ms <= ?1 order by due_ms, notice.id limit 1",
        )?
        .query_row([now_ms], row)
        .optional()?;
    let Some((notice, pending)) = found else { return Ok(None) };
    transaction.execute("update notice set due_ms = ?2 where id = ?1", params![pending.id, lease_ms])?;
    transaction.commit()?;
    match notice {
        Some(_) => Ok(Some(pending)),
        None => Err(StoreError::Unreadable("kind of a mail")),
    }
}

/// Writes down what has come of a mail.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn finish(connection: &Connection, pending: &PendingNotice, outcome: NoticeOutcome) -> Result<(), StoreError> {
    let (number, due_ms) = outcome.parts();
    connection.execute(
        "update notice set due_ms = ?3, outcome = ?4, tries = tries + 1 where id = ?1 and due_ms = ?2",
        params![pending.id, pending.lease_ms, due_ms, number],
    )?;
    Ok(())
}

/// Forgets mails, and messages of webhooks, that are done with and were asked for before a time; tells how many mails.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn purge(connection: &Connection, before_ms: u64) -> Result<u64, StoreError> {
    connection.execute("delete from bulletin where due_ms is null and created_ms < ?1", [before_ms])?;
    let sql = "delete from notice where due_ms is null and created_ms < ?1";
    Ok(connection.execute(sql, [before_ms])? as u64)
}
