-- londiste.global_update_seq(i_queue_name, i_seq_name, i_value): a published value arrives. 200 Sequence updated; 404 Set not found: q; 402 Must not run on root node.
create or replace function londiste.global_update_seq(
    in i_queue_name text, in i_seq_name text, in i_value int8,
    out ret_code int4, out ret_note text)
as $$
declare
    node    record;
    seq     record;
    fqname  text := londiste.make_fqname(i_seq_name);
begin
    select n.node_type into node from pgq_node.node_info n where n.queue_name = i_queue_name;
    if not found then
        select 404, 'Set not found: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    if node.node_type = 'root' then
        select 402, 'Must not run on root node' into ret_code, ret_note;
        return;
    end if;
    insert into londiste.seq_info (queue_name, seq_name, last_value)
        values (i_queue_name, fqname, i_value)
        on conflict on constraint seq_info_pkey do update set last_value = excluded.last_value
        returning local into seq;
    if seq.local then
        perform londiste._move_seq(fqname, i_value);
    end if;
    select 200, 'Sequence updated' into ret_code, ret_note;
end;
$$ language plpgsql strict;
