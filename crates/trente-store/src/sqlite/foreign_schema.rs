//! Schema check of a backup: whether its schema is the one that the migrations make.
//!
//! A backup comes from outside. A trigger in it would run with every answer, a view or another definition of a table
//! would change what statements mean. So the schema is compared, object by object, with the one that the migrations
//! make.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::schema;
use super::schema::APPLICATION_ID;
use crate::StoreError;

/// An object of a schema: table, index, trigger or view, and its name.
type Key = (String, String);

/// How a database differs from its migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// An object that no migration makes.
    Extra(String, String),
    /// An object with another definition.
    Altered(String, String),
    /// An object that is not there.
    Missing(String, String),
}

impl Stranger {
    /// Whether it changes what our statements do. An index, a table or a view of the operator's own does not.
    pub fn is_harmful(&self) -> bool {
        match self {
            Self::Extra(kind, _) => kind == "trigger",
            Self::Altered(..) | Self::Missing(..) => true,
        }
    }
}

impl std::fmt::Display for Stranger {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Extra(kind, name) => write!(formatter, "{kind} `{name}` is none of trente's"),
            Self::Altered(kind, name) => write!(formatter, "{kind} `{name}` is not as trente makes it"),
            Self::Missing(kind, name) => write!(formatter, "{kind} `{name}` is missing"),
        }
    }
}

/// Refuses a file whose schema is not that of its version, before any of its statements can run.
///
/// # Errors
/// [`StoreError::Foreign`], [`StoreError::Newer`], [`StoreError::Stranger`], [`StoreError::Sqlite`].
pub fn refuse(file: &Path) -> Result<(), StoreError> {
    let connection =
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "query_only", true)?;
    let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let (application, version) = (number("pragma application_id")?, number("pragma user_version")?);
    if application != APPLICATION_ID || version < 1 {
        return Err(StoreError::Foreign);
    }
    if version > schema::newest() {
        return Err(StoreError::Newer { found: version, known: schema::newest() });
    }
    match compare(&connection, version)?.first() {
        Some(stranger) => Err(StoreError::Stranger(stranger.to_string())),
        None => Ok(()),
    }
}

/// Refuses to serve a database where an object changes what our statements do, and warns of any other.
///
/// # Errors
/// [`StoreError::Stranger`], [`StoreError::Sqlite`].
pub fn check(connection: &Connection) -> Result<(), StoreError> {
    for stranger in compare(connection, schema::newest())? {
        if stranger.is_harmful() {
            return Err(StoreError::Stranger(stranger.to_string()));
        }
        tracing::warn!(%stranger, "the database holds an object of another program; a restore of its backup refuses it");
    }
    Ok(())
}

/// Every difference of a database of a version.
fn compare(connection: &Connection, version: i64) -> Result<Vec<Stranger>, StoreError> {
    let ours = Connection::open_in_memory()?;
    for (_, migration) in schema::MIGRATIONS.iter().filter(|(number, _)| *number <= version) {
        ours.execute_batch(migration)?;
    }
    let (expected, mut found) = (objects(&ours)?, objects(connection)?);
    let mut strangers = Vec::new();
    for (key, definition) in expected {
        let (kind, name) = key.clone();
        match found.remove(&key) {
            None => strangers.push(Stranger::Missing(kind, name)),
            Some(theirs) if theirs != definition => strangers.push(Stranger::Altered(kind, name)),
            Some(_) => {}
        }
    }
    strangers.extend(found.into_keys().map(|(kind, name)| Stranger::Extra(kind, name)));
    Ok(strangers)
}

/// Every object and its definition. SQLite's own indexes have none, and its statistics are not ours.
fn objects(connection: &Connection) -> Result<BTreeMap<Key, String>, StoreError> {
    let mut statement = connection.prepare(
        "select type, name, sql from sqlite_schema where not (type = 'index' and sql is null)
         and not (type = 'table' and name in ('sqlite_stat1', 'sqlite_stat4', 'sqlite_sequence'))",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(((row.get(0)?, row.get(1)?), plain(&row.get::<_, Option<String>>(2)?.unwrap_or_default())))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A definition without comments and with single blanks, which mean nothing to SQLite. What stands in quotes stays as
/// it is: two hyphens there begin no comment, and a definition that hid a statement behind them would look like ours.
fn plain(sql: &str) -> String {
    let (mut plain, mut quote, mut rest) = (String::with_capacity(sql.len()), None, sql.chars().peekable());
    while let Some(letter) = rest.next() {
        match quote {
            Some(end) => {
                plain.push(letter);
                quote = (letter != end).then_some(end);
            }
            None if letter == '-' && rest.peek() == Some(&'-') => {
                while rest.next_if(|&letter| letter != '\n').is_some() {}
            }
            None if letter.is_ascii_whitespace() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            None => {
                plain.push(letter);
                quote = match letter {
                    '\'' | '"' | '`' => Some(letter),
                    '[' => Some(']'),
                    _ => None,
                };
            }
        }
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(sql: &str) -> Vec<String> {
        let connection = Connection::open_in_memory().unwrap();
        for (_, migration) in schema::MIGRATIONS {
            connection.execute_batch(migration).unwrap();
        }
        connection.execute_batch(sql).unwrap();
        compare(&connection, schema::newest()).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_no_migration_makes_is_named() {
        assert_eq!(changed("analyze"), [] as [&str; 0]);
        let hidden = "drop trigger audit_kept; create trigger audit_kept before delete on audit begin \
                      select raise(abort, 'the --'); delete from response; select raise(abort, '\naudit log is kept'); end";
        for (sql, told) in [
            (
                "create trigger t after insert on inbox begin delete from response; end",
                "trigger `t` is none of trente's",
            ),
            ("create table t (a)", "table `t` is none of trente's"),
            ("create view v as select 1", "view `v` is none of trente's"),
            ("create index i on inbox (frame)", "index `i` is none of trente's"),
            ("create virtual table f using fts5(a)", "table `f` is none of trente's"),
            ("drop trigger audit_kept", "trigger `audit_kept` is missing"),
            ("drop index webhook_of", "index `webhook_of` is missing"),
            ("alter table inbox add column more integer", "table `inbox` is not as trente makes it"),
            (
                "alter table delivery rename to d; create view delivery as select * from d",
                "table `delivery` is missing",
            ),
            (hidden, "trigger `audit_kept` is not as trente makes it"),
        ] {
            let found = changed(sql);
            assert!(found.iter().any(|one| one == told), "{sql}: {found:?}");
        }
    }

    #[test]
    fn comments_and_blanks_are_no_difference_and_words_in_quotes_are() {
        assert_eq!(plain("a  -- b\n\tc"), "a c");
        assert_eq!(plain("a '--  b' c"), "a '--  b' c");
        assert_ne!(plain("a 'b  c'"), plain("a 'b c'"));
    }
}
