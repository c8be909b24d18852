//! Schema of the SQLite database: opens it, with its pragmas, its version and its migrations.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::StoreError;

/// `TRNT`: SQLite's field for telling one application's files from another's.
pub(super) const APPLICATION_ID: i64 = 0x5452_4e54;

/// The first SQLite without the WAL-reset bug.
const SQLITE_MIN: i32 = 3_051_003;

/// Every migration by its number, in order; the last that was run is the database's version. Both stores share one
/// series of numbers, so a number may be another store's alone.
pub(super) const MIGRATIONS: [(i64, &str); 20] = [
    (1, include_str!("../../migrations/sqlite/0001_first.sql")),
    (2, include_str!("../../migrations/sqlite/0002_surveys.sql")),
    (3, include_str!("../../migrations/sqlite/0003_copying.sql")),
    (4, include_str!("../../migrations/sqlite/0004_administration.sql")),
    (5, include_str!("../../migrations/sqlite/0005_erasures.sql")),
    (8, include_str!("../../migrations/sqlite/0008_bundles.sql")),
    (9, include_str!("../../migrations/sqlite/0009_aside.sql")),
    (12, include_str!("../../migrations/sqlite/0012_devices.sql")),
    (13, include_str!("../../migrations/sqlite/0013_rights.sql")),
    (14, include_str!("../../migrations/sqlite/0014_second_factor.sql")),
    (15, include_str!("../../migrations/sqlite/0015_zone.sql")),
    (16, include_str!("../../migrations/sqlite/0016_recovery.sql")),
    (17, include_str!("../../migrations/sqlite/0017_shop_days.sql")),
    (18, include_str!("../../migrations/sqlite/0018_parts.sql")),
    (19, include_str!("../../migrations/sqlite/0019_mail.sql")),
    (20, include_str!("../../migrations/sqlite/0020_attempts.sql")),
    (21, include_str!("../../migrations/sqlite/0021_gone.sql")),
    (22, include_str!("../../migrations/sqlite/0022_events.sql")),
    (23, include_str!("../../migrations/sqlite/0023_contact.sql")),
    (24, include_str!("../../migrations/sqlite/0024_closed.sql")),
];

/// Set on every connection. FULL, because NORMAL loses acknowledged answers at a power cut
/// (docs/design/collector.md#durability-of-sqlite). What is deleted is overwritten, whole pages that become free as well,
/// and what SQLite still leaves is overwritten by [`super::sweep`]. No value goes into a temporary file.
/// A commit that checkpoints waits for the pages to be copied: 1,000 of them take some ten milliseconds, 4,000 sixty. A
/// service does not let its commits do that, see [`super::checkpoint`]. Four megabytes of pages hold what one fold
/// changes; what it reads the kernel remembers.
const PRAGMAS: &str = "
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma wal_autocheckpoint = 1000;
    pragma journal_size_limit = 67108864;
    pragma cache_size = -4096;
    pragma foreign_keys = on;
    pragma trusted_schema = off;
    pragma secure_delete = on;
    pragma temp_store = memory;
    pragma mmap_size = 0;
";

/// How long a connection waits for another one's transaction.
pub(crate) const BUSY: Duration = Duration::from_secs(5);

/// Opens a database and brings it to the newest version; `create` makes it where it is missing.
///
/// # Errors
/// [`StoreError::Version`], [`StoreError::Missing`], [`StoreError::Foreign`], [`StoreError::Newer`],
/// [`StoreError::Sqlite`].
pub fn open(path: &Path, create: bool) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < SQLITE_MIN {
        return Err(StoreError::Version(rusqlite::version()));
    }
    if !create && !path.exists() {
        return Err(StoreError::Missing(path.to_owned()));
    }
    if create {
        make(path)?;
    }
    let mut connection = connect(path, create)?;
    if !connection.query_row("select sqlite_compileoption_used('ENABLE_DBPAGE_VTAB')", [], |row| row.get(0))? {
        return Err(StoreError::Build("ENABLE_DBPAGE_VTAB"));
    }
    migrate(&mut connection)?;
    Ok(connection)
}

/// Makes an empty file where there is none, which its owner alone may read: it will hold the keys that orders are
/// signed with, and what customers said. SQLite gives its other files the same mode.
fn make(path: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(StoreError::File(path.to_owned(), error)),
        _ => Ok(()),
    }
}

/// The newest version of a database.
pub(super) fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |(number, _)| *number)
}

/// A connection to a database that [`open`] has made ready.
///
/// # Errors
/// [`StoreError::Sqlite`]
pub fn connect(path: &Path, create: bool) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    // A stranger's database is left as it is, so this comes before the pragmas.
    let application: i64 = connection.query_row("pragma application_id", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && (application != 0 || tables != 0) {
        return Err(StoreError::Foreign);
    }
    connection.execute_batch(PRAGMAS)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = newest();
    let version = |connection: &Connection| connection.query_row("pragma user_version", [], |row| row.get(0));
    if version(connection)? == known {
        return Ok(());
    }
    // Asked again inside the transaction: another process may be migrating the same file.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = version(&transaction)?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (_, migration) in MIGRATIONS.iter().filter(|(number, _)| *number > found) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}
