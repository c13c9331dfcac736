-- Partitions of replicated tables that are truncated by themselves, come and go.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;
set timezone = 'UTC';

select ret_note from pgq_node.register_location('pc_q', 'root', 'dbname=root', false);
select ret_note from pgq_node.create_node('pc_q', 'root', 'root', 'root_worker', null, null, null);
create function conditions(out kind text, out subject text, out message text) returns setof record language sql as $$
    select kind, subject, message from pgq.condition where queue_name = 'pc_q' order by kind, subject;
$$;
create function triggers(tbl text, out def text) returns setof text language sql as $$
    select pg_get_triggerdef(t.oid) from pg_trigger t where t.tgrelid = tbl::regclass and t.tgparentid = 0 order by t.tgname;
$$;
create table pc (id int, part int, v text, primary key (part, id)) partition by list (part);
create table pc1 partition of pc for values in (1);
create table pc2 partition of pc for values in (2);
create table pc3 partition of pc for values in (3, 4) partition by range (id);
create table pc3a partition of pc3 for values from (0) to (100);
insert into pc values (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c');
select ret_note from londiste.local_add_table('pc_q', 'pc');
select triggers('pc');
select triggers('pc1');
select triggers('pc3');
select triggers('pc3a');
select * from conditions();

-- the whole table, alone and in a list that begins with a partition
truncate pc;
begin;
truncate pc1, pc;
truncate pc cascade;
commit;
select * from conditions();
-- single ones, also where the whole was truncated before in the same transaction
truncate pc1;
select * from conditions();
begin;
truncate pc;
select * from conditions();
insert into pc values (1, 1, 'again');
truncate pc1;
truncate pc3;
commit;
select * from conditions();
select hint from pgq.condition where queue_name = 'pc_q' order by subject limit 1;
-- undone
begin;
truncate pc2;
rollback;
begin;
savepoint s;
truncate pc;
rollback to s;
truncate pc2;
rollback;
select kind, subject from conditions();
begin;
savepoint s;
truncate pc;
rollback to s;
truncate pc2;
commit;
select kind, subject from conditions();
-- by somebody who has no rights on the queue
create role pc_owner;
create table pc9 (id int not null, part int not null, v text, primary key (part, id));
alter table pc attach partition pc9 for values in (9);
select londiste.check_partitions('pc_q');
alter table pc9 owner to pc_owner;
set role pc_owner;
truncate pc9;
reset role;
select kind, subject from conditions();
-- by a replica, and by a script
select pgq.clear_condition('pc_q', 'partition_truncated', null);
set session_replication_role = local;
truncate pc1;
set session_replication_role = replica;
truncate pc1;
reset session_replication_role;
select * from conditions();
-- a mark of the user's own
set londiste.truncated = 'x y / ''';
truncate pc1;
reset londiste.truncated;
select kind, subject from conditions();
truncate pc;
select * from conditions();

-- new partitions get the trigger; those with rows are told
select londiste.check_partitions('pc_q');
create table pc5 partition of pc for values in (5);
insert into pc values (1, 5, 'captured');
begin;
create table pc6 partition of pc for values in (6);
insert into pc values (1, 6, 'captured');
commit;
create table pc7 (id int not null, part int not null, v text, primary key (part, id));
insert into pc7 values (1, 7, 'before');
alter table pc attach partition pc7 for values in (7);
insert into pc values (2, 7, 'captured');
begin;
create table pc8 (id int not null, part int not null, v text, primary key (part, id));
insert into pc8 values (1, 8, 'before');
alter table pc attach partition pc8 for values in (8);
commit;
select londiste.check_partitions('pc_q');
select * from conditions();
select triggers('pc5');
select londiste.check_partitions('pc_q');
-- renamed; in another schema
alter table pc5 rename to pc_five;
create schema pc_old;
alter table pc_five set schema pc_old;
select londiste.check_partitions('pc_q');
-- gone, and gone for a while
alter table pc detach partition pc1;
drop table pc_old.pc_five;
alter table pc detach partition pc3;
drop table pc6;
create table pc6 partition of pc for values in (6);
select pgq.clear_condition('pc_q', 'partition_attached', null);
select londiste.check_partitions('pc_q');
select * from conditions();
alter table pc attach partition pc3 for values in (3, 4);
alter table pc detach partition pc2;
alter table pc attach partition pc2 for values in (2);
select londiste.check_partitions('pc_q');
select kind, subject, message from conditions() where kind = 'partition_attached';
-- a detached one is a table of its own
truncate pc1;
select * from conditions() where kind = 'partition_truncated';
-- one that is replicated by itself publishes its TRUNCATE
select pgq.clear_condition('pc_q', 'partition_' || k, null) from unnest('{gone,attached}'::text[]) k;
select ret_note from londiste.local_add_table('pc_q', 'pc2');
truncate pc2;
select * from conditions();
select ret_note from londiste.local_remove_table('pc_q', 'pc2');
select triggers('pc2');

-- what a script does, every node does
select ret_note from londiste.execute_start('pc_q', 'pc.sql', 'alter table pc detach partition pc7', true);
alter table pc detach partition pc7;
select ret_note from londiste.execute_finish('pc_q', 'pc.sql');
select londiste.check_partitions('pc_q');
-- a table that was made anew has nothing to compare with
drop table pc;
create table pc (id int, part int, v text, primary key (part, id)) partition by list (part);
create table pc1b partition of pc for values in (1);
select londiste.create_trigger('pc_q', 'pc', null, 'pc', 'root');
select londiste.check_partitions('pc_q');
select * from conditions();

-- removed, with all that was told of it
truncate pc1b;
select kind, subject from conditions();
select ret_note from londiste.local_remove_table('pc_q', 'pc');
select triggers('pc1b');
select londiste.check_partitions('pc_q');
select * from conditions();
select count(*) from londiste.partition_info;
truncate pc1b;
select * from conditions();

-- a long name of the queue; on a leaf it is refused
select * from londiste.create_trigger('a queue whose name is long enough to make the names of triggers be cut', 'pc', null, 'pc', 'root');
select triggers('pc1b');
select londiste.drop_table_triggers('a queue whose name is long enough to make the names of triggers be cut', 'pc');
select triggers('pc1b');
select ret_code from londiste.create_trigger('pc_leaf', 'pc', null, 'pc', 'leaf');
select triggers('pc');
select triggers('pc1b');
truncate pc1b;
select ret_code from londiste.create_trigger('pc_leaf', 'pc', null, 'pc', 'root');
select triggers('pc1b');
-- a function that can do nothing else
create table pc_plain (id int);
create trigger x after insert on pc_plain for each row execute function londiste.partition_trigger('pc_q', 'public.pc');
insert into pc_plain values (1);

drop table pc, pc_plain, pc1, pc7;
drop schema pc_old;
drop role pc_owner;
drop function conditions();
drop function triggers(text);
select ret_note from pgq_node.drop_node('pc_q', 'root');
