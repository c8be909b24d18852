-- The site's own time zone, by its name in the IANA database: it says which day is yesterday.
alter table site add column time_zone text not null default 'UTC';

-- A site whose answers are invented, to look at; every page of it says so.
alter table site add column demonstration integer not null default 0 check (demonstration in (0, 1));

-- The words of customers, newest first, are read without going through all responses.
create index response_words on response (survey, day, rid) where verbatim is not null;
