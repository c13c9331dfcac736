-- pgq.seq_setval(i_seq_name, i_new_value): moves a sequence forward, never backwards. Returns its resulting value.
-- A fresh sequence stands before its first value: setting it to that value is a move, so that nextval does not give it out again.
-- Called by: the external ticker, sequence replication.
create or replace function pgq.seq_setval(i_seq_name text, i_new_value bigint)
returns bigint as $$
declare
    fqname  text := pgq.quote_fqname(i_seq_name);
    cur     record;
begin
    execute format('select last_value, is_called from %s', fqname) into cur;
    if cur.last_value < i_new_value or (cur.last_value = i_new_value and not cur.is_called) then
        return setval(fqname::regclass, i_new_value);
    end if;
    return cur.last_value;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
