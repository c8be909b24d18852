//! Daily counts by filter: reads the bytes of `daily_part` by code of its own, and counts the responses again.
//!
//! Not here: which rows there must be, in `recount.sql`. **Source**: docs/storage.md, and fold/parts.rs of trente-store.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

/// Bits of the slot in the code of a mark; above them are class and cause.
const SLOT_BITS: u32 = 7;
/// Slot of the responses with a verbatim; those below are elapsed buckets.
const NOTED: u64 = 64;
/// Slot of the responses whose client computed another score.
const MISMATCH: u64 = 65;
/// Flags of a response: a verbatim, another score.
const FLAGS: [(u64, u64); 2] = [(128, NOTED), (512, MISMATCH)];

/// What is counted of a part: keys of answers, and slots over every class and cause.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    answers: BTreeMap<u64, u64>,
    slots: BTreeMap<u64, u64>,
}

/// Survey, day, proof, channel and language.
type Key = ([u8; 4], i64, i64, i64, i64);

/// How many parts are not what their responses say, among those of surveys that are counted to the end.
///
/// # Errors
/// Why the database cannot be read, or bytes that are no counts.
pub fn differences(connection: &Connection) -> Result<usize> {
    let mut wanted: BTreeMap<Key, Counts> = BTreeMap::new();
    let counted = "where survey not in (select survey from part_due)";
    let mut responses = connection.prepare(&format!(
        "select survey, day, verified, channel, locale, key, elapsed, flags from response {counted}"
    ))?;
    let mut rows = responses.query([])?;
    while let Some(row) = rows.next()? {
        let key = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        let counts = wanted.entry(key).or_default();
        *counts.answers.entry(row.get(5)?).or_default() += 1;
        *counts.slots.entry(row.get(6)?).or_default() += 1;
        let flags: u64 = row.get(7)?;
        for (_, slot) in FLAGS.into_iter().filter(|(flag, _)| flags & flag != 0) {
            *counts.slots.entry(slot).or_default() += 1;
        }
    }
    let mut parts = connection
        .prepare(&format!("select survey, day, verified, channel, locale, counts from daily_part {counted}"))?;
    let mut rows = parts.query([])?;
    let mut differences = 0;
    while let Some(row) = rows.next()? {
        let key: Key = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        let bytes: Vec<u8> = row.get(5)?;
        let stored = read(&bytes).with_context(|| format!("the part {key:?}"))?;
        differences += usize::from(wanted.remove(&key) != Some(stored));
    }
    Ok(differences + wanted.len())
}

/// The counts in the bytes of a part: a 1, the answers, the marks.
fn read(bytes: &[u8]) -> Result<Counts> {
    let [1, rest @ ..] = bytes else { bail!("it has another encoding") };
    let mut rest = rest;
    let answers = pull_counts(&mut rest)?.into_iter().collect();
    let mut slots = BTreeMap::new();
    for (code, n) in pull_counts(&mut rest)? {
        *slots.entry(code & ((1 << SLOT_BITS) - 1)).or_default() += n;
    }
    if !rest.is_empty() {
        bail!("{} bytes are left", rest.len());
    }
    Ok(Counts { answers, slots })
}

/// How many codes there are, then each as what it is above the one before, with its count.
fn pull_counts(rest: &mut &[u8]) -> Result<Vec<(u64, u64)>> {
    let mut code = 0;
    (0..pull(rest)?)
        .map(|_| {
            code += pull(rest)?;
            Ok((code, pull(rest)?))
        })
        .collect()
}

/// A number as LEB128.
fn pull(rest: &mut &[u8]) -> Result<u64> {
    let mut value = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let Some((&byte, more)) = rest.split_first() else { bail!("it ends early") };
        *rest = more;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    bail!("a number is too long")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_response_too_many_is_a_difference() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "create table part_due (survey blob);
                 create table response (survey blob, day, verified, channel, locale, key, elapsed, flags);
                 create table daily_part (survey blob, day, verified, channel, locale, counts blob);
                 insert into response values (x'01020304', 9, 0, 0, 1, 300, 40, 128), (x'01020304', 9, 0, 0, 1, 300, 41, 0);
                 -- Key 300 twice; buckets 40 and 41, and a verbatim, of class 1.
                 insert into daily_part values (x'01020304', 9, 0, 0, 1, x'0101ac020203a8010101011701');",
            )
            .unwrap();
        assert_eq!(differences(&connection).unwrap(), 0);
        for change in [
            "insert into response values (x'01020304', 9, 0, 0, 1, 300, 40, 0)",
            "update response set locale = 2",
            "update response set flags = 512 where elapsed = 40",
        ] {
            connection.execute_batch(&format!("savepoint change; {change}")).unwrap();
            assert!(differences(&connection).unwrap() > 0, "{change}");
            connection.execute_batch("rollback to change").unwrap();
        }
        connection.execute_batch("update daily_part set counts = x'01ff'").unwrap();
        assert!(differences(&connection).is_err(), "no counts");
    }
}
