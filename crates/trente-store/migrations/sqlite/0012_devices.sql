-- Browsers that have signed in before, by the SHA-256 of their device cookie: strangers who guess at an account do not
-- keep them out.
create table device (
    hash blob not null primary key check (length(hash) = 32),
    account text not null references account (name) on delete cascade,
    created_ms integer not null
) strict, without rowid;

create index device_of on device (account);

-- The device cookie that the browser of a session got with it.
alter table session add column device blob check (device is null or length(device) = 32);
