-- londiste._settle_dropped_ddl(i_queue_name, i_dest, i_ddl): the copy that had taken this away from table i_dest is given up. Called by: local_remove_table,
-- table_info_trigger.
--
-- Where other queues of a merge are filling the table, one of them puts it back when all have copied: their rows may be there already. Else the table is
-- emptied, since half copied rows would not satisfy what is put back.
create or replace function londiste._settle_dropped_ddl(i_queue_name text, i_dest text, i_ddl text)
returns void as $$
declare
    heir    record;
    role    text := current_setting('session_replication_role');
begin
    select t.queue_name, t.table_name into heir
        from londiste.table_info t
        join pgq_node.node_info n on n.queue_name = t.queue_name
        where t.queue_name <> i_queue_name and t.local and n.combined_queue is not null
            and coalesce(t.dest_table, t.table_name) = i_dest and t.merge_state in ('in-copy', 'catching-up')
        order by t.queue_name
        limit 1
        for update of t;
    if found then
        update londiste.table_info set dropped_ddl = i_ddl
            where queue_name = heir.queue_name and table_name = heir.table_name;
    elsif londiste.find_table_oid(i_dest) is not null then
        -- Neither refused by the triggers of other queues nor published by them.
        perform londiste.set_session_replication_role('replica', true);
        execute 'truncate only ' || londiste.quote_fqname(i_dest);
        perform londiste.set_session_replication_role(role, true);
        perform londiste._run_dropped_ddl(i_dest, i_ddl);
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
