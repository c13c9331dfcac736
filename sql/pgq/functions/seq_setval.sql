-- pgq.seq_setval(i_seq_name, i_new_value): moves a sequence forward, never backwards. Returns its resulting value.
-- Called by: external ticker, sequence replication.
create or replace function pgq.seq_setval(i_seq_name text, i_new_value bigint)
returns bigint as $$
declare
    res     bigint;
    fqname  text := pgq.quote_fqname(i_seq_name);
begin
    execute 'select last_value from ' || fqname into res;
    if res < i_new_value then
        perform pg_catalog.setval(fqname, i_new_value);
        return i_new_value;
    end if;
    return res;
end;
$$ language plpgsql strict;
