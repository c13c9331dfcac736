-- The table, its trigger and the queue change while the session has used them.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_redefined;
set search_path = trig_redefined;
select pgq.create_queue('trig_redefined');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_redefined');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key, a text, b integer);
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('trig_redefined');
insert into t values (1, 'a', 1);
select ev_type, ev_data, ev_extra1 from events();
-- columns
alter table t drop column a;
update t set b = 2;
alter table t add column c text default 'missing value';
update t set b = 3;
alter table t rename column b to "B b";
update t set "B b" = 4;
alter table t alter column "B b" type text using 'was ' || "B b";
update t set c = 'c';
alter table t add column g integer generated always as (id * 2) stored;
update t set c = 'd';
select ev_type, ev_data, ev_extra1 from events();
-- the key
alter table t drop constraint t_pkey;
insert into t values (2, 'no key');
update t set c = 'e' where id = 2;
alter table t add primary key (c, id);
insert into t values (3, 'two columns', 'k');
update t set "B b" = 'x' where id = 3;
update t set c = 'other key' where id = 3;
select ev_type, ev_data, ev_extra1 from events();
-- its name and its schema
alter table t rename to "T t";
insert into "T t" values (4, 'renamed', 'k');
create schema trig_redefined_2;
alter table "T t" set schema trig_redefined_2;
insert into trig_redefined_2."T t" values (5, 'moved', 'k');
alter schema trig_redefined_2 rename to trig_redefined_3;
insert into trig_redefined_3."T t" values (6, 'schema renamed', 'k');
alter table trig_redefined_3."T t" set schema trig_redefined;
drop schema trig_redefined_3;
alter table "T t" rename to t;
select ev_type, ev_data, ev_extra1 from events();
-- the trigger
drop trigger capture on t;
create trigger capture after insert or update or delete on t for each row execute function pgq.sqltriga('trig_redefined', 'pkey=id');
insert into t values (7, 'sqltriga', 'k');
drop trigger capture on t;
create trigger capture after insert or update or delete on t for each row execute function pgq.jsontriga('trig_redefined', 'ignore=B b,c');
insert into t values (8, 'jsontriga', 'k');
alter trigger capture on t rename to renamed;
insert into t values (9, 'jsontriga', 'k');
alter table t disable trigger renamed;
insert into t values (10, 'disabled', 'k');
alter table t enable trigger renamed;
alter table t disable trigger user;
insert into t values (11, 'disabled', 'k');
alter table t enable trigger user;
begin;
drop trigger renamed on t;
create trigger renamed after insert on t for each row execute function pgq.logutriga('trig_redefined');
insert into t values (12, 'undone', 'k');
rollback;
insert into t values (13, 'jsontriga', 'k');
select ev_type, ev_data, ev_extra1 from events();
-- a type
create type mood as enum ('sad');
create type pair as (a integer, b text);
create table m (id integer primary key, m mood, p pair);
create trigger capture after insert or update on m for each row execute function pgq.logutriga('trig_redefined');
insert into m values (1, 'sad', '(1,x)');
alter type mood rename value 'sad' to 'Sad';
alter type mood add value 'happy';
alter type pair rename attribute b to bb;
insert into m values (2, 'Sad', '(2,y)'), (3, 'happy', null);
alter table m drop column p;
alter type pair add attribute c integer;
alter table m add column p pair;
insert into m values (4, 'happy', '(4,z,5)');
select ev_type, ev_data, ev_extra1 from events();
-- the queue
insert into t values (20, 'old queue', 'k');
select pgq.drop_queue('trig_redefined', true);
insert into t values (21, 'no queue', 'k');
select pgq.create_queue('trig_redefined');
insert into t values (22, 'new queue', 'k');
select ev_type, ev_data, ev_extra1 from events();
-- rotation
update pgq.queue set queue_switch_time = '2000-01-01' where queue_name = 'trig_redefined';
select pgq.maint_rotate_tables_step1('trig_redefined');
begin;
insert into t values (23, 'rotated', 'k');
select queue_cur_table, pgq.current_event_table('trig_redefined') = queue_data_pfx || '_' || queue_cur_table as current from pgq.queue where queue_name = 'trig_redefined';
commit;
select ev_type, ev_data, ev_extra1 from events();
update pgq.queue set queue_disable_insert = true where queue_name = 'trig_redefined';
insert into t values (24, 'refused', 'k');
set session_replication_role = 'replica';
alter table t enable always trigger renamed;
insert into t values (24, 'replica', 'k');
reset session_replication_role;
update pgq.queue set queue_disable_insert = false where queue_name = 'trig_redefined';
insert into t values (25, 'allowed again', 'k');
select ev_type, ev_data, ev_extra1 from events();

select pgq.drop_queue('trig_redefined', true);
drop schema trig_redefined cascade;
