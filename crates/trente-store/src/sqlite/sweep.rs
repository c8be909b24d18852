//! Secure deletion: overwrites what SQLite leaves of deleted values in the pages of the database.
//!
//! `secure_delete` overwrites the cell that is deleted and the page that becomes free. It does not reach the copies
//! that a b-tree makes when it spreads its rows over its pages anew: the former bytes stay in the unallocated space
//! between the cell pointers and the cells. Nor does it reach pages that became free before it was switched on. This
//! module looks through every page by the virtual table `sqlite_dbpage` and overwrites both. SQLite never reads these
//! bytes, so this changes no value.
//!
//! A reader looks, in one snapshot, and the writer overwrites in small transactions, so that no answer waits long.
//! Pages that change meanwhile need no second look: what was deleted before the look is in no row any more, so no page
//! gets a new copy of it.
//!
//! **Source**: SQLite, “Database File Format”, 1.5 (the free list) and 1.6 (b-tree pages).

use std::collections::BTreeMap;
use std::iter;
use std::ops::Range;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::StoreError;

/// Bytes before the b-tree of the first page.
const FILE_HEADER: usize = 100;
/// The first byte of an overflow page belongs to a page number. From this number on it could be taken for the kind of a
/// b-tree page: 128 GiB.
const PAGES_MAX: u32 = 1 << 25;

/// A page of the free list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Free {
    /// Its content means nothing.
    Leaf,
    /// It lists so many others.
    Trunk(usize),
}

type FreeList = BTreeMap<u32, Free>;

/// The pages that hold leftovers, in one snapshot.
///
/// # Errors
/// [`StoreError::Sqlite`]; [`StoreError::Unreadable`] for a database of more than 128 GiB.
pub fn find(connection: &Connection) -> Result<Vec<u32>, StoreError> {
    let snapshot = connection.unchecked_transaction()?;
    let free = free_list(&snapshot)?;
    let mut found = Vec::new();
    {
        let mut statement = snapshot.prepare_cached("select pgno, data from sqlite_dbpage('main')")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let number: u32 = row.get(0)?;
            let page = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            if leftovers(number, page, &free).iter().any(|range| holds_bytes(page, range)) {
                found.push(number);
            }
        }
    }
    snapshot.commit()?;
    Ok(found)
}

/// Overwrites the leftovers of these pages, in one transaction. What they hold now is looked at again.
///
/// # Errors
/// Those of [`find`].
pub fn overwrite(connection: &mut Connection, pages: &[u32]) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let free = free_list(&transaction)?;
    for &number in pages {
        let Some(mut page) = read(&transaction, number)? else { continue };
        let mut changed = false;
        for range in leftovers(number, &page, &free) {
            changed |= holds_bytes(&page, &range);
            if let Some(bytes) = page.get_mut(range) {
                bytes.fill(0);
            }
        }
        if changed {
            transaction
                .prepare_cached("update sqlite_dbpage set data = ?2 where pgno = ?1")?
                .execute(params![number, page])?;
        }
    }
    Ok(transaction.commit()?)
}

fn read(transaction: &Transaction<'_>, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement = transaction.prepare_cached("select data from sqlite_dbpage('main') where pgno = ?1")?;
    let mut rows = statement.query([number])?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}

/// The free list, in the snapshot of a transaction.
fn free_list(transaction: &Transaction<'_>) -> Result<FreeList, StoreError> {
    let damaged = || StoreError::Damaged("its free list".to_owned());
    let pages: u32 = transaction.query_row("pragma page_count", [], |row| row.get(0))?;
    if pages >= PAGES_MAX {
        return Err(StoreError::Unreadable("database of more than 128 GiB, whose free space is not overwritten"));
    }
    let mut list = FreeList::new();
    let Some(first) = read(transaction, 1)? else { return Ok(list) };
    let mut trunk = word(&first, 32).ok_or_else(damaged)?;
    while trunk != 0 {
        let page = read(transaction, trunk)?.ok_or_else(damaged)?;
        let leaves = word(&page, 4).and_then(|leaves| usize::try_from(leaves).ok()).ok_or_else(damaged)?;
        // A list that bites its own tail, or names more than a page can, is damaged, and nothing is overwritten by it.
        if list.insert(trunk, Free::Trunk(leaves)).is_some() || leaves > page.len() / 4 {
            return Err(damaged());
        }
        for index in 0..leaves {
            let leaf = word(&page, 8 + 4 * index).ok_or_else(damaged)?;
            if list.insert(leaf, Free::Leaf).is_some() {
                return Err(damaged());
            }
        }
        trunk = word(&page, 0).ok_or_else(damaged)?;
    }
    Ok(list)
}

/// Where a page holds nothing of meaning. Empty for overflow pages, which hold values, and for whatever does not look
/// like a page of a b-tree.
fn leftovers(number: u32, page: &[u8], free: &FreeList) -> Vec<Range<usize>> {
    match free.get(&number) {
        Some(Free::Leaf) => iter::once(0..page.len()).collect(),
        Some(Free::Trunk(leaves)) => iter::once(8 + 4 * leaves..page.len()).collect(),
        None => unallocated(page, if number == 1 { FILE_HEADER } else { 0 }).unwrap_or_default(),
    }
}

