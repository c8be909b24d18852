-- A merchant's site: its public name, its secret key for signing orders.
create table site (
    id integer primary key,
    name text not null unique,
    key blob not null check (length(key) = 32),
    created_ms integer not null
) strict;

-- Exact origins that the widget may stand on.
create table site_origin (
    site integer not null references site (id),
    origin text not null,
    primary key (site, origin)
) strict, without rowid;

-- A published definition never changes; an edit publishes a new one and old frames keep their meaning.
create table survey (
    id blob not null primary key check (length(id) = 4),
    site integer not null references site (id),
    definition text not null,
    current integer not null check (current in (0, 1)),
    created_ms integer not null
) strict, without rowid;

create unique index survey_current on survey (site) where current = 1;

-- Frames that are durable and acknowledged but not folded yet. Appending in the order of the rowid is sequential.
create table inbox (
    id integer primary key,
    received_ms integer not null,
    verified integer not null check (verified in (0, 1)),
    frame blob not null
) strict;

-- Frames that could not be folded, which no frame that was accepted should be: kept, never dropped.
create table stray (
    id integer primary key,
    received_ms integer not null,
    verified integer not null,
    frame blob not null
) strict;

-- One row per response: its winning frame, and what the collector makes of it.
create table response (
    survey blob not null references survey (id),
    rid blob not null check (length(rid) = 8),
    -- Earliest day of arrival, days since 1970, age of the frame taken off.
    day integer not null,
    verified integer not null check (verified in (0, 1)),
    rev integer not null,
    -- Key of the aggregate: fast, family, answers.
    key integer not null,
    elapsed integer not null,
    locale integer not null,
    -- 255 is none, as on the wire.
    score integer not null,
    class integer not null,
    flags integer not null,
    primary_cause integer,
    secondary_cause integer,
    channel integer not null,
    verbatim text,
    frame blob not null,
    primary key (survey, rid)
) strict, without rowid;

-- Counts of responses, changed in the transaction that changes the response. kind: 0 answers by key, 1 elapsed
-- bucket, 2 extra (0 with a verbatim, 1 with another score than ours), 3 answers to an extra question of this survey
-- (key = question << 16 | code).
create table daily (
    survey blob not null references survey (id),
    ver integer not null,
    day integer not null,
    verified integer not null,
    channel integer not null,
    kind integer not null,
    key integer not null,
    n integer not null check (n >= 0),
    primary key (survey, ver, day, verified, channel, kind, key)
) strict, without rowid;
