-- What the shop says of its days. Annotations stand on the chart of the overview; several may be of one day.
create table annotation (
    site integer not null references site (id),
    day integer not null,
    id integer not null,
    text text not null,
    primary key (site, day, id)
) strict, without rowid;

-- How many orders were asked on a day: without it a share of answers is not known.
create table orders_asked (
    site integer not null references site (id),
    day integer not null,
    n integer not null check (n >= 0),
    primary key (site, day)
) strict, without rowid;
