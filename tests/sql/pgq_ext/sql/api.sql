-- What clients rely on: tables, names and types of parameters, who runs as whom, who may do what.
\set VERBOSITY terse
select table_name, column_name, data_type, is_nullable, column_default
from information_schema.columns where table_schema = 'pgq_ext'
order by table_name, ordinal_position;
select conrelid::regclass, conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace = 'pgq_ext'::regnamespace and contype <> 'n' order by 1, 2;

\pset format unaligned
select p.proname, pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result, p.prosecdef as definer,
       (select string_agg(case a.grantee when 0 then 'public' else a.grantee::regrole::text end, ' '
                          order by case a.grantee when 0 then 'public' else a.grantee::regrole::text end)
        from aclexplode(p.proacl) a where a.grantee <> p.proowner) as execute
from pg_proc p where p.pronamespace = 'pgq_ext'::regnamespace
order by 1, 2;
\pset format aligned
select p.oid::regprocedure from pg_proc p
where p.pronamespace = 'pgq_ext'::regnamespace and p.prosecdef and not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false);

-- No pgq is needed, its roles are there all the same.
select count(*) as pgq from pg_namespace where nspname = 'pgq';
select rolname, rolcanlogin from pg_roles where rolname like 'pgq\_%' order by 1;
select pgq_ext.version() >= '3.1' as version, pgq_ext.upgrade_schema() as changes;

create role ext_nobody;
create role ext_writer in role pgq_writer;
create role ext_admin in role pgq_admin;
set role ext_nobody;
select pgq_ext.version() is not null as version;
select pgq_ext.is_batch_done('c', 1);
select pgq_ext.set_batch_done('c', 's', 1);
select count(*) from pgq_ext.completed_batch;
set role ext_writer;
select pgq_ext.set_batch_done('c', 1), pgq_ext.is_batch_done('c', 1), pgq_ext.set_last_tick('c', 1), pgq_ext.get_last_tick('c'),
       pgq_ext.set_event_done('c', 1, 1), pgq_ext.is_event_done('c', 1, 1);
select count(*) from pgq_ext.completed_batch;
set role ext_admin;
select * from pgq_ext.completed_batch;
delete from pgq_ext.completed_batch;
delete from pgq_ext.completed_tick;
delete from pgq_ext.completed_event;
delete from pgq_ext.partial_batch;
reset role;
drop role ext_nobody, ext_writer, ext_admin;
