-- What `daily` must hold, counted from `response`: how many of its rows are missing or wrong. The same SQL for SQLite and
-- PostgreSQL. Codes of extra questions (kind 3) stand only in the frames, whose layout SQL does not know.
with counted as (
    select survey, day, verified, channel, 0 as kind, key as key from response
    union all select survey, day, verified, channel, 1, elapsed from response
    union all select survey, day, verified, channel, 2, 0 from response where flags & 128 <> 0
    union all select survey, day, verified, channel, 2, 1 from response where flags & 512 <> 0
), recount as (
    select survey, 1 as ver, day, verified, channel, kind, key, count(*) as n from counted
    group by survey, day, verified, channel, kind, key
)
select (select count(*) from (select * from recount except select * from daily) as missing)
     + (select count(*) from (select * from daily where kind < 3 except select * from recount) as wrong)
