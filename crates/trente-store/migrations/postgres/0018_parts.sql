-- As sqlite/0018_parts.sql.
create table daily_part (
    survey bytea not null,
    ver smallint not null,
    day bigint not null,
    verified boolean not null,
    channel smallint not null,
    locale smallint not null,
    counts bytea not null,
    primary key (survey, ver, day, verified, channel, locale)
);

create table part_due (
    survey bytea not null primary key,
    rid bytea not null
);

insert into part_due (survey, rid)
select id, '' from survey where exists (select 1 from daily where daily.survey = survey.id);

drop index response_words;

create index response_words on response
    (survey, day, rid, class, flags, primary_cause, locale, channel, verified) where verbatim is not null;

create table site_seen (
    site bigint not null primary key,
    seen_ms bigint not null
);
