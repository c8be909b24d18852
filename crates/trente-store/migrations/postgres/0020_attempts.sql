-- As sqlite/0020_attempts.sql.
create table attempt (
    webhook bigint not null references webhook (id) on delete cascade,
    number bigint not null,
    at_ms bigint not null,
    tries integer not null,
    outcome smallint not null check (outcome between 0 and 2),
    said text not null,
    primary key (webhook, number)
);
