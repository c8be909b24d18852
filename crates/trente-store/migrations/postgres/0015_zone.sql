-- As sqlite/0015_zone.sql.
alter table site add column time_zone text not null default 'UTC';

alter table site add column demonstration boolean not null default false;

create index response_words on response (survey, day, rid) where verbatim is not null;
