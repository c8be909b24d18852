-- As sqlite/0005_erasures.sql, without triggers: no statement of ours changes or deletes a line of the ledger.
create table erasure (
    survey bytea not null check (octet_length(survey) = 4),
    rid bytea not null check (octet_length(rid) = 8),
    at_ms bigint not null,
    primary key (survey, rid)
);

create index erasure_at on erasure (at_ms);

update tombstone set until_ms = until_ms + 8640000000;
