-- The widget's files of this release and of those before it, so that a page with a cached or pinned loader finds them
-- after an upgrade, whichever collector it asks. One row a file; content is compressed with Brotli.
create table bundle_file (
    -- The SHA-256 of the bundle's paths and contents.
    bundle blob not null check (length(bundle) = 32),
    path text not null,
    -- When a collector with this bundle last started, milliseconds since 1970; the same in all its rows.
    seen_ms integer not null,
    content blob not null,
    primary key (bundle, path)
) strict;
