-- londiste.local_remove_seq(i_queue_name, i_seq_name): stops replicating a sequence here; on the root everywhere. 200 Sequence removed: s; 404 Sequence not found: s.
create or replace function londiste.local_remove_seq(
    in i_queue_name text, in i_seq_name text,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_seq_name text := londiste.make_fqname(i_seq_name);
begin
    if pgq_node.is_root_node(i_queue_name) then
        select f.ret_code, f.ret_note into ret_code, ret_note from londiste.global_remove_seq(i_queue_name, fq_seq_name) f;
        return;
    end if;
    update londiste.seq_info set local = false
        where queue_name = i_queue_name and seq_name = fq_seq_name and local;
    if not found then
        select 404, 'Sequence not found: ' || fq_seq_name into ret_code, ret_note;
        return;
    end if;
    perform londiste._note_cycle(i_queue_name, fq_seq_name, false);
    select 200, 'Sequence removed: ' || fq_seq_name into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
