-- Customers to put right, as they arrive: one row for each response that says that its customer is lost, or would
-- forgive. Their words stay in `response`; here is what the shop did, with a retention of its own.
create table recovery (
    survey blob not null references survey (id),
    rid blob not null check (length(rid) = 8),
    site integer not null references site (id),
    -- When the first of its frames came.
    received_ms integer not null,
    -- 1 lost, 0 waits to be put right.
    lost integer not null check (lost in (0, 1)),
    seen_ms integer,
    answered_ms integer,
    -- One line of the shop's own.
    note text,
    primary key (survey, rid)
) strict, without rowid;

create index recovery_newest on recovery (site, received_ms);

-- Days that these rows are kept.
alter table site add column desk_days integer not null default 90;

-- Whether the session is that of a screen in the shop, which lasts for thirty days and not for an evening.
alter table session add column lasting integer not null default 0 check (lasting in (0, 1));
