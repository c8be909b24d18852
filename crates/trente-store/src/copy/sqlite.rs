//! SQLite endpoint of a copy. A page is read in milliseconds, so nothing here is asynchronous.

use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, TransactionBehavior, params_from_iter};

use super::rows::{Difference, Row, Value};
use super::tables::{Kind, Table};
use crate::StoreError;
use crate::clock::now_ms;
use crate::sqlite::schema;

/// Whether a copy into the database has begun and no service has used it since.
const CLAIMED: &str = "select exists (select 1 from copying)";

/// An open file.
pub struct File {
    connection: Connection,
}

impl File {
    pub fn source(path: &Path) -> Result<Self, StoreError> {
        let connection = schema::open(path, false)?;
        // The first look fixes what is seen until the end.
        connection.execute_batch("begin; select count(*) from sqlite_schema")?;
        Ok(Self { connection })
    }

    pub fn target(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: schema::open(path, true)? })
    }

    pub fn columns(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut statement = self.connection.prepare(
            "select tables.name, columns.name from sqlite_schema as tables, pragma_table_info(tables.name) as columns
             where tables.type = 'table' and tables.name not like 'sqlite\\_%' escape '\\'",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn rows(
        &self,
        table: &Table,
        after: Option<&Row>,
        upto: Option<&Row>,
        rows_max: Option<usize>,
    ) -> Result<Vec<Row>, StoreError> {
        let names = table.column_names();
        let key = names.get(..table.keys).unwrap_or_default().join(", ");
        let marks = vec!["?"; table.keys].join(", ");
        let mut sql = format!("select {} from {} where true", names.join(", "), table.name);
        for (bound, sign) in [(after, ">"), (upto, "<=")] {
            if bound.is_some() {
                sql.push_str(&format!(" and ({key}) {sign} ({marks})"));
            }
        }
        sql.push_str(&format!(" order by {key}"));
        if let Some(rows_max) = rows_max {
            sql.push_str(&format!(" limit {rows_max}"));
        }
        let bounds = [after, upto].into_iter().flatten().flat_map(|row| row.iter().take(table.keys));
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut found = statement.query(params_from_iter(bounds))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let values = table.columns.iter().enumerate();
            rows.push(values.map(|(index, column)| value(row.get_ref(index)?, column.kind)).collect::<Result<_, _>>()?);
        }
        Ok(rows)
    }

    pub fn claim(&self) -> Result<bool, StoreError> {
        self.connection.execute(
            "insert into copying (began_ms) select ?1
             where not exists (select 1 from copying) and not exists (select 1 from site)",
            [now_ms()],
        )?;
        Ok(self.connection.query_row(CLAIMED, [], |row| row.get(0))?)
    }

    pub fn apply(&mut self, table: &Table, difference: &Difference) -> Result<bool, StoreError> {
        let names = table.column_names();
        let place = names.iter().take(table.keys).map(|name| format!("{name} = ?")).collect::<Vec<_>>().join(" and ");
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if !transaction.query_row(CLAIMED, [], |row| row.get::<_, bool>(0))? {
            return Ok(false);
        }
        for row in &difference.gone {
            let sql = format!("delete from {} where {place}", table.name);
            transaction.prepare_cached(&sql)?.execute(params_from_iter(key(table, row)))?;
        }
        for (old, new) in difference.changed() {
            let columns = names.iter().zip(old.iter().zip(new));
            let (set, values): (Vec<_>, Vec<_>) = columns
                .filter(|(_, (old, new))| old != new)
                .map(|(name, (_, new))| (format!("{name} = ?"), new))
                .unzip();
            let sql = format!("update {} set {} where {place}", table.name, set.join(", "));
            transaction.prepare_cached(&sql)?.execute(params_from_iter(values.into_iter().chain(key(table, new))))?;
        }
        let marks = vec!["?"; names.len()].join(", ");
        let sql = format!("insert into {} ({}) values ({marks})", table.name, names.join(", "));
        for row in &difference.new {
            transaction.prepare_cached(&sql)?.execute(params_from_iter(row))?;
        }
        transaction.commit()?;
        Ok(true)
    }
}

fn key<'a>(table: &Table, row: &'a Row) -> impl Iterator<Item = &'a Value> {
    row.iter().take(table.keys)
}

fn value(found: ValueRef<'_>, kind: Kind) -> Result<Value, StoreError> {
    let unreadable = || StoreError::Unreadable("a value of another kind");
    Ok(match (found, kind) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Integer(number), Kind::Number) => Value::Number(number),
        (ValueRef::Integer(number), Kind::Flag) => Value::Flag(number != 0),
        (ValueRef::Blob(bytes), Kind::Bytes) => Value::Bytes(bytes.to_vec()),
        (ValueRef::Text(text), Kind::Text) => {
            Value::Text(std::str::from_utf8(text).map_err(|_| unreadable())?.to_owned())
        }
        _ => return Err(unreadable()),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Number(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Self::Flag(flag) => ToSqlOutput::Borrowed(ValueRef::Integer((*flag).into())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}
