-- londiste.global_remove_seq(i_queue_name, i_seq_name): the queue no longer carries this sequence. 200 Sequence removed: s; 400 Sequence not found: s.
create or replace function londiste.global_remove_seq(
    in i_queue_name text, in i_seq_name text,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_name text := londiste.make_fqname(i_seq_name);
begin
    delete from londiste.seq_info where queue_name = i_queue_name and seq_name = fq_name;
    if not found then
        select 400, 'Sequence not found: ' || fq_name into ret_code, ret_note;
        return;
    end if;
    if pgq_node.is_root_node(i_queue_name) then
        perform londiste.root_notify_change(i_queue_name, 'londiste.remove-seq', fq_name);
    end if;
    perform londiste._note_cycle(i_queue_name, fq_name, false);
    select 200, 'Sequence removed: ' || fq_name into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
