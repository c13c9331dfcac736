-- londiste.global_update_seq(i_queue_name, i_seq_name, i_value): a value that the root has published arrives; a local sequence is moved there.
-- 200 Sequence updated; 402 Must not run on root node; 404 Set not found: q. Error: sequence does not exist: s.
-- Locks the seq_info row. Called by: workers for event londiste.update-seq, create-branch, create-leaf, add-seq.
create or replace function londiste.global_update_seq(
    in i_queue_name text, in i_seq_name text, in i_value int8,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    fq_seq_name text := londiste.make_fqname(i_seq_name);
    node_type   text;
    is_local    boolean;
begin
    select n.node_type into node_type from pgq_node.node_info n where n.queue_name = i_queue_name;
    if not found then
        select 404, 'Set not found: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    if node_type = 'root' then
        select 402, 'Must not run on root node' into ret_code, ret_note;
        return;
    end if;

    insert into londiste.seq_info as i (queue_name, seq_name, last_value)
        values (i_queue_name, fq_seq_name, i_value)
        on conflict on constraint seq_info_pkey
        do update set last_value = excluded.last_value
        returning i.local into is_local;
    -- What was measured when this node was the root says nothing any more.
    delete from londiste.seq_publish where queue_name = i_queue_name and seq_name = fq_seq_name;
    if is_local then
        perform londiste._move_seq(fq_seq_name, i_value);
    end if;
    select 200, 'Sequence updated' into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
