-- pgq._wake_ticker(): nobody can wait without C. The ticker looks for itself.
create or replace function pgq._wake_ticker()
returns void as '' language sql;
