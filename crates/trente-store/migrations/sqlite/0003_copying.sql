-- One row while this database is the target of a copy that no service has used yet. A service deletes it when it
-- starts, and a copy writes only while it is there: so a copy can go on, and never takes back what came in since.
create table copying (began_ms integer not null) strict;
