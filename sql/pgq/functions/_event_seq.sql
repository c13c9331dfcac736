-- pgq._event_seq(i_seq_name): the id of the newest event ever inserted, 0 when there was none, NULL when there is no such sequence. Unlike seq_getval it tells
-- a fresh sequence from one that has given out its first value, so that the first event of a queue is noticed like every other.
-- Has no search_path of its own, so that it can be inlined: every name is qualified.
create or replace function pgq._event_seq(i_seq_name text)
returns bigint as $$
    select case when pg_catalog.to_regclass(i_seq_name) is not null
           then coalesce(pg_catalog.pg_sequence_last_value(pg_catalog.to_regclass(i_seq_name)), 0) end;
$$ language sql volatile;
