-- What clients rely on: names, types, defaults and order of columns; names of parameters and results; who runs as whom; who may do what.
select table_name, column_name, data_type, is_nullable, column_default
from information_schema.columns
where table_schema = 'pgq' and table_name in ('consumer', 'queue', 'tick', 'subscription', 'event_template', 'retry_queue')
order by table_name, ordinal_position;

select conrelid::regclass, conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace = 'pgq'::regnamespace and contype <> 'n' order by 1, 2;

select indexrelid::regclass, pg_get_indexdef(indexrelid)
from pg_index where indrelid = 'pgq.retry_queue'::regclass order by 1;

\pset format unaligned
select p.proname, pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
       p.prosecdef as definer, p.proisstrict as strict,
       (select string_agg(case a.grantee when 0 then 'public' else a.grantee::regrole::text end, ' ' order by a.grantee)
        from aclexplode(p.proacl) a where a.grantee <> p.proowner) as execute
from pg_proc p
where p.pronamespace = 'pgq'::regnamespace and p.proname not like '\_%' and p.prokind <> 'p'
    and p.proname <> 'prepare_captures'  -- only without C
order by 1, 2;

\pset format aligned

-- Nobody else may run what everybody need not, and who runs as the owner has a fixed search_path.
select p.oid::regprocedure from pg_proc p where p.pronamespace = 'pgq'::regnamespace and p.proacl is null;
select p.oid::regprocedure from pg_proc p
where p.pronamespace = 'pgq'::regnamespace and p.prosecdef and not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false);

select c.relname, c.relkind, case a.grantee when 0 then 'public' else a.grantee::regrole::text end as grantee,
       string_agg(a.privilege_type, ' ' order by a.privilege_type) as privileges
from pg_class c cross join lateral aclexplode(c.relacl) a
where c.relnamespace = 'pgq'::regnamespace and a.grantee <> c.relowner
group by 1, 2, 3 order by 1, 3;

select rolname, rolcanlogin, array(select roleid::regrole::text from pg_auth_members where member = r.oid order by 1) as member_of
from pg_roles r where rolname like 'pgq\_%' order by 1;
select pgq.version();
