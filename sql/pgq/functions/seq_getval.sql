-- pgq.seq_getval(i_seq_name): last value of a sequence (a fresh one counts as its start value).
create or replace function pgq.seq_getval(i_seq_name text)
returns bigint as $$
declare
    res bigint;
begin
    execute 'select last_value from ' || pgq.quote_fqname(i_seq_name) into res;
    return res;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
