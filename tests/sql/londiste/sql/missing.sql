-- What could be replicated and is not.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

create schema ms;
create table ms.one (id serial primary key);
create table ms."Two x" (id int primary key);
create unlogged table ms.unlogged (id int);
create temp table ms_temp (id int);
create view ms.view as select 1 as id;
create materialized view ms.matview as select 1 as id;
create table ms.parts (id int primary key, v int) partition by range (id);
create table ms.parts_1 partition of ms.parts for values from (0) to (10);
create table ms.parts_2 partition of ms.parts for values from (10) to (20) partition by range (id);
create table ms.parts_2_1 partition of ms.parts_2 for values from (10) to (15);
create function missing(queue text) returns table (obj_kind text, obj_name text) language sql as $$
    select * from londiste.local_show_missing(queue) where obj_name not like 'public.%';
$$;
select ret_note from pgq_node.register_location('ms', 'r', 'dbname=r', false);
select ret_note from pgq_node.create_node('ms', 'root', 'r', 'r_worker', null, null, null);
select missing('ms');
select ret_note from londiste.local_add_table('ms', 'ms.one');
select ret_note from londiste.local_add_seq('ms', 'ms.one_id_seq');
select ret_note from londiste.local_add_table('ms', 'far', null, null, 'ms.Two x');
select missing('ms');
-- the partitioned table: nothing of it is missing any more
select ret_note from londiste.local_add_table('ms', 'ms.parts');
select missing('ms');
-- partition by partition: the others are, and the parent is not
select ret_note from londiste.local_remove_table('ms', 'ms.parts');
select ret_note from londiste.local_add_table('ms', 'ms.parts_1');
select missing('ms');
select ret_note from londiste.local_remove_table('ms', 'ms.parts_1');
select ret_note from londiste.local_add_table('ms', 'ms.parts_2');
select missing('ms');
-- known but not taken
select ret_note from londiste.global_add_table('ms', 'ms.unlogged');
select missing('ms');

-- elsewhere: what the queue carries
select ret_note from pgq_node.register_location('msl', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('msl', 'l', 'dbname=l', false);
select ret_note from pgq_node.create_node('msl', 'leaf', 'l', 'l_worker', 'r', 1, null);
select * from londiste.local_show_missing('msl');
select ret_note from londiste.global_add_table('msl', 'ms.b');
select ret_note from londiste.global_add_table('msl', 'ms.one');
select ret_note from londiste.global_add_table('msl', 'ms.a');
select ret_note from londiste.global_update_seq('msl', 'ms.one_id_seq', 50);
select ret_note from londiste.global_update_seq('msl', 'ms.seq', 50);
select ret_note from londiste.local_add_seq('msl', 'ms.one_id_seq');
select ret_note from londiste.local_add_table('msl', 'ms.one');
select * from londiste.local_show_missing('msl');
select * from londiste.local_show_missing('nowhere');
select * from londiste.local_show_missing(null);

select ret_note from pgq_node.drop_node('msl', 'l');
select ret_note from pgq_node.drop_node('ms', 'r');
drop schema ms cascade;
drop function missing;
