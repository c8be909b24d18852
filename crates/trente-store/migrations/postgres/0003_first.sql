-- The first that PostgreSQL has: what 0001 to 0003 make of a SQLite database. Both stores share one series of
-- numbers. Every key, unique constraint and join contains a survey or a site, and there are no sequences and no
-- triggers, so that the tables can be distributed by survey (Citus, YugabyteDB). bytea is compared byte by byte, as
-- SQLite compares blobs.

-- A merchant's site: its public name, its secret key for signing orders.
create table site (
    id bigint primary key,
    name text not null unique,
    key bytea not null check (octet_length(key) = 32),
    created_ms bigint not null,
    any_origin boolean not null default false
);

-- Exact origins that the widget may stand on.
create table site_origin (
    site bigint not null references site (id),
    origin text not null,
    primary key (site, origin)
);

-- A published definition never changes; an edit publishes a new one and old frames keep their meaning.
create table survey (
    id bytea primary key check (octet_length(id) = 4),
    site bigint not null references site (id),
    definition text not null,
    current boolean not null,
    created_ms bigint not null
);

create unique index survey_current on survey (site) where current;

-- Raised by every change of what the service keeps in memory, so that a look at one number tells whether to read on.
create table catalog (version bigint not null);
insert into catalog (version) values (0);

-- Frames that are durable and acknowledged but not folded yet. survey and rid are the frame's own, so that the frames
-- of one response are found by the key; id is made of the time and of a counter, so that the oldest come first.
create table inbox (
    survey bytea not null,
    rid bytea not null,
    id bigint not null,
    received_ms bigint not null,
    verified boolean not null,
    frame bytea not null,
    primary key (survey, rid, id)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000);

create index inbox_age on inbox (id);

-- Frames that could not be folded, which no frame that was accepted should be: kept, never dropped.
create table stray (
    survey bytea not null,
    rid bytea not null,
    id bigint not null,
    received_ms bigint not null,
    verified boolean not null,
    frame bytea not null,
    primary key (survey, rid, id)
);

-- One row per response: its winning frame, and what the collector makes of it.
create table response (
    survey bytea not null,
    rid bytea not null check (octet_length(rid) = 8),
    -- Earliest day of arrival, days since 1970, age of the frame taken off.
    day bigint not null,
    verified boolean not null,
    rev smallint not null,
    -- Key of the aggregate: fast, family, answers.
    key bigint not null,
    elapsed smallint not null,
    locale smallint not null,
    -- 255 is none, as on the wire.
    score smallint not null,
    class smallint not null,
    flags integer not null,
    primary_cause smallint,
    secondary_cause smallint,
    channel smallint not null,
    verbatim text,
    frame bytea not null,
    primary key (survey, rid)
);

-- Counts of responses, changed in the transaction that changes the response. kind: 0 answers by key, 1 elapsed
-- bucket, 2 extra (0 with a verbatim, 1 with another score than ours), 3 answers to an extra question of this survey
-- (key = question << 16 | code).
create table daily (
    survey bytea not null,
    ver smallint not null,
    day bigint not null,
    verified boolean not null,
    channel smallint not null,
    kind smallint not null,
    key bigint not null,
    n bigint not null check (n >= 0),
    primary key (survey, ver, day, verified, channel, kind, key)
);

-- One row while this database is the target of a copy that no service has used yet. A service deletes it when it
-- starts, and a copy writes only while it is there: so a copy can go on, and never takes back what came in since.
create table copying (began_ms bigint not null);
