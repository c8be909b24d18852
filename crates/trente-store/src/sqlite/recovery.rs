//! Recovery desk in SQLite: customers to put right.

use rusqlite::{Connection, Row, Transaction, params};
use trente_survey::score::flag;

use super::rows::response_key;
use crate::StoreError;
use crate::clock::DAY_MS;
use crate::fold::ResponseRow;
use crate::key::ResponseKey;
use crate::model::recovery::{AfterRecovery, COLUMNS, KEPT_DAYS_MIN, Queue, RecoveryAct, RecoveryRow, Said, Waiting};

/// Puts a response that was folded on its site's desk, or takes it off where its customer has changed their mind before
/// the shop answered.
pub(super) fn follow(transaction: &Transaction<'_>, row: &ResponseRow) -> Result<(), StoreError> {
    if row.flags & (flag::LOST | flag::RECOVER) != 0 {
        transaction
            .prepare_cached(
                "insert into recovery (survey, rid, site, received_ms, lost)
                 select id, ?2, site, ?3, ?4 from survey where id = ?1
                 on conflict (survey, rid) do update set
                     lost = excluded.lost, received_ms = min(received_ms, excluded.received_ms)",
            )?
            .execute(params![row.survey, row.rid, row.received_ms, row.flags & flag::LOST != 0])?;
    } else if row.stored_before {
        // Not by the revision: two tabs, or a proof that comes late, replace a frame by one of the same or a lower one.
        transaction
            .prepare_cached("delete from recovery where survey = ?1 and rid = ?2 and answered_ms is null")?
            .execute(params![row.survey, row.rid])?;
    }
    Ok(())
}

/// Does something about a customer of a site; false when the desk has none such.
pub(super) fn act(
    transaction: &Transaction<'_>,
    site: i64,
    place: ResponseKey,
    act: &RecoveryAct,
    now_ms: u64,
) -> Result<usize, StoreError> {
    let set = |what: &str| format!("update recovery set {what} where survey = ?1 and rid = ?2 and site = ?3");
    let ResponseKey { survey, rid } = place;
    let changed = match act {
        RecoveryAct::Seen => {
            transaction.execute(&set("seen_ms = coalesce(seen_ms, ?4)"), params![survey, rid, site, now_ms])
        }
        RecoveryAct::Answered => transaction.execute(
            &set("answered_ms = coalesce(answered_ms, ?4), seen_ms = coalesce(seen_ms, ?4)"),
            params![survey, rid, site, now_ms],
        ),
        RecoveryAct::Reopened => transaction.execute(&set("answered_ms = null"), params![survey, rid, site]),
        RecoveryAct::Note(text) => transaction.execute(&set("note = nullif(?4, '')"), params![survey, rid, site, text]),
    };
    Ok(changed?)
}

/// Up to `most` customers of a site, newest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn list(
    connection: &Connection,
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
    let mut statement = connection.prepare_cached(&format!(
        "select {COLUMNS} from recovery
         left join response on response.survey = recovery.survey and response.rid = recovery.rid
         where recovery.site = ?1 and received_ms >= ?2 {condition}
         and (?3 is null or (received_ms, recovery.survey, recovery.rid) < (?3, ?4, ?5))
         order by received_ms desc, recovery.survey desc, recovery.rid desc limit ?6"
    ))?;
    let (at, survey, rid) = (
        after.map(|after| after.received_ms),
        after.map(|after| after.place.survey),
        after.map(|after| after.place.rid),
    );
    let rows = statement.query_map(params![site, since_ms, at, survey, rid, most], recovery_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn recovery_row(row: &Row<'_>) -> rusqlite::Result<RecoveryRow> {
    let said = match row.get::<_, Option<u32>>(7)? {
        Some(day) => Some(Said {
            day,
            verified: row.get(8)?,
            channel: row.get(9)?,
            locale: row.get(10)?,
            key: row.get(11)?,
            elapsed: row.get(12)?,
            verbatim: row.get(13)?,
        }),
        None => None,
    };
    Ok(RecoveryRow {
        place: response_key(row, 0)?,
        received_ms: row.get(2)?,
        lost: row.get(3)?,
        seen_ms: row.get(4)?,
        answered_ms: row.get(5)?,
        note: row.get(6)?,
        said,
    })
}

/// The customers of a site without an answer.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn queue(connection: &Connection, site: i64, since_ms: u64) -> Result<Queue, StoreError> {
    let mut statement = connection.prepare_cached(
        "select count(*) filter (where answered_ms is null and lost = 0),
             count(*) filter (where answered_ms is null and lost <> 0),
             min(received_ms) filter (where answered_ms is null and lost = 0),
             count(*) from recovery where site = ?1 and received_ms >= ?2",
    )?;
    let row =
        |row: &Row<'_>| Ok(Queue { waiting: row.get(0)?, lost: row.get(1)?, oldest_ms: row.get(2)?, all: row.get(3)? });
    Ok(statement.query_row(params![site, since_ms], row)?)
}

/// When customers who can be put right came, and when each was first answered; newest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn times(
    connection: &Connection,
    site: i64,
    since_ms: u64,
    most: usize,
) -> Result<Vec<(u64, Option<u64>)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select received_ms, answered_ms from recovery where site = ?1 and received_ms >= ?2 and lost = 0
         order by received_ms desc limit ?3",
    )?;
    let rows = statement.query_map(params![site, since_ms, most], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes what the desks of the sites keep no longer.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn purge(connection: &Connection, now_ms: u64) -> Result<u64, StoreError> {
    let deleted = connection.execute(
        "delete from recovery
         where received_ms < ?1 - ?2 * (select max(desk_days, ?3) from site where site.id = recovery.site)",
        params![now_ms, DAY_MS, KEPT_DAYS_MIN],
    )?;
    Ok(deleted as u64)
}
