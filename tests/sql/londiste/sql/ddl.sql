-- Changes of structure are published, in their place among the changes of rows.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;
set timezone = 'UTC';
set datestyle = 'ISO';
create schema dd;
select * from pgq_node.register_location('q_ddl', 'dd root', 'dbname=db', false);
select * from pgq_node.create_node('q_ddl', 'root', 'dd root', 'worker', null, null, null);
create table dd.t (id int primary key, v text);
create table dd."Odd, @t" (id int primary key);
select ret_code from londiste.local_add_table('q_ddl', 'dd.t');
-- what was published since the last look
create function dd.events() returns setof text language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select case when ev_type = ''EXECUTE'' then regexp_replace(ev_data, ''select pg_catalog.set_config[^;]*;\n'', '''', ''g'') else ev_type || '' '' || ev_data end
                       from gone where ev_type <> ''londiste.add-table'' order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'q_ddl');
end $$;
-- check is where it begins
alter table dd.t add column w int;
select dd.events();
select * from londiste.set_ddl('q_ddl', 'perhaps', null);
select * from londiste.set_ddl('q_ddl', null, '{"unsafe": "perhaps"}');
select * from londiste.set_ddl('q_ddl', null, '{"colour": "red"}');
select * from londiste.set_ddl('q_nowhere', 'off', null);
select * from londiste.set_ddl('q_ddl', 'replicate', null);
select mode, options from londiste.ddl_setting;
select evtname, evtevent, evtenabled from pg_event_trigger order by 1;
select ev_extra2 from pgq.event_template;
select dd.events();
-- in order, with what surrounds them
begin;
insert into dd.t values (1, 'a', 1);
alter table dd.t add column x text default 'it''s', drop column w;
update dd.t set x = 'b';
alter table dd.t rename v to "V v";
update dd.t set x = 'c';
commit;
select dd.events();
-- what was undone was not published
begin;
savepoint s;
alter table dd.t add column gone int;
rollback to s;
create index on dd.t ("V v");
commit;
select dd.events();
-- the whole of an event
alter table dd.t add check (id > 0);
do $$ begin execute (select format('create view dd.queued as select * from %s', queue_data_pfx) from pgq.queue where queue_name = 'q_ddl'); end $$;
select ev_type, ev_extra1 ~ '^ddl\.dd root\.\d{8}T\d{12}\.\d+\.1$', ev_extra2, regexp_replace(ev_data, 'x', 'x') from dd.queued;
select execute_attrs, execute_sql = ev_data, execute_file = ev_extra1 from londiste.applied_execute join dd.queued on true where execute_file like 'ddl%' and execute_file = ev_extra1;
select dd.events();
-- from inside of functions, several in one text, by several commands in one
create function dd.change() returns void language plpgsql as $$ begin alter table dd.t alter x type varchar(10), add y int; alter table dd.t alter y type bigint using y + 1; end $$;
select dd.change();
select dd.events();
do 'begin execute ''alter table dd.t alter y type text using (y::text || $q$it''''''''s, $q$), alter x set not null''; end';
select dd.events();
-- a USING that keeps the type is published by the command that has it
alter table dd.t alter y type text using y || '+', alter x set default 'u'; comment on column dd.t.x is 'x';
select dd.events();
create function dd.by_sql() returns void language sql as 'alter table dd.t alter y type varchar(30)';
select dd.by_sql();
alter table dd.t alter y type varchar(30);
drop index dd."t_V v_idx";
comment on column dd.t.y is 'y';
alter table dd.t drop constraint t_pkey cascade, add primary key (id, x);
select dd.events();
create table dd.other (like dd.t); create index on dd.other (id); drop table dd.other;
-- unchanged
alter table dd.t set (fillfactor = 70); alter table dd.t owner to current_user; create trigger zz before insert on dd.t for each row execute function suppress_redundant_updates_trigger();
drop trigger zz on dd.t;
select dd.events();
-- what would not be the same elsewhere
\set VERBOSITY default
alter table dd.t add r float default random();
alter table dd.t add r serial;
alter table dd.t add r timestamptz default now(), alter id type bigint;
alter table dd.t add r int generated always as identity;
alter table dd.t alter y type timestamptz using now();
alter table dd.t alter y type text using md5(random()::text);
alter table dd.t alter y type varchar(30) using left(random()::text, 9);
alter table dd.t add check (random() >= 0);
-- a USING that keeps the type and is not the text's only ALTER TABLE, or is in a text that is not known
alter table dd.t alter y type varchar(30) using upper(y) \; alter table dd.t alter y set statistics 5;
alter table dd.t alter y set statistics 5 \; alter table dd.t alter y type varchar(30) using upper(y), alter id type bigint;
create function dd.upper_by_sql() returns void language sql as 'alter table dd.t alter y type varchar(30) using upper(y)';
select dd.upper_by_sql();
\set VERBOSITY terse
select count(*) from dd.events();
-- a stable one has its value told
alter table dd.t add since timestamptz default '2026-01-02 03:04:05+00'::text::timestamptz, add s text default current_setting('datestyle');
select dd.events();
-- a generated column in which the names of others change is the same
create table dd.gen (id int primary key, "Old n" int, g text generated always as (id::text || ' "Old n" ' || "Old n"::text || 'id') stored);
select ret_code from londiste.local_add_table('q_ddl', 'dd.gen');
select count(*) from dd.events();
alter table dd.gen rename id to k;
alter table dd.gen rename "Old n" to "a\1";
select dd.events();
select count(*) from (select londiste.local_remove_table('q_ddl', 'dd.gen')) r;
drop table dd.gen;
select count(*) >= 0 from dd.events();
-- without rows there is nothing to differ
create table dd.empty (id int primary key);
select ret_code from londiste.local_add_table('q_ddl', 'dd.empty');
create function dd.empty_by_sql() returns void language sql as 'alter table dd.empty alter id type text using ''one''';
select dd.empty_by_sql();
alter table dd.empty add r float default random(), add n int generated always as identity;
select dd.events();
-- foreign keys; volatile ones are left to check when asked
alter table dd.empty add unique (id, n), add constraint "to T" foreign key (id, n) references dd.empty (id, n) not valid;
alter table dd.empty validate constraint "to T";
comment on constraint "to T" on dd.empty is 'x';
alter table dd.empty drop constraint "to T";
select dd.events();
select * from londiste.set_ddl('q_ddl', 'replicate', '{"unsafe": "check"}');
insert into dd.empty values (1, 0.5);
alter table dd.empty add q float default random();
select dd.events();
-- scripts that each node runs are not published again, and what they did is known
begin; set local session_replication_role = local; alter table dd.empty add by_script int; commit;
alter table dd.empty add z int;
select dd.events();
-- whoever alters a table needs no right on queues, and gets none
create role dd_user;
grant all on schema dd to dd_user;
alter table dd.empty owner to dd_user;
set role dd_user;
alter table dd.empty drop column z;
select londiste._follow_ddl('ddl_command_end', 'x', '{}');
select londiste._publish_script('q_ddl', 'dd.empty', 'x', 'drop table x');
reset role;
select dd.events();
-- a closed queue takes no changes of structure either
update pgq.queue set queue_disable_insert = true where queue_name = 'q_ddl';
alter table dd.empty add z int;
update pgq.queue set queue_disable_insert = false where queue_name = 'q_ddl';
-- a name that a script cannot hold
select ret_code from londiste.local_add_table('q_ddl', 'dd.Odd, @t');
select dd.events();
select * from londiste.set_ddl('q_ddl', 'replicate', '{"unsafe": "refuse"}');
\set VERBOSITY default
alter table dd."Odd, @t" add column x int;
\set VERBOSITY terse
select * from londiste.set_ddl('q_ddl', 'replicate', '{"unsafe": "check"}');
alter table dd."Odd, @t" add column x int;
select dd.events();
-- what inherits is seen with its parent, once
select * from londiste.set_ddl('q_ddl', 'replicate', '{"unsafe": "refuse"}');
create table dd.parent (id int primary key);
create table dd.child (primary key (id)) inherits (dd.parent);
select ret_code from londiste.local_add_table('q_ddl', 'dd.child');
select dd.events();
alter table dd.parent add column p int;
alter table dd.parent drop column p;
select dd.events();
select ret_code from londiste.local_add_table('q_ddl', 'dd.parent');
alter table dd.parent add column p int;
select dd.events();
-- triggers, rules and row security are each node's own
create function dd.fires() returns trigger language plpgsql as 'begin return new; end';
create trigger fires before insert on dd.empty for each row execute function dd.fires();
alter trigger fires on dd.empty rename to fires_still;
alter table dd.empty disable trigger fires_still;
create rule no_delete as on delete to dd.empty where false do instead nothing;
alter table dd.empty enable row level security;
create policy mine on dd.empty using (true);
alter policy mine on dd.empty rename to ours;
drop policy ours on dd.empty;
alter table dd.empty disable row level security;
drop rule no_delete on dd.empty;
drop trigger fires_still on dd.empty;
select dd.events();
-- without the triggers nothing is published, until they are there again
alter event trigger _londiste_sql_drop disable;
select * from londiste.check_tables('q_ddl');
drop event trigger _londiste_ddl_command_end;
alter table dd.empty add unseen int;
select * from londiste.create_ddl_triggers();
select * from londiste.create_ddl_triggers();
select * from londiste.check_tables('q_ddl');
comment on table dd.empty is 'x';
select dd.events();
-- in a restored database tables have other oids, and what is noted by oid is not dumped
update londiste.table_structure set table_oid = 0 where table_name = 'dd.empty';
select * from londiste.check_tables('q_ddl');
select ret_code from londiste.set_ddl('q_ddl', null, null);
select * from londiste.check_tables('q_ddl');
select count(*) > 0 from dd.events();
-- back
select * from londiste.set_ddl('q_ddl', 'off', null);
select count(*) from londiste.table_structure;
select dd.events();
alter table dd.empty add z int;
select dd.events();
-- nobody needs them
select count(*) from pg_event_trigger;
select * from londiste.drop_ddl_triggers();
set role dd_user;
select ret_code, ret_note from londiste.create_ddl_triggers();
reset role;
grant londiste_writer to dd_user;
set role dd_user;
select * from londiste.set_ddl('q_ddl', 'replicate', null);
select * from londiste.set_ddl('q_ddl', 'check', null);
reset role;
-- the last of two queues takes them along; who may not drop them is told
select ret_code from pgq_node.register_location('q_ddl2', 'dd root', 'dbname=db', false);
select ret_code from pgq_node.create_node('q_ddl2', 'root', 'dd root', 'worker', null, null, null);
select ret_code from londiste.set_ddl('q_ddl', 'replicate', null), lateral londiste.set_ddl('q_ddl2', 'replicate', null) two(a, b);
set client_min_messages = notice;
set role dd_user;
select ret_code from londiste.set_ddl('q_ddl', 'check', null);
select ret_code from londiste.set_ddl('q_ddl2', 'off', null);
select * from londiste.drop_ddl_triggers();
reset role;
select count(*) from pg_event_trigger;
select ret_code from londiste.set_ddl('q_ddl2', 'replicate', null);
set client_min_messages = warning;
select ret_code from pgq_node.drop_node('q_ddl2', 'dd root');
select count(*) from pg_event_trigger;
drop owned by dd_user cascade;
drop role dd_user;
-- the other tests' queries find nothing of this
drop schema dd cascade;
select count(*) > 0 from (select londiste.local_remove_table('q_ddl', table_name) from londiste.table_info where queue_name = 'q_ddl') r;
delete from londiste.applied_execute where queue_name = 'q_ddl';
select ret_code from pgq_node.drop_node('q_ddl', 'dd root');
