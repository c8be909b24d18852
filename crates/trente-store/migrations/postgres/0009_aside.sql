-- As sqlite/0009_aside.sql.

-- Whether a frame contradicts what a customer on another network has answered before. It is kept, and displaces none that
-- does not.
alter table inbox add column aside boolean not null default false;

-- Whether the winning frame is one of those, because there is no other.
alter table response add column aside boolean not null default false;

-- How many rows of `aside` are of this response.
alter table response add column asides bigint not null default 0;

-- Every such frame of a response that is folded, the winning one too. day is its own, as in `response`.
create table aside (
    survey bytea not null,
    rid bytea not null,
    frame bytea not null,
    day bigint not null,
    primary key (survey, rid, frame)
);
