-- What clients rely on: names and types of parameters, who runs as whom, who may do what.
\set VERBOSITY terse
\pset format unaligned
select p.proname, pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result, p.prosecdef as definer,
       (select string_agg(case a.grantee when 0 then 'public' else a.grantee::regrole::text end, ' '
                          order by case a.grantee when 0 then 'public' else a.grantee::regrole::text end)
        from aclexplode(p.proacl) a where a.grantee <> p.proowner) as execute
from pg_proc p where p.pronamespace = 'pgq_coop'::regnamespace and p.proname not like '\_%'
order by 1, 2;
\pset format aligned
select p.oid::regprocedure from pg_proc p where p.pronamespace = 'pgq_coop'::regnamespace and p.proacl is null;
select p.oid::regprocedure from pg_proc p
where p.pronamespace = 'pgq_coop'::regnamespace and p.prosecdef and not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false);
select pgq_coop.version() >= '3.1.1' as version;

-- As the roles themselves.
create role coop_nobody;
create role coop_reader in role pgq_reader;
select pgq.create_queue('coop');
select pgq.insert_event('coop', 't', 'd') > 0 as written;
set role coop_nobody;
select pgq_coop.version() is not null as version;
select pgq_coop.register_subconsumer('coop', 'c', 's');
select pgq_coop.next_batch('coop', 'c', 's');
select pgq_coop._take_over(null, null, '1 second');
set role coop_reader;
select pgq_coop.register_subconsumer('coop', 'c', 's');
reset role;
select pgq.insert_event('coop', 't', 'd') > 0 as written;
update pgq.tick set tick_time = tick_time - interval '1 hour';
select pgq.ticker('coop') as tick;
set role coop_reader;
select pgq_coop.next_batch('coop', 'c', 's') as batch \gset
select :batch > 0 as batch, count(*) as events from pgq.get_batch_events(:batch);
select pgq_coop.finish_batch(:batch);
select pgq_coop.unregister_subconsumer('coop', 'c', 's', 0);
select pgq_coop._take_over(null, null, '1 second');
reset role;
drop role coop_nobody, coop_reader;
select pgq.drop_queue('coop', true);
