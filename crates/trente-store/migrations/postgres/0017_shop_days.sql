-- As sqlite/0017_shop_days.sql.
create table annotation (
    site bigint not null,
    day bigint not null,
    id bigint not null,
    text text not null,
    primary key (site, day, id)
);

create table orders_asked (
    site bigint not null,
    day bigint not null,
    n bigint not null check (n >= 0),
    primary key (site, day)
);
