-- Delivery log: the last tries to tell a receiver of something. A row names no response.
create table attempt (
    webhook integer not null references webhook (id) on delete cascade,
    number integer not null,
    at_ms integer not null,
    -- Earlier tries of the same message.
    tries integer not null,
    -- 0 delivered, 1 to be tried again, 2 given up.
    outcome integer not null check (outcome between 0 and 2),
    -- The status that the receiver answered, or what kept it from answering; empty when it was delivered.
    said text not null,
    primary key (webhook, number)
) strict, without rowid;
