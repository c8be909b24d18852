//! Ledger of erasures in SQLite: a table, and a file of lines next to the database.
//!
//! The file is what is left when the database is lost: a restore, or a service that starts on an older copy, erases
//! again what it names. Both are appended to and never rewritten.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Transaction, params};

use crate::StoreError;
use crate::model::erasure::Erasure;
use crate::sqlite::rows::response_key;

/// What the name of the database gets for the name of the file.
const ENDING: &str = ".erasures";

/// The file next to a database.
pub fn file_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ENDING);
    name.into()
}

/// Appends to the table; a response that was erased before keeps its first line.
pub(super) fn note(transaction: &Transaction<'_>, erasure: Erasure) -> Result<(), StoreError> {
    transaction
        .prepare_cached("insert into erasure (survey, rid, at_ms) values (?1, ?2, ?3) on conflict do nothing")?
        .execute(params![erasure.place.survey, erasure.place.rid, erasure.at_ms])?;
    Ok(())
}

/// Every erasure since a time, the oldest first.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn since(connection: &Connection, since_ms: u64) -> Result<Vec<Erasure>, StoreError> {
    let mut statement = connection
        .prepare_cached("select survey, rid, at_ms from erasure where at_ms >= ?1 order by at_ms, survey, rid")?;
    let read = |row: &rusqlite::Row<'_>| Ok(Erasure { place: response_key(row, 0)?, at_ms: row.get(2)? });
    let rows = statement.query_map([i64::try_from(since_ms).unwrap_or(i64::MAX)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every erasure that a database file knows of, which is only read: it may be of an older version, and then has none.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn of_file(file: &Path) -> Result<Vec<Erasure>, StoreError> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    let has = "select exists (select 1 from sqlite_schema where type = 'table' and name = 'erasure')";
    if connection.query_row(has, [], |row| row.get(0))? { since(&connection, 0) } else { Ok(Vec::new()) }
}

/// Compares the file with the table: appends to the file what it lacks, and tells what the table lacks.
///
/// What the table lacks was erased after this database was copied. A file that cannot be read is an error, because what
/// it names would come back.
///
/// # Errors
/// [`StoreError::Sqlite`], [`StoreError::Ledger`].
pub fn reconcile(connection: &Connection) -> Result<Vec<Erasure>, StoreError> {
    let Some(database) = connection.path().filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(Vec::new());
    };
    let path = file_of(&database);
    let known = since(connection, 0)?;
    let listed = match read(&path) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(StoreError::Ledger(path, error)),
    };
    let places = |erasures: &[Erasure]| erasures.iter().map(|erasure| erasure.place).collect::<BTreeSet<_>>();
    let (in_table, in_file) = (places(&known), places(&listed));
    let missing: Vec<Erasure> = known.into_iter().filter(|erasure| !in_file.contains(&erasure.place)).collect();
    if !missing.is_empty() {
        append(&database, &missing);
    }
    let mut unknown: Vec<Erasure> = listed;
    unknown.retain(|erasure| !in_table.contains(&erasure.place));
    Ok(unknown)
}

/// Appends to the file, on disk when this returns. What cannot be written is told to the log and written at the next
/// start: the table has it.
pub(super) fn append(database: &Path, erasures: &[Erasure]) {
    let path = file_of(database);
    if let Err(error) = attempt(&path, database, erasures) {
        tracing::error!(%error, file = %path.display(), "the list of erasures next to the database cannot be written");
    }
}

fn attempt(path: &Path, database: &Path, erasures: &[Erasure]) -> io::Result<()> {
    let is_new = !path.exists();
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    if is_new {
        // As SQLite does with its own files: a command that root runs leaves nothing that the service may not write.
        let owner = fs::metadata(database)?;
        if file.metadata()?.uid() != owner.uid() {
            fchown(&file, Some(owner.uid()), Some(owner.gid()))?;
        }
    }
    let mut lines = String::new();
    if ends_within_a_line(&mut file)? {
        lines.push('\n');
    }
    erasures.iter().for_each(|erasure| lines.push_str(&erasure.line()));
    file.write_all(lines.as_bytes())?;
    file.sync_all()?;
    if is_new {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Whether a power cut has left the last line without its end.
fn ends_within_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// The file's erasures. A torn line is left out: its erasure stands in the table.
fn read(path: &Path) -> io::Result<Vec<Erasure>> {
    let bytes = fs::read(path)?;
    let lines = bytes.split(|&byte| byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    Ok(lines.filter_map(Erasure::of_line).collect())
}
