-- londiste.get_valid_pending_fkeys(i_queue_name): waiting foreign keys that this queue's worker may restore now: those of its two tables that are replicated here are in sync, in
-- every queue that carries them, and this queue is the elected one of those. Where none is replicated any more, or only published from here, whoever asks may: the command
-- that removed the last one, or any worker.
create or replace function londiste.get_valid_pending_fkeys(i_queue_name text)
returns setof londiste.pending_fkeys as $$
    with regs as (
        select p.from_table, p.to_table, p.fkey_name, p.fkey_def, t.queue_name, t.merge_state, t.custom_snapshot,
               n.node_type, c.node_type as combined_type
        from londiste.pending_fkeys p
        -- a row for each side, since a join on "one or the other" would compare all keys with all tables
        cross join lateral (values (p.from_table), (p.to_table)) side (table_name)
        left join (londiste.table_info t
                   join pgq_node.node_info n on n.queue_name = t.queue_name
                   left join pgq_node.node_info c on c.queue_name = n.combined_queue)
            on t.local and coalesce(t.dest_table, t.table_name) = side.table_name
    )
    select r.from_table, r.to_table, r.fkey_name, r.fkey_def
    from regs r
    group by 1, 2, 3, 4
    having bool_and(r.queue_name is null or r.merge_state is not distinct from 'ok' and r.custom_snapshot is null)
        and i_queue_name = coalesce(
            min(r.queue_name) filter (where r.node_type = 'leaf' and r.combined_type = 'root'),
            min(r.queue_name) filter (where r.node_type = 'branch' and exists (
                select 1 from pgq_node.node_info part where part.combined_queue = r.queue_name)),
            min(r.queue_name) filter (where r.node_type <> 'root'),    -- a root's worker reads no batches
            i_queue_name)
    order by 1, 3;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
