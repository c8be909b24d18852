-- The key before the last rotation: what it has signed verifies until it is retired.
alter table site add column former_key blob check (former_key is null or length(former_key) = 32);

-- How long single responses are kept; their counts stay. Null keeps them.
alter table site add column retention_days integer check (retention_days is null or retention_days between 1 and 3650);

-- Who may sign in. The hash is argon2id in the PHC format.
create table account (
    name text not null primary key,
    hash text not null,
    created_ms integer not null
) strict, without rowid;

-- Only the SHA-256 of a session's id is here: who reads this table cannot sign in with it.
create table session (
    hash blob not null primary key check (length(hash) = 32),
    account text not null references account (name) on delete cascade,
    created_ms integer not null,
    seen_ms integer not null
) strict, without rowid;

create index session_of on session (account);

-- API tokens, by the SHA-256 of the token. scopes: 1 read, 2 export, 4 erase, 8 admin. No site means every site.
create table token (
    hash blob not null primary key check (length(hash) = 32),
    name text not null unique,
    scopes integer not null,
    site integer references site (id),
    created_ms integer not null,
    expires_ms integer,
    used_ms integer
) strict, without rowid;

-- Every administrative act: who, what, when. Written in the transaction of the act itself.
create table audit (
    id integer primary key,
    at_ms integer not null,
    actor text not null,
    act text not null,
    subject text not null
) strict;

create trigger audit_unchanged before update on audit begin select raise(abort, 'the audit log never changes'); end;
create trigger audit_kept before delete on audit begin select raise(abort, 'the audit log is kept'); end;

-- Keys of responses that are gone and must not come back from an outbox: the key alone, and until when.
create table tombstone (
    survey blob not null check (length(survey) = 4),
    rid blob not null check (length(rid) = 8),
    until_ms integer not null,
    primary key (survey, rid)
) strict, without rowid;

create index tombstone_until on tombstone (until_ms);

-- Who is told of responses.
create table webhook (
    id integer primary key,
    site integer not null references site (id),
    url text not null,
    secret blob not null check (length(secret) = 32),
    created_ms integer not null,
    -- Since when no message has been delivered; null while all is well.
    failing_ms integer
) strict;

create index webhook_of on webhook (site);

-- Responses that a receiver has still to be told of.
create table delivery (
    webhook integer not null references webhook (id) on delete cascade,
    survey blob not null,
    rid blob not null,
    due_ms integer not null,
    tries integer not null,
    primary key (webhook, survey, rid)
) strict, without rowid;

create index delivery_due on delivery (due_ms);
create index delivery_of on delivery (survey, rid);
