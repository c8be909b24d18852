-- When the receiver answered 410 Gone: it is told nothing more, and stays in the list until it is removed.
alter table webhook add column gone_ms integer;
