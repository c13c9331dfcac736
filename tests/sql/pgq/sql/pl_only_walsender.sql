-- A writer on a connection for replication, which can run SQL too, holds a snapshot like any other: the table that it takes for the current one is kept within sight.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;
select pgq.create_queue('walsender');
update pgq.queue set queue_rotation_period = '0' where queue_name = 'walsender';
\set rotate 'psql -XqAt -d regression -c "select 1 from pgq.maint_rotate_tables_step1(\'walsender\')" -c "select 1 from pgq.maint_rotate_tables_step2()" -c "select queue_cur_table from pgq.queue where queue_name = \'walsender\'"'
\setenv rotate :rotate
\c "dbname=regression replication=database"
begin isolation level repeatable read;
select count(*) from pgq.queue where queue_name = 'walsender';
\! sh -c "$rotate"
\! sh -c "$rotate"
select pgq.insert_event('walsender', 'a', 'b') > 0;
commit;
\c "dbname=regression"
\! sh -c "$rotate"
select pgq.drop_queue('walsender');
