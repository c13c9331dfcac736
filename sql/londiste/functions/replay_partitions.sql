-- londiste.replay_partitions(i_table, i_queue_table, i_change): does to a node's table what was done to partitions of the root's.
--
-- i_table         its name here, as statements have it; one that does not exist here, or is no table, is passed over
-- i_queue_table   its name on the queue
-- i_change        "what": detach, drop, truncate, of one partition: "name", "path", "condition", "columns" are what _partition_tree gives
--                 "what": own, of one partition: "parts" that it has of itself and not from the table, see _follow_partition_parts
--                 "what": attach, created ones, too: "parts", from above to below, with "schema", "table", "path", "key", "again" (see _hang_partition)
--
-- A partition belongs to that of the root which is at the end of the same path: of tables that are partitioned by the same keys, with the same bounds. What is done to it there
-- is done here. Where it is not, the rows that leave are deleted by their condition, and of those that come nothing is done: they come as inserts.
-- "default" is the same only where its condition is, too: where there are the same others.
-- Names: as on the root; what is in the schema of the table there, is in that of the table here.
-- With the handler's argument keep_partitions=1 nothing leaves.
-- The statements run as the table's owner. In sessions whose session_replication_role is local, as scripts have, a branch notes what it does.
-- Called by: the EXECUTE events that _publish_partitions writes.
create or replace function londiste.replay_partitions(i_table text, i_queue_table text, i_change jsonb)
returns void as $$
declare
    own_role    constant text := pg_catalog.current_setting('role');
    replication constant text := pg_catalog.current_setting('session_replication_role');
    what        constant text := i_change ->> 'what';
    tbl         record;
    part        record;
    parent      oid;
    key         name;
    target      oid;
begin
    select c.oid, n.nspname, pg_catalog.pg_get_userbyid(c.relowner) as owner into tbl
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.oid = pg_catalog.to_regclass(i_table) and c.relkind in ('r', 'p');
    if not found then
        return;
    end if;

    if what = 'attach' then
        for part in
            select p.v ->> 'schema' as schema, p.v ->> 'table' as name, p.v -> 'path' as path, p.v ->> 'key' as key, coalesce((p.v -> 'again')::boolean, false) as again,
                   jsonb_array_length(p.v -> 'path') as depth
            from jsonb_array_elements(i_change -> 'parts') with ordinality p (v, nr)
            order by p.nr
        loop
            parent := londiste._find_partition(tbl.oid, part.path - (part.depth - 1));
            continue when parent is null or pg_catalog.pg_get_partkeydef(parent) is distinct from part.path -> (part.depth - 1) ->> 0
                or londiste._find_partition(tbl.oid, part.path) is not null;
            perform londiste._hang_partition(tbl.oid, parent, part.path -> (part.depth - 1) ->> 1, part.key,
                case when part.schema = (londiste.split_fqname(i_queue_table)).schema_part then tbl.nspname else part.schema end, part.name, part.again);
        end loop;
        return;
    elsif what = 'own' then
        target := londiste._find_partition(tbl.oid, i_change -> 'path');
        if target is null or strpos(i_change ->> 'path', '"DEFAULT"') > 0 and (select t.condition from londiste._partition_tree(tbl.oid) t where t.part = target) is distinct from i_change ->> 'condition' then
            raise notice 'table "%" has not the partition that is "%" on the root: what that has of its own is left out', i_table, i_change ->> 'name';
        else
            perform londiste._replay_partition_parts(target, tbl.owner, i_change);
        end if;
        return;
    elsif what not in ('detach', 'drop', 'truncate') then
        raise exception 'what the root did to partitions of table "%" is not known to this version: %', i_table, what
            using errcode = 'feature_not_supported', hint = 'Update the schema londiste here: then the worker goes on.';
    end if;

    if exists (
        select 1
        from londiste.table_info t
        cross join lateral londiste._decode_row(t.table_attrs) a
        where t.local and t.table_name = i_queue_table and londiste.find_table_oid(coalesce(t.dest_table, t.table_name)) = tbl.oid
            and a.name in ('handler', 'handlers') and a.value ~ '[(&,]keep_partitions=1([&,)]|$)')
    then
        return;
    end if;
    target := londiste._find_partition(tbl.oid, i_change -> 'path');
    if strpos(i_change ->> 'path', '"DEFAULT"') > 0 and (select t.condition from londiste._partition_tree(tbl.oid) t where t.part = target) is distinct from i_change ->> 'condition' then
        target := null;
    end if;
    if target is null then
        perform londiste._take_partition_rows(tbl.oid, i_change);
        return;
    end if;
    if what = 'truncate' then
        -- as for replicated changes
        perform londiste.set_session_replication_role('replica', true);
    end if;
    perform pg_catalog.set_config('role', tbl.owner, true);
    if what = 'detach' then
        select h.inhparent into parent from pg_catalog.pg_inherits h where h.inhrelid = target;
        execute pg_catalog.format('alter table %s detach partition %s', parent::pg_catalog.regclass, target::pg_catalog.regclass);
        -- Nobody keeps its rows up to date, and they would be in the way of others'.
        for key in
            select k.conname from pg_catalog.pg_constraint k where k.conrelid = target and k.contype = 'f' and k.conparentid = 0 order by k.conname
        loop
            execute pg_catalog.format('alter table %s drop constraint %I', target::pg_catalog.regclass, key);
        end loop;
    elsif what = 'drop' then
        execute pg_catalog.format('drop table %s', target::pg_catalog.regclass);
    else
        begin
            execute pg_catalog.format('truncate %s', target::pg_catalog.regclass);
        exception
            when feature_not_supported then
                -- a foreign key refers to it that the root does not have
                execute pg_catalog.format('delete from %s', target::pg_catalog.regclass);
        end;
    end if;
    perform pg_catalog.set_config('role', own_role, true);
    perform londiste.set_session_replication_role(replication, true);
    if what = 'detach' then
        insert into londiste.detached_partition (part_oid) values (target) on conflict on constraint detached_partition_pkey do nothing;
        delete from londiste.detached_partition d where not exists (select 1 from pg_catalog.pg_class c where c.oid = d.part_oid);
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
