-- As sqlite/0023_contact.sql.
create table contact (
    survey bytea not null,
    rid bytea not null,
    received_ms bigint not null,
    rev smallint not null,
    verified boolean not null,
    key bytea not null,
    sealed bytea not null,
    primary key (survey, rid)
);

alter table site add column contact_days bigint not null default 30;
