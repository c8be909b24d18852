-- As sqlite/0008_bundles.sql.
create table bundle_file (
    bundle bytea not null check (octet_length(bundle) = 32),
    path text not null,
    seen_ms bigint not null,
    content bytea not null,
    primary key (bundle, path)
);
