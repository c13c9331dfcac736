-- Foreign keys around a copy: dropped, remembered, restored.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

create schema fk;
create table fk.one (id int primary key);
create table fk.two (id int primary key, one_id int constraint two_one references fk.one on delete cascade, up int references fk.two);
create table fk."Three 3" (id int primary key, two_id int references fk.two deferrable initially deferred);
set search_path = fk;
select * from londiste.find_table_fkeys('fk.one');
select * from londiste.find_table_fkeys('fk.two');
select * from londiste.find_table_fkeys('fk.nothing');
reset search_path;

select londiste.drop_table_fkey('fk.two', 'nothing');
select londiste.drop_table_fkey('fk.one', 'two_one');
select londiste.drop_table_fkey('fk.nothing', 'two_one');
select londiste.drop_table_fkey('fk.two', 'two_one');
select londiste.drop_table_fkey('fk.two', 'two_one');
select londiste.drop_table_fkey('fk.Three 3', 'Three 3_two_id_fkey');
select * from londiste.get_table_pending_fkeys('fk.two');
select * from londiste.get_table_pending_fkeys('fk.one');
select * from londiste.get_table_pending_fkeys('fk.nothing');
select * from londiste.find_table_fkeys('fk.two');

-- at once
select londiste.restore_table_fkey('fk.two', 'nothing');
select londiste.restore_table_fkey('fk.two', 'two_one');
select londiste.restore_table_fkey('fk.two', 'two_one');
insert into fk.two values (1, 1);
-- step by step
select londiste.restore_table_fkey('fk.Three 3', 'Three 3_two_id_fkey', true) as step \gset
\echo :step
insert into fk."Three 3" values (1, 5);
:step;
insert into fk."Three 3" values (2, 5);
select londiste.restore_table_fkey('fk.Three 3', 'Three 3_two_id_fkey', true) as step \gset
\echo :step
:step;
delete from fk."Three 3";
:step;
select londiste.restore_table_fkey('fk.Three 3', 'Three 3_two_id_fkey', true);
select convalidated from pg_constraint where conname = 'Three 3_two_id_fkey';
select count(*) from londiste.pending_fkeys;
-- half done, then at once
select londiste.drop_table_fkey('fk.two', 'two_one');
alter table fk.two add constraint two_one foreign key (one_id) references fk.one on delete cascade not valid;
select londiste.restore_table_fkey('fk.two', 'two_one');
select convalidated from pg_constraint where conname = 'two_one';
-- one that never was valid stays so
alter table fk.two drop constraint two_one;
insert into fk.two values (9, 9);
alter table fk.two add constraint two_one foreign key (one_id) references fk.one not valid;
select londiste.drop_table_fkey('fk.two', 'two_one');
select londiste.restore_table_fkey('fk.two', 'two_one', true) as step \gset
\echo :step
:step;
select londiste.restore_table_fkey('fk.two', 'two_one', true);
select convalidated from pg_constraint where conname = 'two_one';
-- rows that do not match
select londiste.drop_table_fkey('fk.two', 'two_one');
update londiste.pending_fkeys set fkey_def = replace(fkey_def, ' NOT VALID', '');
select londiste.restore_table_fkey('fk.two', 'two_one');
select count(*) from londiste.pending_fkeys;
-- back, but not valid yet, when the next copy drops it again
select londiste.restore_table_fkey('fk.two', 'two_one', true) as step \gset
:step;
select londiste.drop_table_fkey('fk.two', 'two_one');
select fkey_def from londiste.pending_fkeys;
delete from fk.two;
select londiste.restore_table_fkey('fk.two', 'two_one');
-- with its table gone
select londiste.drop_table_fkey('fk.Three 3', 'Three 3_two_id_fkey');
begin;
drop table fk."Three 3";
select londiste.restore_table_fkey('fk.Three 3', 'Three 3_two_id_fkey', true);
rollback;
begin;
drop table fk.two;
select londiste.restore_table_fkey('fk.Three 3', 'Three 3_two_id_fkey');
select count(*) from londiste.pending_fkeys;
rollback;
select londiste.restore_table_fkey('fk.Three 3', 'Three 3_two_id_fkey');

-- partitioned: the parent's key, not the partitions'
create table fk.parts (id int primary key, one_id int references fk.one) partition by range (id);
create table fk.parts_1 partition of fk.parts for values from (0) to (10);
select * from londiste.find_table_fkeys('fk.parts');
select * from londiste.find_table_fkeys('fk.parts_1');
select londiste.drop_table_fkey('fk.parts', 'parts_one_id_fkey');
select londiste.restore_table_fkey('fk.parts', 'parts_one_id_fkey', true) as step \gset
\echo :step
:step;
select londiste.restore_table_fkey('fk.parts', 'parts_one_id_fkey', true);
select conrelid::regclass, convalidated from pg_constraint where conname = 'parts_one_id_fkey' order by conrelid::regclass::text;

