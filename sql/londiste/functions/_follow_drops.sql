-- londiste._follow_drops(): tables that were dropped leave the queue, and are dropped on the nodes that have them under the queue's name. Sequences leave it likewise, and are left to the tables that own them.
-- Called by: _follow_tables.
create or replace function londiste._follow_drops()
returns void as $$
declare
    q       record;
    name    text;
begin
    delete from londiste.keyless_table k
        using pg_catalog.pg_event_trigger_dropped_objects() o
        where o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and k.table_oid = o.objid;
    for q in
        select s.queue_name, n.node_name, pg_catalog.array_agg(s.table_name order by i.nr) as tables
        from pg_catalog.pg_event_trigger_dropped_objects() o
        join londiste.table_structure s on s.table_oid = o.objid
        join londiste.table_info i on i.queue_name = s.queue_name and i.table_name = s.table_name
        join londiste.ddl_setting d on d.queue_name = s.queue_name and d.mode = 'replicate'
        join pgq_node.node_info n on n.queue_name = s.queue_name and n.node_type = 'root'
        where o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objsubid = 0
        group by s.queue_name, n.node_name
        order by s.queue_name
    loop
        -- First: it asks for the name that the table has on a node. Nodes of releases without the function keep the table, as they did.
        perform londiste._publish_list_script(q.queue_name, 'need-function=' || pgq._urlencode('londiste.local_drop_tables(2)'), q.node_name, pg_catalog.format(
            'select * from londiste.local_drop_tables(%L, array[%s]);', q.queue_name,
            (select pg_catalog.string_agg(pg_catalog.quote_literal(t.name), ', ' order by t.nr) from pg_catalog.unnest(q.tables) with ordinality t (name, nr))));
        foreach name in array q.tables loop
            perform londiste.local_remove_table(q.queue_name, name);
        end loop;
    end loop;
    -- Also those that go with a column.
    perform londiste.local_remove_seq(s.queue_name, s.seq_name)
        from pg_catalog.pg_event_trigger_dropped_objects() o
        join londiste.seq_info s on s.local and s.seq_name = o.schema_name || '.' || o.object_name
        join londiste.ddl_setting d on d.queue_name = s.queue_name and d.mode = 'replicate'
        join pgq_node.node_info n on n.queue_name = s.queue_name and n.node_type = 'root'
        where o.object_type = 'sequence';
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
