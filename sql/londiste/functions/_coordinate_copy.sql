-- londiste._coordinate_copy(i_queue_name, i_table_name): who copies first when a table is merged from several queues.
-- copy_role: lead, wait-copy, wait-replay or NULL (nothing to wait for); copy_pos: for a part that is
-- itself copying, how many queues of smaller name are, too. Both are what SkyTools' function says in every state: its workers hold a copy back by them, and one
-- that is catching up copies nothing any more.
create or replace function londiste._coordinate_copy(
    in i_queue_name text, in i_table_name text,
    out copy_role text, out copy_pos int4)
as $$
declare
    mine        record;
    q_part      record;
    total       integer := 0;
    done        integer := 0;
    lead        text;
    ddl_queue   text;
begin
    copy_pos := 0;
    select coalesce(t.dest_table, t.table_name) as dest, t.merge_state, n.combined_queue into mine
        from londiste.table_info t
        join pgq_node.node_info n on n.queue_name = t.queue_name
        where t.queue_name = i_queue_name and t.table_name = i_table_name;
    if not found then
        return;
    end if;
    for q_part in
        select t.queue_name, t.merge_state, t.dropped_ddl is not null as has_ddl
        from londiste.table_info t
        join pgq_node.node_info n on n.queue_name = t.queue_name
        where coalesce(t.dest_table, t.table_name) = mine.dest and t.local
            and coalesce(t.merge_state, '') <> 'ok'
            and n.combined_queue is not distinct from mine.combined_queue
        order by 1
    loop
        total := total + 1;
        if q_part.merge_state is not null and q_part.merge_state <> 'in-copy' then
            done := done + 1;
        end if;
        if q_part.has_ddl and ddl_queue is null then
            ddl_queue := q_part.queue_name;
        end if;
        lead := coalesce(lead, q_part.queue_name);
        if q_part.queue_name < i_queue_name and q_part.merge_state = 'in-copy' and mine.merge_state = 'in-copy' then
            copy_pos := copy_pos + 1;
        end if;
    end loop;
    lead := coalesce(ddl_queue, lead);
    if total < 2 then
        return;
    end if;

    if i_queue_name = lead then
        if mine.merge_state = 'in-copy' then
            copy_pos := 0;
            if ddl_queue is null and done > 0 then
                copy_role := 'wait-replay';
            elsif done < total then
                copy_role := 'lead';
            end if;
        elsif mine.merge_state = 'catching-up' and ddl_queue is not null and done < total then
            copy_role := 'wait-replay';
        end if;
    elsif mine.merge_state = 'in-copy' then
        copy_role := case when ddl_queue is not null or done > 0 then 'wait-replay' else 'wait-copy' end;
    elsif mine.merge_state = 'catching-up' and ddl_queue is not null then
        copy_role := 'wait-replay';
    end if;
end;
$$ language plpgsql strict stable set search_path = pg_catalog, pg_temp;
