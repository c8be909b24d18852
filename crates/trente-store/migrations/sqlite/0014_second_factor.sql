-- The second factor of an account: what its app and we share. One row may wait for its first code beside the one that
-- counts. step is the time step of the last code, so that none is taken twice.
create table second_factor (
    account text not null references account (name) on delete cascade,
    confirmed integer not null check (confirmed in (0, 1)),
    secret blob not null check (length(secret) = 20),
    step integer not null,
    primary key (account, confirmed)
) strict, without rowid;

-- Recovery codes that were not used, by their SHA-256.
create table recovery_code (
    account text not null references account (name) on delete cascade,
    hash blob not null check (length(hash) = 32),
    primary key (account, hash)
) strict, without rowid;

-- 0: signed in. 1: the password was right, the code is to come. 2: a second factor is to be set up before anything else.
alter table session add column stage integer not null default 0 check (stage between 0 and 2);
