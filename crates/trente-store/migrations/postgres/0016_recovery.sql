-- As sqlite/0016_recovery.sql.
create table recovery (
    survey bytea not null,
    rid bytea not null,
    site bigint not null,
    received_ms bigint not null,
    lost boolean not null,
    seen_ms bigint,
    answered_ms bigint,
    note text,
    primary key (survey, rid)
);

create index recovery_newest on recovery (site, received_ms);

alter table site add column desk_days bigint not null default 90;

alter table session add column lasting boolean not null default false;
