-- As sqlite/0013_rights.sql.
alter table account add column role smallint not null default 1 check (role between 1 and 3);

alter table account add column every_site boolean not null default true;

create table account_site (
    account text not null references account (name) on delete cascade,
    site bigint not null references site (id) on delete cascade,
    primary key (account, site)
);