/// The space between the cell pointers and the cells, and the free blocks between cells without their four bytes of
/// header.
fn unallocated(page: &[u8], header: usize) -> Option<Vec<Range<usize>>> {
    let pointers = match page.get(header)? {
        2 | 5 => header + 12,
        10 | 13 => header + 8,
        _ => return None,
    };
    let cells = half(page, header + 3)?;
    let content = match half(page, header + 5)? {
        0 => 65_536,
        start => start,
    };
    let gap = pointers + 2 * cells..content;
    if gap.start > gap.end || gap.end > page.len() {
        return None;
    }
    let mut ranges = vec![gap];
    let mut block = half(page, header + 1)?;
    while block != 0 {
        let (next, size) = (half(page, block)?, half(page, block + 2)?);
        let is_sound = block >= content && size >= 4 && block + size <= page.len() && (next == 0 || next > block + 3);
        if !is_sound {
            return None;
        }
        ranges.push(block + 4..block + size);
        block = next;
    }
    Some(ranges)
}

fn holds_bytes(page: &[u8], range: &Range<usize>) -> bool {
    page.get(range.clone()).is_some_and(|bytes| bytes.iter().any(|&byte| byte != 0))
}

fn word(page: &[u8], at: usize) -> Option<u32> {
    page.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}

fn half(page: &[u8], at: usize) -> Option<usize> {
    page.get(at..)?.first_chunk().copied().map(u16::from_be_bytes).map(usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table as the responses' is: keys in no order, words of every length, deleted and put again.
    fn churned(connection: &mut Connection) -> Vec<String> {
        connection
            .execute_batch("create table said (key blob primary key, word text, frame blob) strict, without rowid")
            .unwrap();
        let word = |number: u64| {
            let length = [30, 120, 400, 1000, 2000][(number % 5) as usize];
            let tile = format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            tile.repeat(length / 16 + 1)[..length].to_owned()
        };
        let key = |number: u64| number.wrapping_mul(0xd1b5_4a32_d192_ed03).to_be_bytes();
        let mut gone = Vec::new();
        for number in 0..900 {
            let text = word(number);
            connection
                .execute("insert into said values (?1, ?2, ?3)", params![key(number), text, text.as_bytes()])
                .unwrap();
            if number % 3 == 0 {
                gone.push(text);
            }
            if number % 7 == 6 {
                connection.execute("update said set word = '' where key = ?1", [key(number - 3)]).unwrap();
            }
        }
        for number in (0..900).step_by(3) {
            connection.execute("delete from said where key = ?1", [key(number)]).unwrap();
        }
        gone
    }

    fn left(pages: &[u8], words: &[String]) -> usize {
        let grams: std::collections::HashSet<&[u8]> = pages.windows(16).collect();
        words.iter().filter(|word| word.as_bytes().windows(16).any(|gram| grams.contains(gram))).count()
    }

    fn whole(connection: &Connection) -> Vec<u8> {
        let mut statement = connection.prepare("select data from sqlite_dbpage").unwrap();
        let pages: Vec<Vec<u8>> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        pages.concat()
    }

    #[test]
    fn nothing_of_a_deleted_word_is_left_in_any_page_and_no_value_changes() {
        for secure in ["off", "fast", "on"] {
            let mut connection = Connection::open_in_memory().unwrap();
            connection.pragma_update(None, "secure_delete", secure).unwrap();
            let gone = churned(&mut connection);
            let before = whole(&connection);
            // The test bites: even the strictest setting leaves some.
            assert!(left(&before, &gone) > 0, "{secure}");
            let dump = |connection: &Connection| -> Vec<(Vec<u8>, String, Vec<u8>)> {
                let mut statement = connection.prepare("select * from said order by key").unwrap();
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
                rows.map(Result::unwrap).collect()
            };
            let rows = dump(&connection);
            let pages = find(&connection).unwrap();
            assert!(!pages.is_empty());
            for some in pages.chunks(7) {
                overwrite(&mut connection, some).unwrap();
            }
            assert_eq!(find(&connection).unwrap(), [] as [u32; 0]);
            let after = whole(&connection);
            // Only the strictest setting also clears the end of an overflow page that is used again at once.
            if secure == "on" {
                assert_eq!(left(&after, &gone), 0, "{secure}");
            }
            assert_eq!(dump(&connection), rows);
            let sound: String = connection.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(sound, "ok");
            // The pages work as before.
            connection.execute_batch("delete from said; vacuum").unwrap();
        }
    }

    #[test]
    fn a_page_that_is_none_of_a_tree_is_left_alone() {
        let free = FreeList::new();
        for page in [vec![0; 512], vec![0xff; 512], Vec::new(), vec![13; 5]] {
            assert_eq!(leftovers(2, &page, &free), [] as [Range<usize>; 0]);
        }
        // A free block that points before the cells.
        let mut page = vec![0; 512];
        (page[0], page[2], page[6], page[5]) = (13, 9, 0, 1);
        assert_eq!(leftovers(2, &page, &free), [] as [Range<usize>; 0]);
        assert_eq!(leftovers(2, &[7; 16], &FreeList::from([(2, Free::Trunk(1))])).first(), Some(&(12..16)));
        assert_eq!(leftovers(2, &[7; 16], &FreeList::from([(2, Free::Leaf)])).first(), Some(&(0..16)));
    }
}
