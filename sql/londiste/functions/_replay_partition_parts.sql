-- londiste._replay_partition_parts(i_part, i_owner, i_change): gives a partition of a node's table what that of the root has of its own, or takes it away. i_change: see
-- _follow_partition_parts. What is so already is passed over, as is what the partition has here from the table above. Runs as i_owner. Called by: replay_partitions.
create or replace function londiste._replay_partition_parts(i_part oid, i_owner text, i_change jsonb)
returns void as $$
declare
    own_role    constant text := pg_catalog.current_setting('role');
    fqname      constant text := (select pg_catalog.format('%I.%I', n.nspname, c.relname)
                                  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = i_part);
    p           record;
    has_old     boolean;
    has_new     boolean;
    index       record;
    statement   text;
begin
    perform pg_catalog.set_config('role', i_owner, true);
    for p in
        select e.kind, e.old, e.new, e.definition
        from rows from (jsonb_to_recordset(i_change -> 'parts') as (kind text, old text, new text, definition text)) with ordinality e (kind, old, new, definition, nr)
        order by e.nr
    loop
        statement := null;
        if p.kind = 'default' then
            if exists (select 1 from pg_catalog.pg_attribute a where a.attrelid = i_part and a.attname = coalesce(p.new, p.old) and not a.attisdropped) then
                statement := pg_catalog.format('alter table %s alter column %I %s', fqname, coalesce(p.new, p.old), coalesce('set default ' || p.definition, 'drop default'));
            end if;
        elsif p.kind = 'constraint' then
            select coalesce(bool_or(k.conname = p.old and k.conislocal and k.coninhcount = 0), false), coalesce(bool_or(k.conname = p.new), false) into has_old, has_new
                from pg_catalog.pg_constraint k where k.conrelid = i_part;
            statement := case when p.new is null and has_old then pg_catalog.format('alter table %s drop constraint %I', fqname, p.old)
                              when has_old and not has_new then pg_catalog.format('alter table %s rename constraint %I to %I', fqname, p.old, p.new)
                              when not has_new and p.new is not null then pg_catalog.format('alter table %s add constraint %I %s', fqname, p.new, p.definition) end;
        elsif p.kind = 'index' then
            select n.nspname, coalesce(bool_or(c.relname = p.old and not c.relispartition), false) as has_old, coalesce(bool_or(c.relname = p.new), false) as has_new into index
                from pg_catalog.pg_class t
                join pg_catalog.pg_namespace n on n.oid = t.relnamespace
                left join pg_catalog.pg_index i on i.indrelid = t.oid
                left join pg_catalog.pg_class c on c.oid = i.indexrelid
                where t.oid = i_part
                group by n.nspname;
            statement := case when p.new is null and index.has_old then pg_catalog.format('drop index %I.%I', index.nspname, p.old)
                              when index.has_old and not index.has_new then pg_catalog.format('alter index %I.%I rename to %I', index.nspname, p.old, p.new)
                              when not index.has_new and p.new is not null then
                                  londiste._index_on(p.definition, pg_catalog.jsonb_build_object('schema', i_change ->> 'schema', 'name', i_change ->> 'table'), fqname) end;
        end if;
        if statement is not null then
            execute statement;
        end if;
    end loop;
    perform pg_catalog.set_config('role', own_role, true);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
