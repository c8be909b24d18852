-- Kinds of messages that a webhook gets: 1 responses, 2 alerts, 4 the weekly digest, added up.
alter table webhook add column events integer not null default 1 check (events between 1 and 7);

-- Messages of alerts and digests that wait for a webhook, or were settled. A row names what a message is about and has no
-- word of it: the message is written when it is sent. What is settled stays for a while, so that nothing is told twice.
create table bulletin (
    webhook integer not null references webhook (id) on delete cascade,
    id text not null,
    -- What the receiver knows the message by: drawn, so that it leads to no response.
    message text not null,
    -- As the kinds of `notice`: 0 the weekly digest, 1 one customer, 2 the alerts of a day.
    kind integer not null check (kind between 0 and 2),
    -- The last day that it tells of, in days since 1970.
    day integer not null,
    -- The response of the one customer.
    survey blob,
    rid blob,
    created_ms integer not null,
    -- When it is tried next; null when it is settled.
    due_ms integer,
    tries integer not null,
    primary key (webhook, id)
) strict, without rowid;

create index bulletin_due on bulletin (due_ms) where due_ms is not null;
create index bulletin_of on bulletin (survey, rid) where rid is not null;
