-- londiste.check_partitions(i_queue_name, i_report): looks whether the partitions of the replicated tables are still the ones that they were, and makes the
-- triggers that a new one needs.
--
-- On the root what changed is told as condition of the queue: partition_attached (with rows from before, of which no event tells), partition_gone (detached or
-- dropped, its rows with it), unless "ddl replicate" publishes it. With i_report false it is only noted, as after a script that every node runs. A table that is seen for the first time, or
-- that is another one since (restored from a dump), has nothing to compare with. partition_unwatched, on any node: the trigger cannot be made.
--
-- Returns how many conditions are new or changed. Waits for no lock longer than lock_timeout, 200 ms: what is in use has its turn the next time.
-- Locks: the partition_info rows of what changed; see _watch_partitions. Called by: workers once a minute, add-table, EXECUTE on the root.
create or replace function londiste.check_partitions(i_queue_name text, i_report boolean)
returns integer as $$
declare
    node_type   text;
    cluster     text;
    tbl         record;
    part        record;
    unwatched   text;
    report      boolean;
    reports     boolean;
    told        integer := 0;
begin
    select n.node_type into node_type from pgq_node.node_info n where n.queue_name = i_queue_name;
    if not found then
        return 0;
    end if;
    delete from londiste.partition_info i
        using londiste.table_info t
        where i.queue_name = i_queue_name and t.queue_name = i.queue_name and t.table_name = i.table_name
            and (not t.local or node_type <> 'root');
    perform pgq.clear_condition(c.queue_name, c.kind, c.subject)
        from pgq.condition c
        where c.queue_name = i_queue_name and starts_with(c.kind, 'partition_')
            and not exists (select 1 from londiste.table_info t
                            where t.queue_name = i_queue_name and t.local
                                and (c.subject = t.table_name or starts_with(c.subject, t.table_name || ' (')));

    if not exists (select 1 from pg_catalog.pg_partitioned_table) then
        return 0;
    end if;

    reports := i_report and not exists (select 1 from londiste.ddl_setting d where d.queue_name = i_queue_name and d.mode = 'replicate');
    for tbl in
        select t.table_name, c.oid
        from londiste.table_info t
        join pg_catalog.pg_class c on c.oid = londiste.find_table_oid(coalesce(t.dest_table, t.table_name))
        where t.queue_name = i_queue_name and t.local and c.relkind = 'p'
            -- added with no_triggers: nothing of it is published or refused
            and exists (select 1 from pg_catalog.pg_trigger g
                        where g.tgrelid = c.oid and londiste.is_replica_func(g.tgfoid)
                            and starts_with(encode(g.tgargs, 'hex'), encode(londiste._trigger_args(array[i_queue_name]), 'hex')))
        order by t.nr
    loop
        unwatched := londiste._watch_partitions(i_queue_name, tbl.oid, tbl.table_name, node_type = 'leaf');
        if unwatched is not null then
            told := told + sign(pgq.set_condition(i_queue_name, 'partition_unwatched', tbl.table_name, 'warning',
                format('TRUNCATE of partitions of table "%s" is not watched: %s', tbl.table_name, unwatched),
                'To create the trigger the worker needs the privilege TRIGGER on the partition, and a moment without other transactions on it.'))::integer;
        else
            perform pgq.clear_condition(i_queue_name, 'partition_unwatched', tbl.table_name);
        end if;
        continue when node_type <> 'root';

        -- The row of the table itself says where the others were noted: a restored table has another oid, an upgraded cluster another name.
        cluster := coalesce(cluster, (select s.system_identifier::text from pg_catalog.pg_control_system() s));
        report := reports and exists (
            select 1 from londiste.partition_info i
            where i.queue_name = i_queue_name and i.table_name = tbl.table_name and i.part_oid = tbl.oid and i.attached = cluster);
        for part in
            with tree as materialized (
                select p.relid::oid as oid, p.isleaf from pg_catalog.pg_partition_tree(tbl.oid) p
            ), now_there as (
                select tbl.oid, tbl.table_name as name, cluster as attached
                union all
                -- a partition that was away for a while has another row of pg_inherits
                select l.oid, n.nspname || '.' || c.relname,
                       (select string_agg(h.xmin::text, ' ' order by h.inhrelid)
                        from pg_catalog.pg_partition_ancestors(l.oid) a
                        join pg_catalog.pg_inherits h on h.inhrelid = a.relid
                        where a.relid::oid in (select oid from tree where oid <> tbl.oid))
                from tree l
                join pg_catalog.pg_class c on c.oid = l.oid
                join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where l.isleaf
            ), noted as (
                select i.part_oid, i.part_name, i.attached
                from londiste.partition_info i
                where i.queue_name = i_queue_name and i.table_name = tbl.table_name
            )
            select coalesce(h.oid, n.part_oid) as oid, coalesce(h.name, n.part_name) as name, h.attached,
                   h.oid is null as gone, n.part_oid is null as is_new, h.attached is distinct from n.attached as is_other
            from now_there h
            full join noted n on n.part_oid = h.oid
            where h.oid is null or n.part_oid is null or h.attached <> n.attached or h.name <> n.part_name
            order by 2
        loop
            if part.gone then
                delete from londiste.partition_info
                    where queue_name = i_queue_name and table_name = tbl.table_name and part_oid = part.oid;
            else
                insert into londiste.partition_info (queue_name, table_name, part_oid, part_name, attached)
                    values (i_queue_name, tbl.table_name, part.oid, part.name, part.attached)
                    on conflict on constraint partition_info_pkey
                    do update set part_name = excluded.part_name, attached = excluded.attached;
            end if;
            continue when not report;
            if part.gone then
                told := told + sign(londiste._partition_condition(i_queue_name, tbl.table_name, part.name, 'partition_gone',
                    'was detached or dropped: subscribers keep its rows'))::integer;
            elsif part.is_new and londiste._has_uncaptured_rows(i_queue_name, part.oid) then
                told := told + sign(londiste._partition_condition(i_queue_name, tbl.table_name, part.name, 'partition_attached',
                    'was attached with rows that were in it before: subscribers do not have them'))::integer;
            elsif part.is_other and not part.is_new then
                told := told + sign(londiste._partition_condition(i_queue_name, tbl.table_name, part.name, 'partition_attached',
                    'was detached and attached again: subscribers know nothing of what changed in between'))::integer;
            end if;
        end loop;
    end loop;
    return told;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '200ms';

-- londiste.check_partitions(i_queue_name): the same with conditions.
create or replace function londiste.check_partitions(i_queue_name text)
returns integer as $$
    select londiste.check_partitions(i_queue_name, true);
$$ language sql set search_path = pg_catalog, pg_temp;
