-- The ledger of erasures: the key of each erased response and when, appended and kept for ever. A backup that is older
-- than an erasure still has the response; a restore erases again what this list names.
create table erasure (
    survey blob not null check (length(survey) = 4),
    rid blob not null check (length(rid) = 8),
    at_ms integer not null,
    primary key (survey, rid)
) strict, without rowid;

create index erasure_at on erasure (at_ms);

create trigger erasure_unchanged before update on erasure begin select raise(abort, 'the ledger of erasures never changes'); end;
create trigger erasure_kept before delete on erasure begin select raise(abort, 'the ledger of erasures is kept'); end;

-- Tombstones of erasures used to end after 14 days, which is less than a frame can be replayed.
update tombstone set until_ms = until_ms + 8640000000;
