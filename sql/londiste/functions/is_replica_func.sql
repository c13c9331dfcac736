-- londiste.is_replica_func(func_oid): the function is one of those that publish a table's changes.
create or replace function londiste.is_replica_func(func_oid oid)
returns boolean as $$
    select count(*) > 0
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where p.oid = func_oid
        and ((n.nspname = 'pgq' and p.proname in ('sqltriga', 'logutriga', 'jsontriga'))
            or (n.nspname = 'londiste' and p.proname = 'truncate_trigger'));
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
