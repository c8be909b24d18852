-- Where a customer who asks to be put right can be replied to, sealed with a key that is not in the database. It belongs to
-- a response, never to a frame, and goes with it, or earlier.
create table contact (
    survey blob not null references survey (id),
    rid blob not null check (length(rid) = 8),
    received_ms integer not null,
    -- The revision that it came with: a later one may say that nothing is to be put right.
    rev integer not null,
    -- Whether it came with a proof of the purchase: then only another with a proof takes its place.
    verified integer not null check (verified in (0, 1)),
    -- Which key opens it: the first bytes of its hash.
    key blob not null check (length(key) = 4),
    -- Nonce, then the ciphertext with its tag.
    sealed blob not null,
    primary key (survey, rid)
) strict, without rowid;

-- Days that these rows are kept.
alter table site add column contact_days integer not null default 30;
