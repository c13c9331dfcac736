-- pgq._event_seq(i_seq_name): the id of the newest event ever inserted, 0 when there was none. Unlike seq_getval it tells a fresh sequence from one that
-- has given out its first value, so that the first event of a queue is noticed like every other.
create or replace function pgq._event_seq(i_seq_name text)
returns bigint as $$
    select coalesce(pg_catalog.pg_sequence_last_value(i_seq_name::regclass), 0);
$$ language sql volatile;
