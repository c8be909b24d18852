-- What people are sent by mail: a row for each account that has said where to.
create table mail_choice (
    account text primary key not null references account (name) on delete cascade,
    address text not null,
    -- As in BCP 47.
    language text not null,
    -- Alerts: 0 none, 1 one mail a day, 2 at once.
    alerts integer not null check (alerts between 0 and 2),
    -- The weekly digest.
    digest integer not null check (digest in (0, 1)),
    -- What happened before is not told.
    since_ms integer not null,
    -- Signs the links that end the mails.
    secret blob not null check (length(secret) = 32)
) strict, without rowid;

-- Mails that wait, were sent, or were given up. A row names what a mail is about and has no word of it: the mail is
-- written when it is sent. What is done with stays for a while, so that nothing is told twice.
create table notice (
    id text primary key not null,
    account text not null references account (name) on delete cascade,
    site integer not null references site (id),
    -- 0 the weekly digest, 1 one customer, 2 the alerts of a day.
    kind integer not null check (kind between 0 and 2),
    -- The last day that it tells of, in days since 1970.
    day integer not null,
    -- The response of the one customer.
    survey blob,
    rid blob,
    created_ms integer not null,
    -- When it is tried next; null when it is done with.
    due_ms integer,
    tries integer not null,
    -- 0 waits, 1 sent, 2 refused, 3 given up, 4 nothing was left to tell.
    outcome integer not null check (outcome between 0 and 4)
) strict, without rowid;

create index notice_due on notice (due_ms) where due_ms is not null;
create index notice_of on notice (survey, rid) where rid is not null;
create index notice_account on notice (account);

-- The newest customers to put right, of all sites.
create index recovery_received on recovery (received_ms);
