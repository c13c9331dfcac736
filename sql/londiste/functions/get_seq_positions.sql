-- londiste.get_seq_positions(i_queue_name): where the sequences of this node are, exactly: last_value and is_called of each, in the order they were added. NULLs for one that does not
-- exist. Those who may not read a sequence itself may call this. Called by: planned switches.
create or replace function londiste.get_seq_positions(
    in i_queue_name text,
    out seq_name text, out last_value int8, out is_called boolean)
returns setof record as $$
declare
    seq_oid oid;
begin
    for seq_name, seq_oid in
        select s.seq_name, londiste.find_seq_oid(s.seq_name)
        from londiste.seq_info s
        where s.queue_name = i_queue_name and s.local
        order by s.nr
    loop
        last_value := null;
        is_called := null;
        if seq_oid is not null then
            execute format('select s.last_value, s.is_called from %s s', seq_oid::pg_catalog.regclass) into last_value, is_called;
        end if;
        return next;
    end loop;
end;
$$ language plpgsql strict security definer set search_path = pg_catalog, pg_temp;
