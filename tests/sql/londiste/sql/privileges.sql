-- Who may call what, and the plain install over live nodes.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

create role lo_nobody;
create role lo_reader in role londiste_reader;
create role lo_writer in role londiste_writer;
create role lo_pgqadmin in role pgq_admin;

select p.oid::regprocedure,
       has_function_privilege('lo_nobody', p.oid, 'execute') as nobody,
       has_function_privilege('lo_reader', p.oid, 'execute') as reader,
       has_function_privilege('lo_writer', p.oid, 'execute') as writer,
       has_function_privilege('lo_pgqadmin', p.oid, 'execute') as pgqadmin,
       p.prosecdef
from pg_proc p
where p.pronamespace = 'londiste'::regnamespace
order by p.oid::regprocedure::text collate "C";

select c.relname, r.name,
       has_table_privilege(r.name, c.oid, 'select') as "select",
       has_table_privilege(r.name, c.oid, 'insert') as "insert",
       has_table_privilege(r.name, c.oid, 'update') as "update",
       has_table_privilege(r.name, c.oid, 'delete') as "delete"
from pg_class c, (values ('lo_nobody'), ('lo_reader'), ('lo_writer'), ('lo_pgqadmin')) r (name)
where c.relnamespace = 'londiste'::regnamespace and c.relkind = 'r'
order by 1, 2;

