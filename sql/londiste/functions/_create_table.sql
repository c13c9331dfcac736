-- londiste._create_table(i_queue_name, i_table_name, i_owner, i_schema_owner, i_types, i_structure): makes a table of that structure, its schema, and the types that are missing; returns
-- its oid. Foreign keys are left to pending_fkeys, until both tables are in sync. Partitions come by replay_partitions. Arguments: see local_create_table, which calls this.
--
-- The worker makes an empty table, which evaluates nothing; all else is done by its owner, if that role is here. A partitioned one is made by the owner: its key may be
-- expressions. It inherits from those tables of the queue that are here, are no partitions, and belong to its owner: who reads or changes them reads and changes it.
create or replace function londiste._create_table(i_queue_name text, i_table_name text, i_owner text, i_schema_owner text, i_types text, i_structure jsonb)
returns oid as $$
declare
    quoted      constant text := londiste.quote_fqname(i_table_name);
    schema      constant text := (londiste.split_fqname(i_table_name)).schema_part;
    role        constant text := pg_catalog.current_setting('role');
    has_owner   constant boolean := exists (select 1 from pg_catalog.pg_roles r where r.rolname = i_owner);
    parted_by   constant text := (select t.def ->> 'partition_key' from jsonb_to_recordset(i_structure) t (kind text, def jsonb) where t.kind = 'table');
    parents     oid[];
    others      text;
    empty       jsonb;
    rel         oid;
    statements  text[];
    s           text;
begin
    if not exists (select 1 from pg_catalog.pg_namespace n where n.nspname = schema) then
        execute pg_catalog.format('create schema %I', schema);
        if exists (select 1 from pg_catalog.pg_roles r where r.rolname = i_schema_owner) then
            execute pg_catalog.format('alter schema %I owner to %I', schema, i_schema_owner);
        end if;
    end if;
    if parted_by is null then
        select coalesce(array_agg(c.oid order by p.nr) filter (where w.may), '{}'), string_agg(t.table_name, ', ' order by p.nr) filter (where not w.may) into parents, others
            from rows from (jsonb_to_recordset(i_structure) as (kind text, name text)) with ordinality p (kind, name, nr)
            join londiste.table_info t on t.queue_name = i_queue_name and t.table_name = p.name and t.local
            join pg_catalog.pg_class c on c.oid = londiste.find_table_oid(coalesce(t.dest_table, t.table_name)) and c.relkind = 'r' and not c.relispartition
            cross join lateral (values (pg_catalog.pg_has_role(case when has_owner then i_owner else current_user end, c.relowner, 'usage'))) w (may)
            where p.kind = 'inherits';
        if others is not null then
            raise warning 'new table "%" does not inherit from % here, which its owner does not own', i_table_name, others;
        end if;
        execute pg_catalog.format('create table %s ()', quoted)
            || coalesce((select ' inherits (' || string_agg(p.oid::pg_catalog.regclass::text, ', ' order by p.nr) || ')' from unnest(parents) with ordinality p (oid, nr)), '');
        if has_owner then
            execute pg_catalog.format('alter table %s owner to %I', quoted, i_owner);
        end if;
    end if;
    perform pg_catalog.set_config('role', case when has_owner then i_owner else role end, true);
    if i_types <> '' then
        execute i_types;
    end if;
    if parted_by is not null then
        -- What else a column is, but for its type and what it is generated from, comes by the statements below.
        execute pg_catalog.format('create table %s (%s) partition by %s', quoted,
            (select string_agg(case when c.def ->> 'generated' is null then pg_catalog.format('%I %s', c.name, (c.def ->> 'type') || coalesce(' collate ' || (c.def ->> 'collation'), ''))
                                    else londiste._column_clause(c.name, c.def, null) end, ', ' order by c.key::integer)
             from jsonb_to_recordset(i_structure) c (kind text, name text, key text, def jsonb)
             where c.kind = 'column'), parted_by);
    end if;
    perform pg_catalog.set_config('role', role, true);
    rel := londiste.find_table_oid(i_table_name);
    empty := londiste._structure_of(rel);
    with seqs as materialized (
        select d.key, d.def ->> 'quoted' as name, d.def ->> 'identity' is not null as is_identity,
               pg_catalog.format('start %s increment %s minvalue %s maxvalue %s cache %s %s cycle', d.def ->> 'start', d.def ->> 'increment', d.def ->> 'minimum', d.def ->> 'maximum',
                                 d.def ->> 'cache', case when (d.def ->> 'cycle')::boolean then '' else 'no' end) as options,
               d.def ->> 'type' as type
        from jsonb_to_recordset(i_structure) d (kind text, key text, def jsonb)
        where d.kind = 'sequence' and (d.def ->> 'owned')::boolean
    )
    select array_agg(a.statement order by a.nr, a.place) into statements
        from (select 0, 0::bigint, pg_catalog.format('create sequence %s as %s %s', q.name, q.type, q.options) from seqs q where not q.is_identity
              union all
              select d.nr, d.place, d.statement
              from londiste.structure_difference(empty, i_structure, quoted, false) with ordinality d (nr, kind, name, severity, message, statement, place)
              where d.statement is not null
                  -- what the tables above have here and not on the root, or have of another type
                  and not (cardinality(parents) > 0 and d.nr in (11, 40, 61))
                  and not (d.kind = 'constraint' and d.name in (
                      select f.name from jsonb_to_recordset(i_structure) f (kind text, name text, def jsonb) where f.kind = 'constraint' and f.def ->> 'type' = 'f'))
              union all
              select 99, 0,
                     case when q.is_identity then
                              pg_catalog.format('alter table %s alter column %I %s', quoted, q.key, regexp_replace(q.options, '(start|increment|minvalue|maxvalue|cache|no cycle|cycle$)', 'set \1', 'g'))
                          else pg_catalog.format('alter sequence %s owned by %s.%I', q.name, quoted, q.key) end
              from seqs q) a (nr, place, statement);
    perform pg_catalog.set_config('role', case when has_owner then i_owner else role end, true);
    foreach s in array coalesce(statements, '{}') loop
        execute s;
    end loop;
    -- An identity's is named after the table and column of when it was made.
    for s in
        select pg_catalog.format('alter sequence %s rename to %I', m.made, (londiste.split_fqname(d.name)).name_part)
        from jsonb_to_recordset(i_structure) d (kind text, name text, key text, def jsonb)
        cross join lateral (values (case when d.kind = 'sequence' then pg_catalog.pg_get_serial_sequence(quoted, d.key) end)) m (made)
        where d.kind = 'sequence' and d.def ->> 'identity' is not null and (londiste.split_fqname(d.name)).schema_part = schema
            and m.made is not null and pg_catalog.to_regclass(d.def ->> 'quoted') is null
    loop
        execute s;
    end loop;
    perform pg_catalog.set_config('role', role, true);
    s := londiste._fkey_script(quoted, empty, i_structure);
    if s is not null then
        execute s;
    end if;
    return rel;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
