-- As sqlite/0024_closed.sql.
alter table site add column closed_ms bigint;
