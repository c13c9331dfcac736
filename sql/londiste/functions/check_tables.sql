-- londiste.check_tables(i_queue_name, i_table_name): what is wrong with the triggers of the node's tables; no row when all is well. i_table_name: only that one.
--
-- table_name   name on the queue
-- kind         ddl_not_captured (of the queue: table_name is empty), table_missing, trigger_missing, trigger_disabled, trigger_wrong (other function, events or arguments, or made for another table),
--              key_lost (of a table without a primary key the unique index on its argument pkey=, or NOT NULL of a column: a change may meet several rows)
-- severity     error where changes are not published, warning elsewhere (a leaf can be written to; a branch would not publish once it is root)
-- message, hint    for people
--
-- Of tables of which it is not known with which arguments they were added (trigger_args is NULL, as with SkyTools) only the queue, deny and the name are looked at.
-- To plan the query takes several times as long as to run it.
-- Called by: workers once a minute, tables, restore_triggers.
create or replace function londiste.check_tables(
    in i_queue_name text, in i_table_name text default null,
    out table_name text, out kind text, out severity text, out message text, out hint text)
returns setof record as $$
#variable_conflict use_column
begin
    return query
    with ours as materialized (
        select t.oid, t.tgrelid, t.tgname, t.tgtype, t.tgfoid, t.tgargs, t.tgparentid, t.tgtype & 1 <> 0 as is_row,
               t.tgqual is not null or t.tgattr <> ''::int2vector as narrowed, t.tgenabled in ('O', 'A') as enabled,
               l.description as label
        from pg_trigger t
        left join pg_description l on l.objoid = t.oid and l.classoid = 'pg_trigger'::regclass and l.objsubid = 0
        where (not t.tgisinternal or t.tgparentid <> 0)
            and t.tgfoid in (select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                             where (n.nspname, p.proname) in (('pgq', 'logutriga'), ('pgq', 'sqltriga'), ('pgq', 'jsontriga'), ('londiste', 'truncate_trigger')))
            and substring(t.tgargs for octet_length(i_queue_name) + 1) = londiste._trigger_args(array[i_queue_name])
    ),
    tables as materialized (
        select i.table_name, d.dest, londiste.find_table_oid(d.dest) as rel, n.node_type, i.trigger_args, i.dropped_ddl is not null as in_copy,
               londiste._trigger_label(i.table_name) as label
        from londiste.table_info i
        join pgq_node.node_info n on n.queue_name = i.queue_name
        cross join lateral (select coalesce(i.dest_table, i.table_name)) d (dest)
        where i.queue_name = i_queue_name and i.local
            and (i_table_name is null or i.table_name = londiste.make_fqname(i_table_name))
            and not 'virtual_table' = any (coalesce(i.trigger_args, '{}'))
    ),
    parts as (
        select t.*, p.is_row, p.name, g.oid as trigger, g.tgname, g.enabled, g.label as found_label,
               case when g.oid is null then false
                    when g.narrowed then false
                    when t.trigger_args is not null then
                        g.tgfoid = to_regprocedure(p.func) and g.tgtype = p.tgtype
                        and g.tgargs in (londiste._trigger_args(p.args), londiste._trigger_args(array_append(p.args, 'SKIP')))
                    else (position(londiste._trigger_args('{"",deny}') in g.tgargs) > 0) = (t.node_type = 'leaf')
                        and (t.dest = t.table_name or t.node_type = 'leaf' or position(convert_to(quote_literal(t.table_name), getdatabaseencoding()) in g.tgargs) > 0
                             or g.tgargs = londiste._trigger_args(p.args))
               end as fits
        from tables t
        cross join lateral londiste._wanted_triggers(i_queue_name, t.table_name, coalesce(t.trigger_args, '{}'), t.dest, t.node_type) w
        cross join lateral (values (true, w.row_name, w.row_func, w.row_type, w.row_args),
                                   (false, w.truncate_name, w.truncate_func, w.truncate_type, w.truncate_args)) p (is_row, name, func, tgtype, args)
        left join ours g on g.tgrelid = t.rel and g.tgparentid = 0 and g.is_row = p.is_row
        where t.rel is not null and not 'no_triggers' = any (coalesce(t.trigger_args, '{}'))
    ),
    verdicts as (
        select p.table_name, p.dest, p.rel, p.node_type, p.is_row, p.name,
               case when bool_or(p.fits and p.enabled) then
                        case when p.is_row and bool_and(p.found_label <> p.label) then 'trigger_wrong' end
                    when bool_or(p.fits) then 'trigger_disabled'
                    when bool_or(p.trigger is not null) then 'trigger_wrong'
                    else 'trigger_missing' end as kind,
               bool_or(p.fits and p.enabled) as moved,
               max(substr(p.found_label, 16)) filter (where p.found_label <> p.label) as made_for,
               (array_agg(p.tgname order by p.fits desc, p.tgname))[1] as tgname
        from parts p
        group by 1, 2, 3, 4, 5, 6
    ),
    faults as (
        select v.table_name, v.node_type, v.kind, 1 as nr,
               case v.kind
                   when 'trigger_missing' then format('table %I has no trigger "%s"', v.dest, v.name)
                   when 'trigger_disabled' then format('trigger "%s" of table %I is disabled', v.tgname, v.dest)
                   else case when v.moved then format('trigger "%s" of table %I was made for %I: the table was renamed or replaced', v.tgname, v.dest, v.made_for)
                             else format('trigger "%s" of table %I is not the one that add-table made', v.tgname, v.dest) end
               end as fault,
               case v.kind when 'trigger_disabled' then format('alter table %s enable trigger %I;', londiste.quote_fqname(v.dest), v.tgname)
                           else format('Run add-table %s to create it again.', v.table_name) end as cure
        from verdicts v
        where v.kind is not null
        union all
        -- A partition's copy can be disabled alone.
        select v.table_name, v.node_type, 'trigger_disabled', 2,
               format('trigger "%s" of partition %I of table %I is disabled', g.tgname, cn.nspname || '.' || c.relname, v.dest),
               format('alter table %I.%I enable trigger %I;', cn.nspname, c.relname, g.tgname)
        from ours g
        join pg_class c on c.oid = g.tgrelid
        join pg_namespace cn on cn.oid = c.relnamespace
        cross join lateral pg_partition_ancestors(g.tgrelid) a (relid)
        join verdicts v on v.rel = a.relid and v.is_row = g.is_row and v.kind is null
        where g.tgparentid <> 0 and not g.enabled
        union all
        select t.table_name, t.node_type, 'table_missing', 1,
               format('table %I does not exist any more', t.dest)
                   || coalesce((select format(': it is called %I now', min(n.nspname || '.' || c.relname))
                                from ours g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
                                where g.label = t.label having count(*) > 0), ''),
               format('Rename the table back, or remove it with remove-table %s and add it under its new name.', t.table_name)
        from tables t
        where t.rel is null
        union all
        select t.table_name, t.node_type, 'key_lost', 1,
               format('rows of table %I cannot be told apart any more: it has %s', t.dest, k.problem),
               format('Create the index again, or a primary key, or run add-table %s with another --trigger-arg=pkey=...', t.table_name)
        from tables t
        cross join lateral londiste._find_key(t.rel, t.trigger_args) k
        where t.rel is not null and t.node_type <> 'leaf' and not t.in_copy and k.pkey_arg is not null and k.problem is not null
    )
    select f.table_name, f.kind, case when f.node_type = 'root' or f.kind = 'table_missing' then 'error' else 'warning' end,
           string_agg(distinct f.fault, '; ')
               || case when f.kind in ('table_missing', 'trigger_wrong', 'key_lost') then ''
                       when f.node_type = 'leaf' then ': users can change its rows here'
                       when f.node_type = 'branch' then ': its changes would not be published if this node became the root'
                       else ': changes are not published' end,
           string_agg(distinct f.cure, ' ')
               || case when f.kind in ('table_missing', 'key_lost') then ''
                       when f.node_type = 'leaf' then format(' Run resync %s to overwrite what was changed here.', f.table_name)
                       when f.node_type = 'branch' then ''
                       else format(' Run resync %s on the other nodes to copy the changes that were not published.', f.table_name) end
    from faults f
    group by f.table_name, f.kind, f.node_type
    union all
    select '', 'ddl_not_captured', case n.node_type when 'root' then 'error' else 'warning' end,
           'ddl is replicate, and the event triggers that publish changes of structure are missing or disabled'
               || case n.node_type when 'root' then '' else ': nothing would publish them if this node became the root' end,
           'A superuser makes them: select * from londiste.create_ddl_triggers(). What changed in the meantime is published with the next change of the same table.'
    from londiste.ddl_setting d
    join pgq_node.node_info n on n.queue_name = d.queue_name and n.node_type <> 'leaf'
    where d.queue_name = i_queue_name and d.mode = 'replicate' and i_table_name is null
        and (select count(*) from pg_event_trigger g
             where g.evtfoid = 'londiste.ddl_trigger()'::regprocedure and g.evtenabled in ('O', 'A')) < 3
    union all
    select '', 'ddl_not_captured', case n.node_type when 'root' then 'error' else 'warning' end,
           format('ddl is replicate, and %s of the tables (%s, ...) are not known as they are now, as in a restored database: changes of them are not published', count(*), min(t.table_name)),
           'Run "ddl replicate" on the root: each node notes its tables anew. "check" on the other nodes tells what differs.'
    from londiste.table_info t
    join londiste.ddl_setting d on d.queue_name = t.queue_name and d.mode = 'replicate'
    join pgq_node.node_info n on n.queue_name = t.queue_name and n.node_type <> 'leaf'
    cross join lateral (select londiste.find_table_oid(coalesce(t.dest_table, t.table_name))) r (oid)
    where t.queue_name = i_queue_name and t.local and r.oid is not null and i_table_name is null
        and not exists (select 1 from londiste.table_structure s where s.queue_name = t.queue_name and s.table_name = t.table_name and s.table_oid = r.oid)
        and (select count(*) from pg_event_trigger g
             where g.evtfoid = 'londiste.ddl_trigger()'::regprocedure and g.evtenabled in ('O', 'A')) = 3
    group by n.node_type
    order by 1, 2;
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan;
