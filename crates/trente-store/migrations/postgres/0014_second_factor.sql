-- As sqlite/0014_second_factor.sql.
create table second_factor (
    account text not null references account (name) on delete cascade,
    confirmed boolean not null,
    secret bytea not null check (octet_length(secret) = 20),
    step bigint not null,
    primary key (account, confirmed)
);

create table recovery_code (
    account text not null references account (name) on delete cascade,
    hash bytea not null check (octet_length(hash) = 32),
    primary key (account, hash)
);

alter table session add column stage smallint not null default 0 check (stage between 0 and 2);
