-- When the site was closed: it asks no customer and takes no answer until it is opened again. Null while it is open.
alter table site add column closed_ms integer;