-- a writer does all that concerns his own tables
create schema lo authorization lo_writer;
grant usage on schema lo to lo_reader, lo_pgqadmin;
set role lo_writer;
create table lo.one (id serial primary key);
create table lo.two (id serial primary key, one_id int references lo.one);
select ret_note from pgq_node.register_location('lo', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('lo', 'l', 'dbname=l', false);
select ret_note from pgq_node.create_node('lo', 'root', 'r', 'r_worker', null, null, null);
select * from londiste.local_add_table('lo', 'lo.one');
select * from londiste.local_add_table('lo', 'lo.two', null, null, null);
select * from londiste.local_add_seq('lo', 'lo.one_id_seq');
select * from londiste.local_change_handler('lo', 'lo.one', '{backup}', 'handler=x');
insert into lo.one default values;
truncate lo.one cascade;
select londiste.drop_table_fkey('lo.two', 'two_one_id_fkey');
select count(*) from londiste.get_valid_pending_fkeys('lo');
select londiste.restore_table_fkey('lo.two', 'two_one_id_fkey');
select londiste.set_session_replication_role('replica', true);
select * from londiste.execute_start('lo', 'lo.sql', 'select 1', true);
select * from londiste.execute_finish('lo', 'lo.sql');
select ret_note from londiste.local_set_table_state('lo', 'lo.two', null, 'in-copy');
select * from londiste.local_set_copy_progress('lo', 'lo.two', 'copying', 1, 1, 1, 1, '1 s', '1 s');
select * from londiste.local_set_copy_progress('lo', 'lo.two', null, null, null, null, null, null, null);
select ret_note from londiste.local_set_table_state('lo', 'lo.two', null, 'ok');
select londiste.create_partition('lo.one', 'lo.one_2020', null, null, null, null);
select londiste.drop_obsolete_partitions('lo.one', '1 day', 'year');
-- but not others' tables
reset role;
create table lo.three (id serial primary key);
grant select on all tables in schema lo to lo_reader, lo_pgqadmin;
grant select on all sequences in schema lo to lo_reader, lo_pgqadmin;
set role lo_writer;
select * from londiste.local_add_table('lo', 'lo.three');

-- a reader looks
set role lo_reader;
select table_name, local, merge_state from londiste.get_table_list('lo') order by 1;
select seq_name, local from londiste.get_seq_list('lo');
-- also of sequences that it may not read itself
reset role;
revoke select on sequence lo.one_id_seq from lo_reader;
set role lo_reader;
select last_value from lo.one_id_seq;
select * from londiste.get_seq_positions('lo');
select * from londiste.local_set_seq_position('lo', 'lo.one_id_seq', 1, true);
select count(*) from londiste.get_copy_progress('lo');
select count(*) from londiste.find_table_fkeys('lo.one');
select * from londiste.local_set_copy_progress('lo', 'lo.two', null, null, null, null, null, null, null);
select * from londiste.local_remove_table('lo', 'lo.one');
select * from londiste.local_set_table_state('lo', 'lo.one', null, null);
select * from londiste.root_check_seqs('lo');
select londiste.set_session_replication_role('replica', true);
update londiste.table_info set merge_state = null;
-- pgqd's role does the maintenance
set role lo_pgqadmin;
select ret_code from londiste.root_check_seqs('lo');
select londiste.periodic_maintenance();
select * from londiste.local_remove_table('lo', 'lo.one');
set role lo_nobody;
select londiste.quote_fqname('a b'), londiste.version();
select * from londiste.get_table_list('lo');
select * from londiste.get_copy_progress('lo');
insert into londiste.pending_fkeys values ('a', 'b', 'c', 'drop table x');
reset role;

-- what pgqd is told to do
select func_name, func_arg from pgq.maint_operations() where func_name like 'londiste.%' or func_arg = 'lo';

-- installed over itself, everything is as before
create function lo_state() returns table (what text, is_ text) language sql as $$
    select 'table', t::text from londiste.table_info t union all
    select 'sequence', s::text from londiste.seq_info s union all
    select 'publish', p::text from londiste.seq_publish p union all
    select 'execute', e::text from londiste.applied_execute e union all
    select 'function', p.oid || p.prosrc || coalesce(p.proacl::text, '') from pg_proc p where p.pronamespace = 'londiste'::regnamespace union all
    select 'trigger', t.oid || pg_get_triggerdef(t.oid) from pg_trigger t where tgrelid in ('lo.one'::regclass, 'londiste.table_info'::regclass) union all
    select 'relation', c.oid || c.relname || coalesce(c.relacl::text, '') from pg_class c where c.relnamespace = 'londiste'::regnamespace;
$$;
create temp table before as select * from lo_state();
\set ECHO none
\o /dev/null
\i bundles/londiste.sql
\o
\set ECHO all
create temp table after as select * from lo_state();
select what, count(*) > 0 as some from before group by 1 order by 1;
(table before except table after) union all (table after except table before);

delete from londiste.applied_execute;
select ret_note from pgq_node.drop_node('lo', 'r');
drop function lo_state;
drop schema lo cascade;

-- without the roles, and without the right to make them: said what is missing
create role lo_installer;
begin;
drop owned by londiste_writer, londiste_reader;
drop role londiste_writer, londiste_reader;
grant usage on schema londiste to lo_installer;
grant execute on all functions in schema londiste to lo_installer;
set local role lo_installer;
\set VERBOSITY default
select londiste.upgrade_schema();
\set VERBOSITY terse
rollback;
drop role lo_nobody, lo_reader, lo_writer, lo_pgqadmin, lo_installer;

-- a capture trigger publishes with the rights of whoever changes the table
create schema lw;
grant usage on schema lw to public;
create table lw.t (id int primary key, v text);
create role lw_owner;
create role lw_app;
create role lw_group;
create role lw_member in role lw_group;
create role lw_column;
create role lw_reader;
create role lw_publisher in role pgq_writer;
alter table lw.t owner to lw_owner;
grant insert, update, delete, truncate on lw.t to lw_app, lw_publisher;
grant truncate on lw.t to lw_group;
grant update (v) on lw.t to lw_column;
grant select on lw.t to lw_reader;
select * from londiste.find_silent_writers('lw.t');
select * from londiste.find_silent_writers('lw.nothing');
select ret_note from pgq_node.register_location('lw', 'me', 'dbname=me', false);
select ret_note from pgq_node.create_node('lw', 'root', 'me', 'w', null, null, null);
select ret_note from londiste.local_add_table('lw', 'lw.t');
set role lw_publisher;
insert into lw.t values (1);
set role lw_app;
insert into lw.t values (2);
truncate lw.t;
set role lw_owner;
insert into lw.t values (2);
reset role;
grant pgq_writer to lw_app, lw_owner;
set role lw_app;
insert into lw.t values (2);
truncate lw.t;
set role lw_owner;
insert into lw.t values (3);
reset role;
select ev_type, ev_data from pgq.event_template where ev_extra1 = 'lw.t' order by ev_id;
select * from londiste.find_silent_writers('lw.t');
select ret_note from pgq_node.drop_node('lw', 'me');
drop schema lw cascade;
drop role lw_owner, lw_app, lw_group, lw_member, lw_column, lw_reader, lw_publisher;
