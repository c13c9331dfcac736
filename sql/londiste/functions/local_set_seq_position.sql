-- londiste.local_set_seq_position(i_queue_name, i_seq_name, i_last_value, i_is_called): sets a sequence of this node exactly as setval does, also back, so that a new root goes on with the
-- very next value of the old one. What was published and measured before says nothing any more: as root the node publishes anew, from there.
-- 200 Sequence position set: s; 404 Sequence not found: s (not of this queue, not taken by this node, or not in this database). Error: a value out of the sequence's limits.
-- Locks the seq_info row. Called by: planned switches, on a node that does not replay updates of the sequence any more.
create or replace function londiste.local_set_seq_position(
    in i_queue_name text, in i_seq_name text, in i_last_value int8, in i_is_called boolean,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    fq_seq_name text := londiste.make_fqname(i_seq_name);
    seq_oid     oid := londiste.find_seq_oid(londiste.make_fqname(i_seq_name));
begin
    if seq_oid is not null then
        update londiste.seq_info
            set last_value = i_last_value
            where queue_name = i_queue_name and seq_name = fq_seq_name and local;
    end if;
    if seq_oid is null or not found then
        select 404, 'Sequence not found: ' || fq_seq_name into ret_code, ret_note;
        return;
    end if;
    delete from londiste.seq_publish where queue_name = i_queue_name and seq_name = fq_seq_name;
    perform pg_catalog.setval(seq_oid::regclass, i_last_value, i_is_called);
    select 200, 'Sequence position set: ' || fq_seq_name into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
