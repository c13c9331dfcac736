-- pgq._event_seq(i_seq_name): the id of the newest event ever inserted, 0 when there was none. Unlike seq_getval it tells a fresh sequence from one that
-- has given out its first value, so that the first event of a queue is noticed like every other.
-- Has no search_path of its own, so that it can be inlined: every name is qualified.
create or replace function pgq._event_seq(i_seq_name text)
returns bigint as $$
    select coalesce(pg_catalog.pg_sequence_last_value(i_seq_name::pg_catalog.regclass), 0);
$$ language sql volatile;
