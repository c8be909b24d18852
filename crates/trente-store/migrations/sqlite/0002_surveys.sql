-- Whether the widget may also stand on pages of any other origin, and on those that have none (`Origin: null`).
alter table site add column any_origin integer not null default 0 check (any_origin in (0, 1));

-- A published survey is what its frames mean, so neither it nor its name ever changes; only `current` does.
create trigger survey_unchanged before update of id, site, definition, created_ms on survey
begin
    select raise(abort, 'a published survey never changes');
end;

create trigger survey_kept before delete on survey
begin
    select raise(abort, 'a published survey is kept');
end;

-- `insert or replace` would delete without asking the trigger above.
create trigger survey_once before insert on survey when exists (select 1 from survey where id = new.id)
begin
    select raise(abort, 'a survey is published once');
end;

-- Raised by every change of what the service keeps in memory, so that a look at one number tells whether to read on.
-- SQLite's own data_version would not do: every stored answer changes it.
create table catalog (version integer not null) strict;
insert into catalog (version) values (0);

create trigger site_added after insert on site begin update catalog set version = version + 1; end;
create trigger site_changed after update on site begin update catalog set version = version + 1; end;
create trigger site_removed after delete on site begin update catalog set version = version + 1; end;
create trigger origin_added after insert on site_origin begin update catalog set version = version + 1; end;
create trigger origin_changed after update on site_origin begin update catalog set version = version + 1; end;
create trigger origin_removed after delete on site_origin begin update catalog set version = version + 1; end;
create trigger survey_added after insert on survey begin update catalog set version = version + 1; end;
create trigger survey_chosen after update on survey begin update catalog set version = version + 1; end;
