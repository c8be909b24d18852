//! Recovery desk in PostgreSQL: customers to put right.

use tokio_postgres::Row;
use trente_survey::score::flag;

use super::Postgres;
use super::connector::Transaction;
use super::rows::{response_key, signed, unsigned};
use crate::StoreError;
use crate::clock::DAY_MS;
use crate::fold::ResponseRow;
use crate::key::ResponseKey;
use crate::model::recovery::{AfterRecovery, COLUMNS, KEPT_DAYS_MIN, Queue, RecoveryAct, RecoveryRow, Said, Waiting};

/// Puts responses that were folded on their sites' desks, and takes those off whose customers have changed their minds
/// before the shop answered.
pub(super) async fn follow(transaction: &Transaction, rows: &[ResponseRow]) -> Result<(), StoreError> {
    let hurt = |row: &&ResponseRow| row.flags & (flag::LOST | flag::RECOVER) != 0;
    let found: Vec<&ResponseRow> = rows.iter().filter(hurt).collect();
    if !found.is_empty() {
        let surveys: Vec<&[u8]> = found.iter().map(|row| &row.survey[..]).collect();
        let rids: Vec<&[u8]> = found.iter().map(|row| &row.rid[..]).collect();
        let received = found.iter().map(|row| signed(row.received_ms)).collect::<Result<Vec<i64>, _>>()?;
        let lost: Vec<bool> = found.iter().map(|row| row.flags & flag::LOST != 0).collect();
        let sql = "insert into recovery (survey, rid, site, received_ms, lost)
                   select came.survey, came.rid, survey.site, came.received_ms, came.lost
                   from unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::boolean[])
                       as came (survey, rid, received_ms, lost)
                   join survey on survey.id = came.survey
                   on conflict (survey, rid) do update set
                       lost = excluded.lost, received_ms = least(recovery.received_ms, excluded.received_ms)";
        transaction.execute(sql, &[&surveys, &rids, &received, &lost]).await?;
    }
    // Not by the revision: two tabs, or a proof that comes late, replace a frame by one of the same or a lower one.
    let calmed: Vec<&ResponseRow> = rows.iter().filter(|row| !hurt(row) && row.stored_before).collect();
    if !calmed.is_empty() {
        let surveys: Vec<&[u8]> = calmed.iter().map(|row| &row.survey[..]).collect();
        let rids: Vec<&[u8]> = calmed.iter().map(|row| &row.rid[..]).collect();
        let sql = "delete from recovery using unnest($1::bytea[], $2::bytea[]) as gone (survey, rid)
                   where recovery.survey = gone.survey and recovery.rid = gone.rid and answered_ms is null";
        transaction.execute(sql, &[&surveys, &rids]).await?;
    }
    Ok(())
}

/// Does something about a customer of a site; 0 when the desk has none such.
pub(super) async fn act(
    transaction: &Transaction,
    site: i64,
    place: ResponseKey,
    act: &RecoveryAct,
    now: i64,
) -> Result<u64, StoreError> {
    let set = |what: &str| format!("update recovery set {what} where survey = $1 and rid = $2 and site = $3");
    let (survey, rid) = (&place.survey[..], &place.rid[..]);
    match act {
        RecoveryAct::Seen => {
            let sql = set("seen_ms = coalesce(seen_ms, $4)");
            transaction.execute(&sql, &[&survey, &rid, &site, &now]).await
        }
        RecoveryAct::Answered => {
            let sql = set("answered_ms = coalesce(answered_ms, $4), seen_ms = coalesce(seen_ms, $4)");
            transaction.execute(&sql, &[&survey, &rid, &site, &now]).await
        }
        RecoveryAct::Reopened => transaction.execute(&set("answered_ms = null"), &[&survey, &rid, &site]).await,
        RecoveryAct::Note(text) => {
            transaction.execute(&set("note = nullif($4, '')"), &[&survey, &rid, &site, text]).await
        }
    }
}

