-- What an account may do, and at which sites. role: 1 owner, 2 team, 3 desk. Whoever is there already owns everything.
alter table account add column role integer not null default 1 check (role between 1 and 3);

-- Without it an account sees the sites of account_site alone, and none where there are none.
alter table account add column every_site integer not null default 1 check (every_site in (0, 1));

create table account_site (
    account text not null references account (name) on delete cascade,
    site integer not null references site (id) on delete cascade,
    primary key (account, site)
) strict, without rowid;
