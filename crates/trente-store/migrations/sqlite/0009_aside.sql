-- Whether a frame contradicts what a customer on another network has answered before. It is kept, and displaces none that
-- does not.
alter table inbox add column aside integer not null default 0 check (aside in (0, 1));

-- Whether the winning frame is one of those, because there is no other.
alter table response add column aside integer not null default 0 check (aside in (0, 1));

-- How many rows of `aside` are of this response.
alter table response add column asides integer not null default 0;

-- Every such frame of a response that is folded, the winning one too. day is its own, as in `response`.
create table aside (
    survey blob not null,
    rid blob not null,
    frame blob not null,
    day integer not null,
    primary key (survey, rid, frame)
) strict, without rowid;
