//! Test backend of either store, which reads its tables without our own code.

use std::cell::RefCell;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use trente_store::Address;

use crate::{Folder, Postgres};

pub trait Backend: Sized {
    /// Empty bytes in a statement.
    const NO_BYTES: &str;

    /// A store that is not made yet.
    fn start() -> Self;
    fn address(&self) -> Address;
    /// Another store of the same kind that is not made yet.
    fn another(&self) -> Address;
    /// The rows of a statement at an address, a row a line, its columns between bars, bytes in hexadecimal.
    fn sql(&self, at: &Address, sql: &str) -> Vec<String>;

    fn count(&self, table: &str) -> u64 {
        self.sql(&self.address(), &format!("select count(*) from {table}"))[0].parse().unwrap()
    }

    /// Every row of the folded tables.
    fn tables(&self, at: &Address) -> Vec<String> {
        let mut lines = Vec::new();
        for (table, columns) in [
            (
                "response",
                "survey, rid, day, verified, rev, key, elapsed, locale, score, class, flags, primary_cause,
                 secondary_cause, channel, verbatim, frame, aside, asides",
            ),
            ("aside", "survey, rid, frame, day"),
            ("daily", "survey, ver, day, verified, channel, kind, key, n"),
            ("daily_part", "survey, ver, day, verified, channel, locale, counts"),
            ("inbox", "received_ms, verified, frame"),
            ("stray", "received_ms, verified, frame"),
        ] {
            let mut rows = self.sql(at, &format!("select {columns} from {table}"));
            rows.sort();
            lines.extend(rows.into_iter().map(|row| format!("{table} {row}")));
        }
        lines
    }

    /// How many rows of `daily` are not what `response` counts to. Codes of extra questions (kind 3) stand only in the
    /// frames, whose layout SQL does not know.
    fn recount_differs(&self, at: &Address) -> u64 {
        let sql = "
            with counted as (
                select survey, day, verified, channel, 0 as kind, key as key from response
                union all select survey, day, verified, channel, 1, elapsed from response
                union all select survey, day, verified, channel, 2, 0 from response where (flags & 128) <> 0
                union all select survey, day, verified, channel, 2, 1 from response where (flags & 512) <> 0
            ), recount as (
                select survey, 1 as ver, day, verified, channel, kind, key, count(*) as n from counted
                group by survey, day, verified, channel, kind, key
            )
            select (select count(*) from (select * from recount except select * from daily) as missing)
                 + (select count(*) from (select * from daily where kind < 3 except select * from recount) as wrong)";
        self.sql(at, sql)[0].parse().unwrap()
    }
}

/// SQLite.
pub struct Sqlite {
    folder: Folder,
    others: RefCell<Vec<Folder>>,
}

impl Backend for Sqlite {
    const NO_BYTES: &str = "x''";

    fn start() -> Self {
        Self { folder: Folder::new(), others: RefCell::default() }
    }

    fn address(&self) -> Address {
        Address::from(&*self.folder.database())
    }

    fn another(&self) -> Address {
        let folder = Folder::new();
        let address = Address::from(&*folder.database());
        self.others.borrow_mut().push(folder);
        address
    }

    fn sql(&self, at: &Address, sql: &str) -> Vec<String> {
        let connection = Connection::open(at.to_string()).unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        if columns == 0 {
            statement.execute([]).unwrap();
            return Vec::new();
        }
        let line = |row: &rusqlite::Row| Ok((0..columns).map(|index| text(row.get_ref(index).unwrap())).collect());
        let rows = statement.query_map([], line).unwrap();
        rows.map(|row: Result<Vec<String>, _>| row.unwrap().join("|")).collect()
    }
}

fn text(value: ValueRef) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
        ValueRef::Blob(bytes) => trente_store::encoding::hex(bytes),
    }
}

/// PostgreSQL.
pub struct Server {
    pub server: Postgres,
    pub database: String,
}

impl Backend for Server {
    const NO_BYTES: &str = "''::bytea";

    fn start() -> Self {
        let server = Postgres::start();
        let database = server.database();
        Self { server, database }
    }

    fn address(&self) -> Address {
        self.server.address(&self.database)
    }

    fn another(&self) -> Address {
        self.server.address(&self.server.database())
    }

    fn sql(&self, at: &Address, sql: &str) -> Vec<String> {
        let database = at.to_string().rsplit_once('/').unwrap().1.to_owned();
        let printed = self.server.sql(&database, sql);
        // As SQLite has them: bytes without their mark, and numbers for what is true or false.
        let column = |column: &str| match column {
            "t" => "1".to_owned(),
            "f" => "0".to_owned(),
            other => other.strip_prefix("\\x").unwrap_or(other).to_owned(),
        };
        printed.lines().map(|line| line.split('|').map(column).collect::<Vec<_>>().join("|")).collect()
    }
}
