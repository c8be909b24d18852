//! Mail subscriptions and the mail queue, in PostgreSQL.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use trente_survey::locale::Language;

use super::Postgres;
use super::connector::Transaction;
use super::rows::{array, response_key, response_key_or_null, signed, unsigned};
use crate::StoreError;
use crate::model::mail::{Alerts, MailChoice, NewNotice, Notice, NoticeOutcome, PendingNotice, Subscription, Untold};

const COLUMNS: &str = "account, address, language, alerts, digest, since_ms, secret";

/// Says what an account is sent, in the place of what it said before.
///
/// # Errors
/// [`StoreError`]; that there is no such account is one.
pub(super) async fn choose(transaction: &Transaction, choice: &MailChoice) -> Result<(), StoreError> {
    let MailChoice { account, address, language, alerts, digest, since_ms, secret } = choice;
    let sql = format!(
        "insert into mail_choice ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (account) do update set address = excluded.address, language = excluded.language,
             alerts = excluded.alerts, digest = excluded.digest, since_ms = excluded.since_ms,
             secret = excluded.secret"
    );
    let values: [&(dyn ToSql + Sync); 7] =
        [account, address, &language.tag(), &i16::from(alerts.number()), digest, &signed(*since_ms)?, &&secret[..]];
    transaction.execute(&sql, &values).await?;
    Ok(())
}

/// Ends one of the two things that an account is sent; 0 when it has chosen nothing.
///
/// # Errors
/// [`StoreError`]
pub(super) async fn stop(
    transaction: &Transaction,
    account: &str,
    subscription: Subscription,
) -> Result<u64, StoreError> {
    let sql = match subscription {
        Subscription::Digest => "update mail_choice set digest = false where account = $1",
        Subscription::Alerts => "update mail_choice set alerts = 0 where account = $1",
    };
    transaction.execute(sql, &[&account]).await
}

fn choice_row(row: &Row) -> Result<MailChoice, StoreError> {
    Ok(MailChoice {
        account: row.try_get(0)?,
        address: row.try_get(1)?,
        language: Language::from_tag(row.try_get(2)?).unwrap_or(Language::En),
        alerts: Alerts::from_number(unsigned(row.try_get::<_, i16>(3)?.into())?),
        digest: row.try_get(4)?,
        since_ms: unsigned(row.try_get(5)?)?,
        secret: array(row.try_get(6)?)?,
    })
}

/// What an account has chosen.
///
/// # Errors
/// [`StoreError`]
pub async fn choice(store: &Postgres, account: &str) -> Result<Option<MailChoice>, StoreError> {
    let rows = store.query(&format!("select {COLUMNS} from mail_choice where account = $1"), &[&account]).await?;
    rows.first().map(choice_row).transpose()
}

/// What every account has chosen, by name.
///
/// # Errors
/// [`StoreError`]
pub async fn choices(store: &Postgres) -> Result<Vec<MailChoice>, StoreError> {
    let rows = store.query(&format!("select {COLUMNS} from mail_choice order by account"), &[]).await?;
    rows.iter().map(choice_row).collect()
}

/// Customers who came since a time, of whom accounts that may see them want to be told at once and were not.
///
/// # Errors
/// [`StoreError`]
pub async fn untold(store: &Postgres, since_ms: u64, most: usize) -> Result<Vec<Untold>, StoreError> {
    let sql = "select mail_choice.account, recovery.site, recovery.survey, recovery.rid
               from mail_choice join account on account.name = mail_choice.account
               join recovery on recovery.received_ms >= greatest(mail_choice.since_ms, $1)
               where mail_choice.alerts = 2
               and (account.every_site or exists (
                   select from account_site
                   where account_site.account = account.name and account_site.site = recovery.site
               ))
               and not exists (
                   select from notice where notice.survey = recovery.survey and notice.rid = recovery.rid
                   and notice.account = mail_choice.account
               )
               order by recovery.received_ms limit $2";
    let most = signed(most as u64)?;
    let rows = store.query(sql, &[&signed(since_ms)?, &most]).await?;
    let row = |row: &Row| Ok(Untold { account: row.try_get(0)?, site: row.try_get(1)?, place: response_key(row, 2)? });
    rows.iter().map(row).collect()
}

