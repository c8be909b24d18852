-- As sqlite/0019_mail.sql.
create table mail_choice (
    account text primary key references account (name) on delete cascade,
    address text not null,
    language text not null,
    alerts smallint not null check (alerts between 0 and 2),
    digest boolean not null,
    since_ms bigint not null,
    secret bytea not null check (octet_length(secret) = 32)
);

create table notice (
    id text primary key,
    account text not null references account (name) on delete cascade,
    site bigint not null,
    kind smallint not null check (kind between 0 and 2),
    day bigint not null,
    survey bytea,
    rid bytea,
    created_ms bigint not null,
    due_ms bigint,
    tries bigint not null,
    outcome smallint not null check (outcome between 0 and 4)
);

create index notice_due on notice (due_ms) where due_ms is not null;
create index notice_of on notice (survey, rid) where rid is not null;
create index notice_account on notice (account);

create index recovery_received on recovery (received_ms);
