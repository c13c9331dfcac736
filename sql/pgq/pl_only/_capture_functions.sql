-- ----------------------------------------------------------------------
-- pgq._capture_functions(i_table)
--
--     What could be prepared for the triggers of a table: for each AFTER trigger of pgq.logutriga without arguments but backup and pkey= the functions that
--     would publish its rows. For all others, tables with columns _pgq_ev_* and tables without a key the trigger's general way is left.
--
-- Parameters:
--     i_table  - the table
-- Result (OUT parameters):
--     trigger_name       - name of the trigger
--     store, capture     - names of the functions
--     store_definition, capture_definition  - statements that make them
--     parent             - of a partition whose trigger was inherited, the table that it was made on; else NULL
-- Called by:
--     pgq._captures_of, pgq.prepare_captures
-- ----------------------------------------------------------------------
create or replace function pgq._capture_functions(
    i_table oid, out trigger_name text, out store text, out store_definition text, out capture text, out capture_definition text, out parent oid)
returns setof record
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    tg      record;
    ctx     record;
    args    text[];
begin
    if exists (select 1 from pg_catalog.pg_attribute where attrelid = i_table and starts_with(attname::text, '_pgq_ev_')) then
        return;
    end if;
    for tg in
        select t.oid, t.tgname, t.tgargs, t.tgparentid, c.relname, n.nspname
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_class c on c.oid = t.tgrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        -- for each row, not BEFORE, not TRUNCATE
        where t.tgrelid = i_table and t.tgfoid = 'pgq.logutriga()'::regprocedure and t.tgtype & 1 = 1 and t.tgtype & (2 | 32 | 64) = 0
        order by t.tgname
    loop
        args := pgq._trigger_argv(tg.tgargs);
        continue when args[0] is null
            or exists (select 1 from unnest(args[1:]) a where a <> 'backup' and not starts_with(a, 'pkey='));
        ctx := pgq._trigger_context(i_table, tg.tgname, tg.nspname, tg.relname, 'INSERT', 'AFTER', 'ROW', args);
        continue when ctx.keys = '{}' or exists (select 1 from unnest(ctx.keys) k where ctx.generated[k]);
        select f.name, f.definition into store, store_definition from pgq._store_function(ctx.queue) f;
        continue when store is null;
        select f.name, f.definition into capture, capture_definition from pgq._capture_function(ctx, ctx.backup, store) f;
        trigger_name := tg.tgname;
        parent := null;
        if ctx.tbl <> array[tg.nspname, tg.relname]::text[] then
            parent := (with recursive up (parent, tbl) as (
                           select tg.tgparentid, null::oid
                           union all
                           select t.tgparentid, t.tgrelid from up join pg_catalog.pg_trigger t on t.oid = up.parent)
                       select up.tbl from up where up.parent = 0);
        end if;
        return next;
    end loop;
end;
$$;
