-- What `daily` must hold, counted from `response`: how many of its rows are missing or wrong; and which rows `daily_part`
-- must have, where an older database is not still being counted. The same SQL for SQLite and PostgreSQL. Codes of extra
-- questions (kind 3) stand only in the frames, whose layout SQL does not know, and the counts of a part only in its bytes,
-- which `parts.rs` next to this file reads.
with counted as (
    select survey, day, verified, channel, 0 as kind, key as key from response
    union all select survey, day, verified, channel, 1, elapsed from response
    union all select survey, day, verified, channel, 2, 0 from response where flags & 128 <> 0
    union all select survey, day, verified, channel, 2, 1 from response where flags & 512 <> 0
), recount as (
    select survey, 1 as ver, day, verified, channel, kind, key, count(*) as n from counted
    group by survey, day, verified, channel, kind, key
), wanted as (
    select distinct survey, 1 as ver, day, verified, channel, locale from response
    where survey not in (select survey from part_due)
), part as (
    select survey, ver, day, verified, channel, locale from daily_part
    where survey not in (select survey from part_due)
)
select (select count(*) from (select * from recount except select * from daily) as missing)
     + (select count(*) from (select * from daily where kind < 3 except select * from recount) as wrong)
     + (select count(*) from (select * from wanted except select * from part) as missing_part)
     + (select count(*) from (select * from part except select * from wanted) as empty_part)
