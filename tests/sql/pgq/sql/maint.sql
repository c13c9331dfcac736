-- The list of maintenance operations.
\set SHOW_CONTEXT never
select * from pgq.maint_operations();
select pgq.create_queue('m1'), pgq.create_queue('m2'), pgq.create_queue('m3');
select * from pgq.maint_operations();
-- Rotations that are due, in name order, and step 2 after them.
update pgq.queue set queue_switch_time = now() - interval '3 hours' where queue_name in ('m3', 'm1');
select * from pgq.maint_operations();
-- A rotation that was left half way.
select pgq.maint_rotate_tables_step1('m3');
update pgq.queue set queue_switch_time = now();
select * from pgq.maint_operations();
select pgq.maint_rotate_tables_step2();
-- A queue's own functions.
update pgq.queue set queue_extra_maint = array['public.clean_up', 'my.second'] where queue_name = 'm2';
select * from pgq.maint_operations();
update pgq.queue set queue_extra_maint = array[]::text[] where queue_name = 'm2';
select * from pgq.maint_operations();

-- Vacuum only where autovacuum is off, and only what exists.
select * from pgq.maint_tables_to_vacuum();
-- A session takes a new setting between two commands, some time after the reload.
\set wait_off 'do $$ begin if current_setting(''autovacuum'') <> ''off'' then perform pg_sleep(0.2); end if; end; $$;'
\set wait_on 'do $$ begin if current_setting(''autovacuum'') <> ''on'' then perform pg_sleep(0.2); end if; end; $$;'
alter system set autovacuum = off;
select pg_reload_conf();
:wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off :wait_off
show autovacuum;
select * from pgq.maint_operations();
create schema londiste;
create table londiste.seq_info (queue_name text, seq_name text, local boolean);
create schema pgq_node;
create table pgq_node.local_state (x int);
create table pgq_node.node_info (queue_name text, node_type text);
select * from pgq.maint_tables_to_vacuum();
alter system reset autovacuum;
select pg_reload_conf();
:wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on :wait_on
show autovacuum;
select * from pgq.maint_tables_to_vacuum();

-- Functions of the other schemas, where they are: watermarks and sequences of root nodes.
insert into pgq_node.node_info values ('m2', 'root'), ('m1', 'root'), ('m3', 'branch');
insert into londiste.seq_info values ('m1', 'public.a', true), ('m1', 'public.b', true), ('m2', 'public.c', false), ('m3', 'public.d', true);
select * from pgq.maint_operations();
create function pgq_node.maint_watermark(i_queue_name text) returns int language sql as 'select 0';
create function londiste.root_check_seqs(i_queue_name text) returns int language sql as 'select 0';
create function londiste.periodic_maintenance() returns int language sql as 'select 0';
select * from pgq.maint_operations();
drop schema londiste cascade;
drop schema pgq_node cascade;
select pgq.drop_queue(queue_name) from pgq.queue;
