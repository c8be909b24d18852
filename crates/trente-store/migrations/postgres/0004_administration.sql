-- As sqlite/0004_administration.sql, without triggers and sequences: no statement of ours changes a line of the audit
-- log, and numbers are given under the lock of whoever administers.

-- The key before the last rotation: what it has signed verifies until it is retired.
alter table site add column former_key bytea check (former_key is null or octet_length(former_key) = 32);

-- How long single responses are kept; their counts stay. Null keeps them.
alter table site add column retention_days bigint check (retention_days is null or retention_days between 1 and 3650);

-- Who may sign in. The hash is argon2id in the PHC format.
create table account (
    name text primary key,
    hash text not null,
    created_ms bigint not null
);

-- Only the SHA-256 of a session's id is here: who reads this table cannot sign in with it.
create table session (
    hash bytea primary key check (octet_length(hash) = 32),
    account text not null references account (name) on delete cascade,
    created_ms bigint not null,
    seen_ms bigint not null
);

create index session_of on session (account);

-- API tokens, by the SHA-256 of the token. scopes: 1 read, 2 export, 4 erase, 8 admin. No site means every site.
create table token (
    hash bytea primary key check (octet_length(hash) = 32),
    name text not null unique,
    scopes smallint not null,
    site bigint references site (id),
    created_ms bigint not null,
    expires_ms bigint,
    used_ms bigint
);

-- Every administrative act: who, what, when. Written in the transaction of the act itself.
create table audit (
    id bigint primary key,
    at_ms bigint not null,
    actor text not null,
    act text not null,
    subject text not null
);

-- Keys of responses that are gone and must not come back from an outbox: the key alone, and until when.
create table tombstone (
    survey bytea not null check (octet_length(survey) = 4),
    rid bytea not null check (octet_length(rid) = 8),
    until_ms bigint not null,
    primary key (survey, rid)
);

create index tombstone_until on tombstone (until_ms);

-- Who is told of responses.
create table webhook (
    id bigint primary key,
    site bigint not null references site (id),
    url text not null,
    secret bytea not null check (octet_length(secret) = 32),
    created_ms bigint not null,
    -- Since when no message has been delivered; null while all is well.
    failing_ms bigint
);

create index webhook_of on webhook (site);

-- Responses that a receiver has still to be told of.
create table delivery (
    survey bytea not null,
    rid bytea not null,
    webhook bigint not null references webhook (id) on delete cascade,
    due_ms bigint not null,
    tries integer not null,
    primary key (survey, rid, webhook)
);

create index delivery_due on delivery (due_ms);