/// Puts mails into the queue that were never there; tells how many.
///
/// # Errors
/// [`StoreError`]; then none is in the queue.
pub async fn add(store: &Postgres, notices: &[NewNotice], now_ms: u64) -> Result<u64, StoreError> {
    let transaction = store.begin().await?;
    let mut added = 0;
    for new in notices {
        let (kind, day, place) = new.notice.parts();
        let (survey, rid) = (place.map(|place| place.survey.to_vec()), place.map(|place| place.rid.to_vec()));
        let sql = "insert into notice (id, account, site, kind, day, survey, rid, created_ms, due_ms, tries, outcome)
                   select $1, name, $3, $4, $5, $6, $7, $8, $9, 0, 0 from account where name = $2
                   on conflict (id) do nothing";
        let values: [&(dyn ToSql + Sync); 9] = [
            &new.id,
            &new.account,
            &new.site,
            &i16::from(kind),
            &i64::from(day),
            &survey,
            &rid,
            &signed(now_ms)?,
            &signed(new.due_ms)?,
        ];
        added += transaction.execute(sql, &values).await?;
    }
    transaction.commit().await?;
    Ok(added)
}

/// Takes the mail that has been due for longest, and leaves it to the taker until `lease_ms`. What another collector is
/// taking at this moment is left to it.
///
/// # Errors
/// [`StoreError`]
pub async fn lease(store: &Postgres, now_ms: u64, lease_ms: u64) -> Result<Option<PendingNotice>, StoreError> {
    let transaction = store.begin().await?;
    let sql = "with taken as (
                   select id from notice where due_ms <= $1 order by due_ms, id limit 1 for update skip locked
               )
               update notice set due_ms = $2 from taken, site where notice.id = taken.id and site.id = notice.site
               returning notice.id, account, site.name, kind, day, survey, rid, notice.created_ms, tries";
    let rows = transaction.query(sql, &[&signed(now_ms)?, &signed(lease_ms)?]).await?;
    let taken = rows.first().map(|row| pending(row, lease_ms)).transpose();
    transaction.commit().await?;
    taken
}

fn pending(row: &Row, lease_ms: u64) -> Result<PendingNotice, StoreError> {
    let kind = unsigned(row.try_get::<_, i16>(3)?.into())?;
    let notice = Notice::from_parts(kind, unsigned(row.try_get(4)?)?, response_key_or_null(row, 5)?);
    Ok(PendingNotice {
        id: row.try_get(0)?,
        account: row.try_get(1)?,
        site: row.try_get(2)?,
        notice: notice.ok_or(StoreError::Unreadable("kind of a mail"))?,
        created_ms: unsigned(row.try_get(7)?)?,
        tries: unsigned(row.try_get(8)?)?,
        lease_ms,
    })
}

/// Whether a mail is due.
///
/// # Errors
/// [`StoreError`]
pub async fn is_due(store: &Postgres, now_ms: u64) -> Result<bool, StoreError> {
    let sql = "select exists (select from notice where due_ms <= $1)";
    let rows = store.query(sql, &[&signed(now_ms)?]).await?;
    Ok(rows.first().ok_or(StoreError::Ended)?.try_get(0)?)
}

/// Writes down what has come of a mail.
///
/// # Errors
/// [`StoreError`]
pub async fn finish(store: &Postgres, pending: &PendingNotice, outcome: NoticeOutcome) -> Result<(), StoreError> {
    let (number, due_ms) = outcome.parts();
    let transaction = store.begin().await?;
    let sql = "update notice set due_ms = $3, outcome = $4, tries = tries + 1 where id = $1 and due_ms = $2";
    let due = due_ms.map(signed).transpose()?;
    transaction.execute(sql, &[&pending.id, &signed(pending.lease_ms)?, &due, &i16::from(number)]).await?;
    transaction.commit().await
}

/// Forgets mails, and messages of webhooks, that are done with and were asked for before a time; tells how many mails.
///
/// # Errors
/// [`StoreError`]
pub async fn purge(store: &Postgres, before_ms: u64) -> Result<u64, StoreError> {
    let transaction = store.begin().await?;
    let sql = "delete from bulletin where due_ms is null and created_ms < $1";
    transaction.execute(sql, &[&signed(before_ms)?]).await?;
    let sql = "delete from notice where due_ms is null and created_ms < $1";
    let gone = transaction.execute(sql, &[&signed(before_ms)?]).await?;
    transaction.commit().await?;
    Ok(gone)
}
