-- Daily counts by everything that a filter of the results may name, in addition to those of `daily`: a row holds all
-- counts of one survey, day, proof, channel and language (docs/storage.md). Changed in the transaction that changes
-- `daily`, of which they are the same responses.
create table daily_part (
    survey blob not null references survey (id),
    ver integer not null,
    day integer not null,
    verified integer not null check (verified in (0, 1)),
    channel integer not null,
    -- 255 where the language is not known: the response was deleted before there were parts, or is not moved yet.
    locale integer not null,
    counts blob not null,
    primary key (survey, ver, day, verified, channel, locale)
) strict, without rowid;

-- Earlier surveys. Their responses up to this id are counted under their language; the others are moved step by step.
create table part_due (
    survey blob not null primary key references survey (id),
    rid blob not null
) strict, without rowid;

insert into part_due (survey, rid)
select id, x'' from survey where exists (select 1 from daily where daily.survey = survey.id);

-- A list of words finds those that its filter wants without reading the others.
drop index response_words;

create index response_words on response
    (survey, day, rid, class, flags, primary_cause, locale, channel, verified) where verbatim is not null;

-- When a page of a site last asked for its survey, to the minute; nothing of who did.
create table site_seen (
    site integer not null primary key references site (id),
    seen_ms integer not null
) strict, without rowid;
