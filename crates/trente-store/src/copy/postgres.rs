//! PostgreSQL endpoint of a copy.

use bytes::BytesMut;
use deadpool_postgres::Pool;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::rows::{Difference, Row, Value};
use super::tables::{Column, Kind, Table};
use crate::StoreError;
use crate::clock::now_ms;
use crate::postgres::connector::{Connector, Transaction};
use crate::postgres::schema;
use crate::postgres::target::Target;

/// Rows of one statement that are written: few enough that a slow server keeps its deadline.
const INSERT_ROWS: usize = 500;

/// An open database.
pub struct Server {
    connector: Connector,
    pool: Pool,
    /// The transaction that is read in.
    snapshot: Option<Transaction>,
}

impl Server {
    pub async fn source(target: &Target) -> Result<Self, StoreError> {
        let connector = Connector::new(target);
        let pool = connector.pool(1)?;
        schema::open(&connector, &pool, false).await?;
        let snapshot = connector.acquire(&pool).await?;
        snapshot.run("begin isolation level repeatable read, read only").await?;
        // The first look fixes what is seen until the end.
        snapshot.query("select version from trente", &[]).await?;
        Ok(Self { connector, pool, snapshot: Some(snapshot) })
    }

    pub async fn target(target: &Target) -> Result<Self, StoreError> {
        let connector = Connector::new(target);
        let pool = connector.pool(1)?;
        schema::open(&connector, &pool, true).await?;
        Ok(Self { connector, pool, snapshot: None })
    }

