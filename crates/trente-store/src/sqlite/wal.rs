//! Integrity check of the write-ahead log: whether it has a hole.
//!
//! SQLite reads its log up to the first frame whose checksum is wrong and silently forgets the rest, which is right
//! after a power cut: the last transaction was never finished. But each of our commits is synced before the next one is
//! written. So a whole frame behind a commit that stands behind a wrong frame can only mean that something which was
//! synced, and acknowledged, was changed afterwards.
//!
//! A change in the last transaction of the log looks like a power cut and is not found.
//!
//! **Source**: SQLite, “WAL-mode file format”, 4.1 to 4.3.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The last bit of the magic number says in which order the words of checksums are read.
const MAGIC: u32 = 0x377f_0682;

/// The two running sums.
type Sums = (u32, u32);

/// The number of the first wrong frame, from 1, when it hides a transaction that was synced after it.
///
/// # Errors
/// When the log is there and cannot be read.
pub fn hole(database: &Path) -> io::Result<Option<u64>> {
    let path = log_of(database);
    let read = || match fs::read(&path) {
        Ok(bytes) => Ok(find(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    // Another process may be writing while we read: what it had not written yet is there the second time.
    match read()? {
        Some(found) => Ok(read()?.filter(|again| *again == found)),
        None => Ok(None),
    }
}

fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn find(log: &[u8]) -> Option<u64> {
    let magic = word(log, 0)?;
    if magic & !1 != MAGIC {
        return None;
    }
    let big = magic & 1 == 1;
    let page = usize::try_from(word(log, 8)?).ok()?;
    let salts = (word(log, 16)?, word(log, 20)?);
    let mut before = (word(log, 24)?, word(log, 28)?);
    // A torn header is a log that was just begun: nothing of it was ever synced.
    if sum(big, (0, 0), log.get(..24)?) != before {
        return None;
    }
    let (mut broken, mut committed) = (None, false);
    for (index, frame) in log.get(HEADER..)?.chunks_exact(FRAME_HEADER.checked_add(page)?).enumerate() {
        let ours = (word(frame, 8)?, word(frame, 12)?) == salts;
        let stored = (word(frame, 16)?, word(frame, 20)?);
        let whole = ours && sum(big, sum(big, before, frame.get(..8)?), frame.get(FRAME_HEADER..)?) == stored;
        match (whole, broken) {
            (false, None) => broken = Some(index as u64 + 1),
            (true, Some(_)) if committed => return broken,
            (true, Some(_)) => committed = word(frame, 4)? != 0,
            _ => {}
        }
        before = stored;
    }
    None
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}

/// Goes on with the sums over pairs of words.
fn sum(big: bool, sums: Sums, bytes: &[u8]) -> Sums {
    let read = |word: &[u8]| {
        let word = word.first_chunk().copied().unwrap_or_default();
        if big { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
    };
    bytes.chunks_exact(8).fold(sums, |(first, second), pair| {
        let first = first.wrapping_add(read(pair)).wrapping_add(second);
        let second = second.wrapping_add(read(pair.get(4..).unwrap_or_default())).wrapping_add(first);
        (first, second)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    /// A log of so many transactions, as SQLite writes it.
    fn log(transactions: usize) -> (Vec<u8>, usize) {
        let folder = std::env::temp_dir().join(format!("trente-wal-{}-{transactions}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let database = folder.join("a.db");
        let connection = Connection::open(&database).unwrap();
        connection.execute_batch("pragma journal_mode = wal; pragma synchronous = full; create table t (a)").unwrap();
        for number in 0..transactions {
            connection.execute("insert into t values (?1)", [number]).unwrap();
        }
        let bytes = fs::read(log_of(&database)).unwrap();
        assert_eq!(hole(&database).unwrap(), None);
        drop(connection);
        assert_eq!(hole(&database).unwrap(), None, "an orderly end leaves no log");
        fs::remove_dir_all(&folder).unwrap();
        let frames = (bytes.len() - HEADER) / (FRAME_HEADER + 4096);
        assert!(frames > transactions);
        (bytes, frames)
    }

    #[test]
    fn a_hole_is_found_wherever_it_is_but_in_the_last_transactions() {
        let (bytes, frames) = log(20);
        assert_eq!(find(&bytes), None);
        for frame in 0..frames - 3 {
            for at in [0, 5, 9, 17, FRAME_HEADER, FRAME_HEADER + 2000] {
                let mut changed = bytes.clone();
                changed[HEADER + frame * (FRAME_HEADER + 4096) + at] ^= 0x40;
                assert_eq!(find(&changed), Some(frame as u64 + 1), "byte {at} of frame {frame}");
            }
        }
    }

    /// A power cut leaves any part of the last transaction and all of those before it.
    #[test]
    fn a_torn_end_is_no_hole() {
        let (bytes, frames) = log(20);
        let last = HEADER + (frames - 1) * (FRAME_HEADER + 4096);
        for cut in [last, last + 1, last + 30, bytes.len() - 1] {
            assert_eq!(find(&bytes[..cut]), None);
            let mut zeros = bytes.clone();
            zeros[cut..].fill(0);
            assert_eq!(find(&zeros), None);
        }
        for cut in 0..HEADER {
            assert_eq!(find(&bytes[..cut]), None);
        }
    }
}
