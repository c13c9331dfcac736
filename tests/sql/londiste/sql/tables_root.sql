-- Tables of a root: registration, triggers, events.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

create function events(queue text, out ev text) returns setof text language sql as $$
    select concat_ws('|', ev_type, ev_data, ev_extra1, ev_extra2) from pgq.event_template e
    where e.tableoid in (select i.inhrelid from pgq.queue q, pg_inherits i where q.queue_name = queue and i.inhparent = q.queue_data_pfx::regclass)
    order by ev_id;
$$;
create function triggers(tbl text, out def text) returns setof text language sql as $$
    select pg_get_triggerdef(t.oid) from pg_trigger t where t.tgrelid = tbl::regclass and not t.tgisinternal order by t.tgname;
$$;
select ret_note from pgq_node.register_location('tr', 'r', 'dbname=r', false);
select ret_note from pgq_node.create_node('tr', 'root', 'r', 'r_worker', null, null, null);

create table tr_one (id int primary key, txt text);
create schema tr;
create table tr."Two x" (id int primary key, txt text);
create table tr_nopk (id int);
create table tr_parts (id int primary key, txt text) partition by range (id);
create table tr_parts_1 partition of tr_parts for values from (0) to (100);
create view tr_view as select 1 as id;

-- refusals
select * from londiste.local_add_table('tr', 'tr_nothing');
select * from londiste.local_add_table('tr', 'tr_view');
select * from londiste.local_add_table('tr', 'tr_nopk');
select * from londiste.local_add_table('nowhere', 'tr_one');
select * from londiste.local_add_table('tr', 'tr_one', '{merge_all,no_merge}');
select * from londiste.local_add_table('tr', 'tr_one', '{tgflags=XIU}');
select * from londiste.local_add_table('tr', null);
select * from londiste.global_add_table('nowhere', 'tr_one');
select * from londiste.root_notify_change('nowhere', 't', 'd');
-- what failed half-way is the caller's to roll back
select table_name, local from londiste.get_table_list('tr');
select * from londiste.local_remove_table('tr', 'tr_one');

-- success
select * from londiste.local_add_table('tr', 'tr_one');
select * from londiste.local_add_table('tr', 'public.tr_one');
select * from londiste.local_add_table('tr', 'tr.Two x', '{ignore=txt,backup}', 'handler=londiste');
select * from londiste.local_add_table('tr', 'tr.Two x', '{ignore=txt,backup}', 'handler=londiste');
select * from londiste.local_add_table('tr', 'tr.Two x', '{ignore=txt,backup}', 'handler=other');
select * from londiste.local_add_table('tr', 'tr.Two x', '{ignore=txt,backup}');
select * from londiste.local_add_table('tr', 'tr.Two x', '{ignore=txt,backup}', 'handler=londiste', 'tr_one');
select * from londiste.local_add_table('tr', 'tr_parts');
select * from londiste.get_table_list('tr');
select triggers('tr_one');
select triggers('tr."Two x"');
select triggers('tr_parts');

insert into tr_one values (1, 'a');
insert into tr."Two x" values (1, 'a');
insert into tr_parts values (1, 'a');
update tr_parts set txt = 'b';
truncate tr_parts;
select events('tr');
delete from pgq.event_template;

-- under another name here, also TRUNCATE goes out under the queue's name
create table tr_local (id int primary key, txt text);
select * from londiste.local_add_table('tr', 'tr_queue', null, null, 'tr_local');
select triggers('tr_local');
insert into tr_local values (1, 'a');
truncate tr_local;
set session_replication_role = local;
truncate tr_local;
reset session_replication_role;
select events('tr');
delete from pgq.event_template;
create trigger wrong after insert on tr_local for each statement execute function londiste.truncate_trigger('tr', 't');
insert into tr_local values (2, 'a');
drop trigger wrong on tr_local;
-- a given ev_extra1 wins
create table tr_local2 (id int primary key);
select * from londiste.local_add_table('tr', 'tr_queue2', array['ev_extra1=''x'''], null, 'tr_local2');
select triggers('tr_local2');