    async fn query(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<tokio_postgres::Row>, StoreError> {
        match &self.snapshot {
            Some(snapshot) => snapshot.query(sql, values).await,
            None => {
                let change = self.connector.acquire(&self.pool).await?;
                let rows = change.query(sql, values).await?;
                change.release()?;
                Ok(rows)
            }
        }
    }

    pub async fn columns(&self) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "select table_name::text, column_name::text from information_schema.columns
                   where table_schema = current_schema() order by table_name, ordinal_position";
        let rows = self.query(sql, &[]).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    pub async fn rows(
        &self,
        table: &Table,
        after: Option<&Row>,
        upto: Option<&Row>,
        rows_max: Option<usize>,
    ) -> Result<Vec<Row>, StoreError> {
        let wanted = table.columns.iter().map(|column| match column.kind {
            Kind::Number => format!("{}::bigint", column.name),
            _ => column.name.to_owned(),
        });
        // Words are ordered by their bytes, as everywhere else.
        let key = table.columns.iter().take(table.keys).map(|column| match column.kind {
            Kind::Text => format!("{} collate \"C\"", column.name),
            _ => format!("{}.{}", table.name, column.name),
        });
        let key = key.collect::<Vec<_>>().join(", ");
        let mut values: Vec<&(dyn ToSql + Sync)> = Vec::new();
        let mut sql = format!("select {} from {} where true", wanted.collect::<Vec<_>>().join(", "), table.name);
        for (bound, sign) in [(after, ">"), (upto, "<=")] {
            let Some(row) = bound else { continue };
            let mut marks = Vec::new();
            for (value, column) in row.iter().zip(table.columns).take(table.keys) {
                values.push(value);
                marks.push(format!("${}::{}", values.len(), cast(column)));
            }
            sql.push_str(&format!(" and ({key}) {sign} ({})", marks.join(", ")));
        }
        sql.push_str(&format!(" order by {key}"));
        if let Some(rows_max) = rows_max {
            sql.push_str(&format!(" limit {rows_max}"));
        }
        self.query(&sql, &values).await?.iter().map(|row| read(row, table)).collect()
    }

    pub async fn claim(&self) -> Result<bool, StoreError> {
        let change = self.connector.begin(&self.pool).await?;
        let now = i64::try_from(now_ms()).unwrap_or_default();
        let sql = "insert into copying (began_ms) select $1
                   where not exists (select 1 from copying) and not exists (select 1 from site)";
        change.execute(sql, &[&now]).await?;
        let claimed = is_claimed(&change).await?;
        change.commit().await?;
        Ok(claimed)
    }

    pub async fn apply(&self, table: &Table, difference: &Difference) -> Result<bool, StoreError> {
        let change = self.connector.begin(&self.pool).await?;
        if !is_claimed(&change).await? {
            return Ok(false);
        }
        let names = table.column_names();
        for row in &difference.gone {
            let (place, values) = place(table, row, 0);
            change.execute(&format!("delete from {} where {place}", table.name), &values).await?;
        }
        for (old, new) in difference.changed() {
            let (mut set, mut values): (Vec<String>, Vec<&(dyn ToSql + Sync)>) = (Vec::new(), Vec::new());
            for (column, (_, new)) in table.columns.iter().zip(old.iter().zip(new)).filter(|(_, (old, new))| old != new)
            {
                values.push(new);
                set.push(format!("{} = ${}::{}", column.name, values.len(), cast(column)));
            }
            let (place, key) = place(table, new, values.len());
            values.extend(key);
            change.execute(&format!("update {} set {} where {place}", table.name, set.join(", ")), &values).await?;
        }
        let derived: Vec<_> = table.derived.iter().map(|(name, _)| *name).collect();
        let into = names.iter().chain(&derived).copied().collect::<Vec<_>>().join(", ");
        let made =
            names.iter().copied().chain(table.derived.iter().map(|(_, made)| *made)).collect::<Vec<_>>().join(", ");
        let arrays = table.columns.iter().enumerate();
        let arrays = arrays.map(|(index, column)| format!("${}::{}[]", index + 1, cast(column)));
        let sql = format!(
            "insert into {} ({into}) select {made} from unnest({}) as new ({})",
            table.name,
            arrays.collect::<Vec<_>>().join(", "),
            names.join(", ")
        );
        for rows in difference.new.chunks(INSERT_ROWS) {
            let columns: Vec<Vec<&Value>> =
                (0..names.len()).map(|index| rows.iter().filter_map(|row| row.get(index)).collect()).collect();
            let values: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
            change.execute(&sql, &values).await?;
        }
        change.commit().await?;
        Ok(true)
    }

    pub async fn announce(&self) -> Result<(), StoreError> {
        let change = self.connector.begin(&self.pool).await?;
        change.execute("update catalog set version = version + 1", &[]).await?;
        change.commit().await
    }

    pub async fn close(&mut self) {
        if let Some(snapshot) = self.snapshot.take() {
            // Nothing was written: whatever the server says, nothing is lost.
            let _ = snapshot.commit().await;
        }
    }
}

/// Whether a copy into the database has begun and no service has used it since; none can until the transaction ends.
async fn is_claimed(change: &Transaction) -> Result<bool, StoreError> {
    Ok(!change.query("select 1 from copying for share", &[]).await?.is_empty())
}

/// The condition that holds for one row alone, its values numbered after the first `before`.
fn place<'a>(table: &Table, row: &'a Row, before: usize) -> (String, Vec<&'a (dyn ToSql + Sync)>) {
    let key = row.iter().zip(table.columns).take(table.keys).enumerate();
    let (conditions, values): (Vec<String>, Vec<&(dyn ToSql + Sync)>) = key
        .map(|(index, (value, column))| {
            (format!("{} = ${}::{}", column.name, before + index + 1, cast(column)), value as &(dyn ToSql + Sync))
        })
        .unzip();
    (conditions.join(" and "), values)
}

/// The type that a column's values are sent as; PostgreSQL makes smaller numbers of them itself.
const fn cast(column: &Column) -> &'static str {
    match column.kind {
        Kind::Number => "bigint",
        Kind::Flag => "boolean",
        Kind::Bytes => "bytea",
        Kind::Text => "text",
    }
}

fn read(row: &tokio_postgres::Row, table: &Table) -> Result<Row, StoreError> {
    let columns = table.columns.iter().enumerate();
    let value = |(index, column): (usize, &Column)| -> Result<Value, StoreError> {
        Ok(match column.kind {
            Kind::Number => row.try_get::<_, Option<i64>>(index)?.map_or(Value::Null, Value::Number),
            Kind::Flag => row.try_get::<_, Option<bool>>(index)?.map_or(Value::Null, Value::Flag),
            Kind::Bytes => row.try_get::<_, Option<Vec<u8>>>(index)?.map_or(Value::Null, Value::Bytes),
            Kind::Text => row.try_get::<_, Option<String>>(index)?.map_or(Value::Null, Value::Text),
        })
    };
    columns.map(value).collect()
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Number(number) => number.to_sql(ty, out),
            Self::Flag(flag) => flag.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::BOOL, Type::BYTEA, Type::TEXT].contains(ty)
    }

    to_sql_checked!();
}
