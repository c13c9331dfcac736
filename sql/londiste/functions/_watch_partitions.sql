-- londiste._watch_partitions(i_queue_name, i_table, i_table_name, i_refuse): makes the statement triggers that see TRUNCATE of a single partition, where they
-- are missing: PostgreSQL hands a table's row triggers on to its partitions, those of statements not. With i_refuse, for a leaf, they refuse it.
--
-- i_table: the local table; does nothing for one that is not partitioned. i_table_name: its name on the queue. Returns the names of partitions whose triggers
-- cannot be made, by lack of rights or, where lock_timeout is set, because they are in use; NULL when all are there.
-- Locks: each table that gets a trigger in SHARE ROW EXCLUSIVE mode; nothing when all are there.
-- Called by: create_trigger, check_partitions.
create or replace function londiste._watch_partitions(i_queue_name text, i_table oid, i_table_name text, i_refuse boolean)
returns text as $$
declare
    -- The server cuts names at 63 bytes.
    trg         name := '_londiste_' || i_queue_name || '_partition';
    func        regproc := case when i_refuse then 'pgq.sqltriga' else 'londiste.partition_trigger' end;
    args        text[] := array[i_queue_name, case when i_refuse then 'deny' else i_table_name end];
    part        record;
    other       record;
    unwatched   text;
begin
    if not exists (select 1 from pg_catalog.pg_class c where c.oid = i_table and c.relkind = 'p') then
        return null;
    end if;
    if pg_catalog.octet_length(i_queue_name) > 63 - pg_catalog.octet_length('_londiste__partition') then
        trg := '_londiste_' || pg_catalog.md5(i_queue_name) || '_partition';
    end if;
    for part in
        select p.relid, p.relid::oid = i_table as is_parent
        from pg_catalog.pg_partition_tree(i_table) p
        join pg_catalog.pg_class c on c.oid = p.relid
        where c.relkind = 'r' or p.relid = i_table and not i_refuse
        order by p.level, p.relid
    loop
        select t.tgfoid = func::oid and t.tgargs = londiste._trigger_args(args) and t.tgenabled in ('O', 'A') as good into other
            from pg_catalog.pg_trigger t
            where t.tgrelid = part.relid and t.tgname = trg;
        continue when other.good;
        begin
            if found then
                execute pg_catalog.format('drop trigger %I on %s', trg, part.relid);
            end if;
            execute pg_catalog.format('create trigger %I %s truncate on %s for each statement execute function %s(%L, %L)',
                trg, case when part.is_parent then 'before' else 'after' end, part.relid, func, args[1], args[2]);
            -- Other than the label of the table's own triggers: these follow no other table.
            execute pg_catalog.format('comment on trigger %I on %s is %L', trg, part.relid, londiste._trigger_label(i_table_name) || ' (partition)');
        exception
            when insufficient_privilege or lock_not_available then
                unwatched := coalesce(unwatched || ', ', '') || part.relid::text;
        end;
    end loop;
    return unwatched;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
