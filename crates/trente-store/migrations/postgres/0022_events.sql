-- As sqlite/0022_events.sql.
alter table webhook add column events smallint not null default 1 check (events between 1 and 7);

create table bulletin (
    webhook bigint not null references webhook (id) on delete cascade,
    id text not null,
    message text not null,
    kind smallint not null check (kind between 0 and 2),
    day bigint not null,
    survey bytea,
    rid bytea,
    created_ms bigint not null,
    due_ms bigint,
    tries integer not null,
    primary key (webhook, id)
);

create index bulletin_due on bulletin (due_ms) where due_ms is not null;
create index bulletin_of on bulletin (survey, rid) where rid is not null;