-- no triggers, virtual
create table tr_none (id int primary key);
select * from londiste.local_add_table('tr', 'tr_none', '{no_triggers}');
select triggers('tr_none');
select * from londiste.local_add_table('tr', 'tr_virtual', '{virtual_table}', 'handler=vtable');
select * from londiste.local_add_table('tr', 'tr_skip', '{skip_truncate,virtual_table}');
select * from londiste.local_add_table('tr', 'tr_skip2', '{skip_truncate,virtual_table}', 'handler=x');
select table_name, merge_state, table_attrs from londiste.get_table_list('tr') where table_name like '%tr_v%' or table_name like '%skip%';

-- a trigger that fires before ours
create table tr_late (id int primary key);
create function tr_late() returns trigger language plpgsql as 'begin return null; end';
create trigger "Aaa" after insert on tr_late for each row execute function tr_late();
create trigger "Aab" after insert on tr_late for each row execute function tr_late();
select * from londiste.local_add_table('tr', 'tr_late');
select * from londiste.local_remove_table('tr', 'tr_late');
drop trigger "Aaa" on tr_late;
drop trigger "Aab" on tr_late;
-- these do not count: before, statement, logger, after ours
create trigger a1 before insert on tr_late for each row execute function tr_late();
create trigger a2 after insert on tr_late for each statement execute function tr_late();
create trigger a_logger after insert on tr_late for each row execute function tr_late();
create trigger zz after insert on tr_late for each row execute function tr_late();
select * from londiste.local_add_table('tr', 'tr_late');

-- attributes, state, structure
select * from londiste.local_set_table_attrs('tr', 'public.tr_one', 'handler=x');
select * from londiste.local_set_table_attrs('tr', 'tr_nothing', 'handler=x');
select * from londiste.local_set_table_state('tr', 'tr_one', '1:2:', 'in-copy');
select * from londiste.local_set_table_struct('tr', 'public.tr_one', 'create index ..');
select * from londiste.local_set_table_struct('tr', 'public.tr_nothing', 'create index ..');
select merge_state, custom_snapshot, dropped_ddl, table_attrs from londiste.get_table_list('tr') where table_name = 'public.tr_one';
-- never ok while something is dropped
select * from londiste.local_set_table_state('tr', 'tr_one', null, 'ok');
select * from londiste.local_set_table_struct('tr', 'public.tr_one', null);
select * from londiste.local_set_table_state('tr', 'tr_one', null, null);
select * from londiste.local_set_table_state('tr', 'tr_one', null, 'ok');
select * from londiste.local_set_table_state('tr', 'tr_nothing', null, 'ok');

-- handler
select * from londiste.local_change_handler('tr', 'tr_one', '{ignore=txt}', 'handler=y');
select triggers('tr_one');
select table_attrs from londiste.get_table_list('tr') where table_name = 'public.tr_one';
select * from londiste.local_change_handler('tr', 'tr_queue', '{backup}', 'handler=y');
select triggers('tr_local');
select * from londiste.local_change_handler('tr', 'tr_one', '{no_triggers}', null);
select * from londiste.local_change_handler('tr', 'tr_one', '{tgflags=!}', null);
select * from londiste.local_change_handler('tr', 'tr_nothing', null, null);
select * from londiste.local_change_handler('nowhere', 'tr_one', null, null);

-- removal takes the triggers along, and tells the others
delete from pgq.event_template;
select * from londiste.local_remove_table('tr', 'tr_queue');
select triggers('tr_local');
select * from londiste.local_remove_table('tr', 'tr.Two x');
select triggers('tr."Two x"');
select * from londiste.local_remove_table('tr', 'tr_parts');
select * from londiste.global_add_table('tr', 'tr_far');
select * from londiste.global_add_table('tr', 'tr_far');
select * from londiste.local_remove_table('tr', 'tr_far');
select * from londiste.global_remove_table('tr', 'tr_one');
select triggers('tr_one');
select * from londiste.global_remove_table('tr', 'tr_one');
select * from londiste.global_remove_table('nowhere', 'tr_one');
select events('tr');

-- with its table gone, a registration can still be removed
drop table tr_none, tr_late;
select * from londiste.local_remove_table('tr', 'tr_none');
select * from londiste.local_remove_table('tr', 'tr_late');

-- and with its node all are
select triggers('tr_local2');
select ret_note from pgq_node.drop_node('tr', 'r');
select triggers('tr_local2');
select count(*) from londiste.table_info;
drop table tr_one, tr_nopk, tr_parts, tr_local, tr_local2;
drop view tr_view;
drop schema tr cascade;
drop function events, triggers, tr_late;
