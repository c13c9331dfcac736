-- londiste.partition_trigger(queue, table): statement triggers on a replicated partitioned table and on its partitions, that find a partition which
-- is truncated by itself. With "ddl replicate" that is published, see replay_partitions. Else subscribers, whose partitions may be others, keep its rows; that is told as
-- condition partition_truncated of the queue.
--
-- TRUNCATE of the whole table fires those of the partitions, too. BEFORE it, the table's trigger leaves a mark for each partition, for the transaction;
-- AFTER it, a partition's trigger takes its mark away, and where there is none the partition was alone. With the whole table the conditions of its
-- partitions end: there is nothing left that differs.
--
-- table is the name on the queue. Does nothing in sessions with session_replication_role = local, for a partition that is registered itself, and where
-- table is no longer registered or no longer an ancestor. On a branch it refuses, as for every other change there.
-- Made by londiste._watch_partitions. Runs with the rights of its owner: whoever may truncate a partition need not have rights on conditions.
create or replace function londiste.partition_trigger()
returns trigger as $$
declare
    queue   record;
    parent  oid;
    marks   text[] := pg_catalog.string_to_array(pg_catalog.current_setting('londiste.truncated', true), ' ');
    mark    text;
    noted   record;
    part    text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
begin
    if TG_OP <> 'TRUNCATE' or TG_NARGS <> 2 then
        raise exception 'londiste.partition_trigger must be fired by TRUNCATE, with queue and table as arguments';
    end if;
    select q.queue_id, q.queue_disable_insert into queue from pgq.queue q where q.queue_name = TG_ARGV[0];
    select londiste.find_table_oid(coalesce(t.dest_table, t.table_name)) into parent
        from londiste.table_info t
        where t.queue_name = TG_ARGV[0] and t.table_name = TG_ARGV[1] and t.local;
    if pg_catalog.current_setting('session_replication_role') = 'local' or queue.queue_id is null or parent is null then
        return null;
    end if;

    if TG_WHEN = 'BEFORE' then
        marks := array(
            select p.relid::oid || '/' || queue.queue_id from pg_catalog.pg_partition_tree(parent) p where p.isleaf
            union
            select pg_catalog.unnest(marks));
        perform pg_catalog.set_config('londiste.truncated', pg_catalog.array_to_string(marks, ' '), true);
        perform pgq.clear_condition(c.queue_name, c.kind, c.subject)
            from pgq.condition c
            where c.queue_name = TG_ARGV[0] and pg_catalog.starts_with(c.kind, 'partition_')
                and pg_catalog.starts_with(c.subject, TG_ARGV[1] || ' (');
        return null;
    end if;

    mark := TG_RELID || '/' || queue.queue_id;
    if mark = any (marks) then
        perform pg_catalog.set_config('londiste.truncated', pg_catalog.array_to_string(pg_catalog.array_remove(marks, mark), ' '), true);
        return null;
    end if;
    if not exists (select 1 from pg_catalog.pg_partition_ancestors(TG_RELID) a where a.relid = parent)
        or exists (select 1 from londiste.table_info t
                   where t.queue_name = TG_ARGV[0] and t.local and coalesce(t.dest_table, t.table_name) = part)
    then
        return null;
    end if;
    if queue.queue_disable_insert and pg_catalog.current_setting('session_replication_role') <> 'replica' then
        raise exception 'Insert into queue disallowed'
            using hint = coalesce(pgq._disallowed_hint(TG_ARGV[0]), 'The queue takes no events (queue_disable_insert).');
    end if;
    select p.*, n.node_name into noted
        from londiste.partition_structure p
        join londiste.ddl_setting d on d.queue_name = p.queue_name and d.mode = 'replicate'
        join pgq_node.node_info n on n.queue_name = p.queue_name and n.node_type = 'root'
        where p.queue_name = TG_ARGV[0] and p.table_name = TG_ARGV[1] and p.part_oid = TG_RELID;
    if found then
        perform londiste._publish_partitions(noted.queue_name, noted.table_name, noted.node_name, pg_catalog.jsonb_build_object(
            'what', 'truncate', 'name', part, 'path', noted.path, 'condition', noted.condition, 'columns', noted.columns));
        return null;
    end if;
    perform londiste._partition_condition(TG_ARGV[0], TG_ARGV[1], part, 'partition_truncated', 'was truncated by itself: subscribers keep its rows');
    return null;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
