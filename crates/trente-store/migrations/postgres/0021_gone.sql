-- As sqlite/0021_gone.sql.
alter table webhook add column gone_ms bigint;
