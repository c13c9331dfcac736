-- londiste._follow_partition_parts(i_queue_name, i_table_name, i_table, i_node_name, i_unsafe): publishes what the command changed of what partitions of a table have of their own: a
-- message for each partition, which nodes that have it follow (replay_partitions, "own"). Compares with partition_part. i_unsafe: of ddl_setting. Called by: _follow_partitions.
create or replace function londiste._follow_partition_parts(i_queue_name text, i_table_name text, i_table oid, i_node_name text, i_unsafe text)
returns void as $$
declare
    part    record;
    refused text;
begin
    for part in
        with had as materialized (
            select p.* from londiste.partition_part p where p.queue_name = i_queue_name and p.table_name = i_table_name
        ), changes as (
            select coalesce(n.part, h.part_oid) as oid, coalesce(n.kind, h.kind) as kind, coalesce(n.key, h.key) as key, h.name as old_name, n.name as new_name,
                   case when coalesce(n.kind, h.kind) <> 'default' then n.definition
                        when n.part is not null then n.definition
                        else (select pg_catalog.pg_get_expr(d.adbin, d.adrelid) from pg_catalog.pg_attrdef d where d.adrelid = h.part_oid and d.adnum = h.key) end as definition
            from had h
            full join londiste._partition_parts(i_table) n on n.part = h.part_oid and n.kind = h.kind and n.key = h.key
            where n.part is null or h.part_oid is null or n.name <> h.name or n.kind = 'default' and n.definition is distinct from h.definition
        )
        select t.path, t.condition, t.name, cn.nspname, r.relname, pg_catalog.array_agg(c.key::oid) filter (where c.kind = 'constraint' and c.old_name is null) as new_constraints,
               pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('kind', c.kind, 'old', c.old_name, 'new', c.new_name, 'definition', c.definition) order by c.new_name is not null, c.kind desc, c.key) as parts
        from changes c
        join londiste._partition_tree(i_table) t on t.part = c.oid
        join pg_catalog.pg_class r on r.oid = c.oid
        join pg_catalog.pg_namespace cn on cn.oid = r.relnamespace
        group by t.path, t.condition, t.name, cn.nspname, r.relname
        order by t.name
    loop
        select k.conname into refused
            from pg_catalog.pg_constraint k
            where k.oid = any (part.new_constraints) and k.contype = 'c' and londiste._volatility(k.conbin::text) = 'v'
            limit 1;
        if not found then
            perform londiste._publish_partitions(i_queue_name, i_table_name, i_node_name, pg_catalog.jsonb_build_object(
                'what', 'own', 'name', part.name, 'schema', part.nspname, 'table', part.relname, 'path', part.path, 'condition', part.condition, 'parts', part.parts));
        elsif i_unsafe = 'refuse' then
            raise exception 'partition "%" belongs to a table that is replicated: constraint "%" cannot be added: it calls functions that are volatile', part.name, refused
                using errcode = 'feature_not_supported', hint = 'Declare the functions immutable, if they are.';
        else
            raise warning 'partition "%" belongs to a table that is replicated, and this change is not: constraint "%" calls functions that are volatile', part.name, refused;
        end if;
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
