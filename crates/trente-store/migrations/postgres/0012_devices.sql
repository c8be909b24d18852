-- As sqlite/0012_devices.sql.
create table device (
    hash bytea primary key check (octet_length(hash) = 32),
    account text not null references account (name) on delete cascade,
    created_ms bigint not null
);

create index device_of on device (account);

alter table session add column device bytea check (device is null or octet_length(device) = 32);