-- which may be restored now, and by which queue
create function add_node(queue text, type text, combined text) returns void language plpgsql as $$
begin
    perform pgq_node.register_location(queue, 'up', 'dbname=up', false);
    perform pgq_node.register_location(queue, 'me', 'dbname=me', false);
    if type = 'root' then
        perform pgq_node.create_node(queue, type, 'me', 'w', null, null, null);
    else
        perform pgq_node.create_node(queue, type, 'me', 'w', 'up', 1, combined);
    end if;
end;
$$;
create function add_table(queue text, tbl text, state text, snapshot text) returns void language sql as $$
    insert into londiste.table_info (queue_name, table_name, local, merge_state, custom_snapshot) values (queue, tbl, true, state, snapshot)
    on conflict (queue_name, table_name) do update set merge_state = state, custom_snapshot = snapshot;
$$;
create function valid() returns table (queue_name text, fkey_name text) language sql as $$
    select n.queue_name, v.fkey_name from pgq_node.node_info n, londiste.get_valid_pending_fkeys(n.queue_name) v order by 1, 2;
$$;
select londiste.drop_table_fkey('fk.two', 'two_one');
select add_node('fk_1', 'leaf', null);
select valid();
select add_table('fk_1', 'fk.one', 'ok', null);
select valid();
select add_table('fk_1', 'fk.two', null, null);
select valid();
select add_table('fk_1', 'fk.two', 'catching-up', null);
select valid();
select add_table('fk_1', 'fk.two', 'ok', '1:2:');
select valid();
select add_table('fk_1', 'fk.two', 'ok', null);
select valid();
-- a table under another name on the queue
update londiste.table_info set table_name = 'fk.far', dest_table = 'fk.two' where table_name = 'fk.two';
select valid();
update londiste.table_info set table_name = 'fk.two', dest_table = null where table_name = 'fk.far';
-- sides of different queues: the first one, but not one whose node is a root
select add_node('fk_2', 'branch', null);
delete from londiste.table_info where queue_name = 'fk_1' and table_name = 'fk.one';
select add_table('fk_2', 'fk.one', 'ok', null);
select valid();
update pgq_node.node_info set node_type = 'root' where queue_name = 'fk_1';
select valid();
update pgq_node.node_info set node_type = 'leaf' where queue_name = 'fk_1';
delete from londiste.table_info;
-- only one side is replicated; none is any more; none but on a root
select add_table('fk_1', 'fk.two', 'in-copy', null);
select valid();
select add_table('fk_1', 'fk.two', 'ok', null);
select valid();
delete from londiste.table_info;
select valid();
select londiste.get_valid_pending_fkeys('not a queue');
update pgq_node.node_info set node_type = 'root' where queue_name = 'fk_1';
select add_table('fk_1', 'fk.two', 'ok', null);
select valid();
update pgq_node.node_info set node_type = 'leaf' where queue_name = 'fk_1';
delete from londiste.table_info;
-- merged from two queues into a root: the first part, when all are in sync
select add_node('fk_all', 'root', null);
select add_node('fk_a', 'leaf', 'fk_all');
select add_node('fk_b', 'leaf', 'fk_all');
select add_table(q, t, 'ok', null) from unnest('{fk_a,fk_b,fk_all}'::text[]) q, unnest('{fk.one,fk.two}'::text[]) t;
select valid();
select add_table('fk_b', 'fk.one', 'in-copy', null);
select valid();
select add_table('fk_b', 'fk.one', 'ok', null);
-- into a branch: its own worker, which applies
update pgq_node.node_info set node_type = 'branch' where queue_name = 'fk_all';
select valid();

select d.ret_note from unnest('{fk_a,fk_b,fk_all,fk_1,fk_2}'::text[]) q, lateral pgq_node.drop_node(q, 'me') d;
select londiste.restore_table_fkey('fk.two', 'two_one');
-- as SkyTools stores them, with fk on its path
create table fk."t (w\1" (id int primary key);
create table fk.three (id int references fk."t (w\1", one int references fk.one);
alter table fk.three drop constraint three_id_fkey, drop constraint three_one_fkey;
insert into londiste.pending_fkeys values
    ('fk.three', 'fk.one', 'three_one_fkey', 'alter table only fk.three add constraint three_one_fkey FOREIGN KEY (one) REFERENCES one(id)'),
    ('fk.three', 'fk.t (w\1', 'three_id_fkey', 'alter table only fk.three add constraint three_id_fkey FOREIGN KEY (id) REFERENCES "t (w\1"(id) ON DELETE CASCADE');
select londiste.restore_table_fkey('fk.three', 'three_one_fkey', true);
select londiste.restore_table_fkey('fk.three', 'three_one_fkey'), londiste.restore_table_fkey('fk.three', 'three_id_fkey');
select conname, confrelid::regclass from pg_constraint where conrelid = 'fk.three'::regclass order by 1;
drop schema fk cascade;
drop function add_node, add_table, valid;