/// Up to `most` customers of a site, newest first.
///
/// # Errors
/// [`StoreError`]
pub async fn list(
    store: &Postgres,
    site: i64,
    since_ms: u64,
    which: Waiting,
    after: Option<AfterRecovery>,
    most: usize,
) -> Result<Vec<RecoveryRow>, StoreError> {
    let condition = match which {
        Waiting::Open => "and answered_ms is null",
        Waiting::Seen => "and answered_ms is null and seen_ms is not null",
        Waiting::All => "",
    };
    let sql = format!(
        "select {COLUMNS} from recovery
         left join response on response.survey = recovery.survey and response.rid = recovery.rid
         where recovery.site = $1 and received_ms >= $2 {condition}
         and ($3::bigint is null or (received_ms, recovery.survey, recovery.rid) < ($3, $4::bytea, $5::bytea))
         order by received_ms desc, recovery.survey desc, recovery.rid desc limit $6"
    );
    let at = after.map(|after| signed(after.received_ms)).transpose()?;
    let survey = after.map(|after| after.place.survey.to_vec());
    let rid = after.map(|after| after.place.rid.to_vec());
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = store.query(&sql, &[&site, &signed(since_ms)?, &at, &survey, &rid, &most]).await?;
    rows.iter().map(recovery_row).collect()
}

fn recovery_row(row: &Row) -> Result<RecoveryRow, StoreError> {
    let small = |at| -> Result<u8, StoreError> { unsigned(row.try_get::<_, i16>(at)?.into()) };
    let said = match row.try_get::<_, Option<i64>>(7)? {
        Some(day) => Some(Said {
            day: unsigned(day)?,
            verified: row.try_get(8)?,
            channel: small(9)?,
            locale: small(10)?,
            key: unsigned(row.try_get(11)?)?,
            elapsed: small(12)?,
            verbatim: row.try_get(13)?,
        }),
        None => None,
    };
    let (seen, answered): (Option<i64>, Option<i64>) = (row.try_get(4)?, row.try_get(5)?);
    Ok(RecoveryRow {
        place: response_key(row, 0)?,
        received_ms: unsigned(row.try_get(2)?)?,
        lost: row.try_get(3)?,
        seen_ms: seen.map(unsigned).transpose()?,
        answered_ms: answered.map(unsigned).transpose()?,
        note: row.try_get(6)?,
        said,
    })
}

/// The customers of a site without an answer.
///
/// # Errors
/// [`StoreError`]
pub async fn queue(store: &Postgres, site: i64, since_ms: u64) -> Result<Queue, StoreError> {
    let sql = "select count(*) filter (where answered_ms is null and not lost),
                   count(*) filter (where answered_ms is null and lost),
                   min(received_ms) filter (where answered_ms is null and not lost),
                   count(*) from recovery where site = $1 and received_ms >= $2";
    let rows = store.query(sql, &[&site, &signed(since_ms)?]).await?;
    let row = rows.first().ok_or(StoreError::Ended)?;
    let oldest: Option<i64> = row.try_get(2)?;
    Ok(Queue {
        waiting: unsigned(row.try_get(0)?)?,
        lost: unsigned(row.try_get(1)?)?,
        oldest_ms: oldest.map(unsigned).transpose()?,
        all: unsigned(row.try_get(3)?)?,
    })
}

/// When customers who can be put right came, and when each was first answered; newest first.
///
/// # Errors
/// [`StoreError`]
pub async fn times(
    store: &Postgres,
    site: i64,
    since_ms: u64,
    most: usize,
) -> Result<Vec<(u64, Option<u64>)>, StoreError> {
    let sql = "select received_ms, answered_ms from recovery where site = $1 and received_ms >= $2 and not lost
               order by received_ms desc limit $3";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = store.query(sql, &[&site, &signed(since_ms)?, &most]).await?;
    let time = |row: &Row| {
        let answered: Option<i64> = row.try_get(1)?;
        Ok((unsigned(row.try_get(0)?)?, answered.map(unsigned).transpose()?))
    };
    rows.iter().map(time).collect()
}

/// Deletes what the desks of the sites keep no longer.
///
/// # Errors
/// [`StoreError`]
pub async fn purge(store: &Postgres, now_ms: u64) -> Result<u64, StoreError> {
    let transaction = store.begin().await?;
    let sql = "delete from recovery using site
               where site.id = recovery.site and received_ms < $1 - $2 * greatest(site.desk_days, $3::bigint)";
    let values: [i64; 3] = [signed(now_ms)?, signed(DAY_MS)?, KEPT_DAYS_MIN.into()];
    let deleted = transaction.execute(sql, &[&values[0], &values[1], &values[2]]).await?;
    transaction.commit().await?;
    Ok(deleted)
}
