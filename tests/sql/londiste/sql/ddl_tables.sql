-- Tables that are renamed, dropped and created: on the root, and what that does to another node.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;
set timezone = 'UTC';
set datestyle = 'ISO';
create schema ft;
create role ft_owner;
grant create, usage on schema ft to ft_owner;
select * from pgq_node.register_location('q_ft', 'ft root', 'dbname=db', false);
select * from pgq_node.create_node('q_ft', 'root', 'ft root', 'worker', null, null, null);
-- what was published since the last look
create function ft.events() returns setof text language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type || '' '' || ev_data || coalesce('' '' || ev_extra2, '''') from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'q_ft');
end $$;
create table ft.t (id int primary key, v text);
create table ft.other (id int primary key, t_id int references ft.t);
create table ft.mine (id int primary key);
select ret_code from londiste.local_add_table('q_ft', 'ft.t');
select ret_code from londiste.local_add_table('q_ft', 'ft.other');
select ret_code from londiste.local_add_table('q_ft', 'ft.far', null, null, 'ft.mine');
select * from londiste.set_ddl('q_ft', 'replicate', null);
select count(*) from ft.events();
-- renamed: rows before and behind under the name of then
begin;
insert into ft.t values (1, 'a');
alter table ft.t rename to "U u";
insert into ft."U u" values (2, 'b');
commit;
select ft.events();
select table_name, dest_table, local, merge_state from londiste.table_info where queue_name = 'q_ft' order by nr;
select tgname, obj_description(oid, 'pg_trigger') from pg_trigger where tgrelid = 'ft."U u"'::regclass and tgname like '\_londiste%' order by 1;
-- a foreign key to it is the same
alter table ft.other add column more int;
select count(*) from ft.events();
-- its own name on the root
alter table ft.mine rename to yours;
insert into ft.yours values (1);
select ft.events();
select table_name, dest_table from londiste.table_info where queue_name = 'q_ft' and table_name = 'ft.far';
-- two that change names
begin;
alter table ft."U u" rename to swap;
alter table ft.other rename to "U u";
alter table ft.swap rename to other;
commit;
select ft.events();
select table_name from londiste.table_info where queue_name = 'q_ft' order by nr;
select t.table_name from londiste.table_structure t where t.queue_name = 'q_ft' and t.table_oid = londiste.find_table_oid(t.table_name) order by 1;
-- not to a name that the queue has
alter table ft."U u" rename to far;
\set VERBOSITY default
alter table ft."U u" rename to far;
\set VERBOSITY terse
select * from londiste.set_ddl('q_ft', null, '{"unsafe": "check"}');
begin;
alter table ft."U u" rename to far;
select table_name, dest_table from londiste.table_info where queue_name = 'q_ft' order by nr;
rollback;
select * from londiste.set_ddl('q_ft', null, '{"unsafe": "refuse"}');
select count(*) from ft.events();
-- to another schema, and with the schema
create schema ft2;
alter table ft.other set schema ft2;
alter schema ft2 rename to ft3;
select ft.events();
select * from londiste.check_tables('q_ft', null);
alter table ft3.other set schema ft;
select count(*) from ft.events();
-- with its partitions
create table ft.parted (id int primary key) partition by range (id);
create table ft.part_1 partition of ft.parted for values from (0) to (10);
select ret_code from londiste.local_add_table('q_ft', 'ft.parted');
select count(*) from ft.events();
alter table ft.parted rename to whole;
insert into ft.whole values (1);
truncate ft.part_1;
create function ft.named() returns setof text language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *) select ev_type || '' '' || coalesce(ev_extra1, '''') || '' '' || left(ev_data, 20) from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'q_ft');
end $$;
select regexp_replace(e, 'ddl.*', 'ddl') from ft.named() e;
select table_name, part_name from londiste.partition_info where queue_name = 'q_ft' order by part_name;
-- as without "replicate"
select pgq.set_condition('q_ft', 'partition_truncated', 'ft.whole (ft.part_1)', 'warning', 'partition "ft.part_1" of table "ft.whole" was truncated', 'Run resync ft.whole.');
alter table ft.whole rename to parted;
select kind, subject, message, hint from pgq.condition where queue_name = 'q_ft';
alter table ft.parted rename to whole;
truncate ft.whole;
select * from londiste.check_tables('q_ft', null);
drop table ft.whole;
select count(*) from ft.events();
-- dropped, with what is in the schema
begin;
drop table ft."U u", ft.other;
select ft.events();
rollback;
create schema ft4;
create table ft4.a (id serial primary key);
create table ft4.b (id int primary key references ft4.a);
select t.ret_code, s.ret_code from londiste.local_add_table('q_ft', 'ft4.a') t, londiste.local_add_seq('q_ft', 'ft4.a_id_seq') s;
select ret_code from londiste.local_add_table('q_ft', 'ft4.b');
select count(*) from ft.events();
alter table ft4.a set schema ft;
select ft.events();
select seq_name, local from londiste.seq_info where queue_name = 'q_ft';
alter table ft.a set schema ft4;
select count(*) from ft.events();
select * from londiste.local_rename_seq('q_ft', 'ft4.a_id_seq', 'ft4.s');
select * from londiste.local_rename_seq('q_ft', 'ft4.s', 'ft4.a_id_seq');
select * from londiste.local_rename_seq('q_ft', 'ft4.none', 'ft4.s');
drop schema ft4 cascade;
select ft.events();
select table_name from londiste.table_info where queue_name = 'q_ft' order by nr;
select seq_name from londiste.seq_info where queue_name = 'q_ft';
-- dropped and made again
begin;
drop table ft."U u";
create table ft."U u" (id int primary key, again boolean default true);
commit;
select regexp_replace(e, '''\[.*\]''', '...') from ft.events() e;
drop table ft."U u";
create table ft."U u" (id int primary key);
select count(*) from ft.events();
-- another one takes its place
create table ft.place (id int primary key);
select ret_code from londiste.local_add_table('q_ft', 'ft.place');
create table ft.place_new (id bigint primary key);
insert into ft.place_new values (1);
select count(*) from ft.events();
begin;
alter table ft.place rename to place_old;
alter table ft.place_new rename to place;
commit;
select regexp_replace(e, '''\[.*\]''', '...') from ft.events() e;
alter table ft."U u" rename to not_ours;
drop table ft.place, ft.place_old;
select count(*) from ft.events();
alter table ft.not_ours rename to "U u";
-- new ones that the setting wants
select * from londiste.set_ddl('q_ft', null, '{"tables": "ft.*"}');
select * from londiste.set_ddl('q_ft', null, '{"tables": ["ft.n?w_*", "ft5.*"]}');
select count(*) from ft.events();
create table ft.new_1 (id int primary key);
create table ft.new_2 as select 1 as n;
create table ft.nnew (id int primary key);
create table ft.new_3 (id int primary key) partition by range (id);
create temp table new_4 (id int primary key);
create unlogged table ft.new_5 (id int primary key);
create table ft.new_6 () inherits (ft.new_1);
create table ft.new_7 (id int primary key check (random() < id));
select regexp_replace(e, '''\[.*\]''', '...') from ft.events() e;
-- it gets a key
alter table ft.new_2 add column more int;
select count(*) from ft.events();
alter table ft.new_2 add primary key (n);
create table ft.new_9 (n int not null);
create unique index on ft.new_9 (n);
create table ft.new_10 (n int not null);
drop table ft.new_10;
select regexp_replace(e, '''\[.*\]''', '...') from ft.events() e;
select count(*) from londiste.keyless_table;
-- with the sequences that it owns, which go with it, or with the column
create sequence ft.not_its_own;
create table ft.new_s (id serial primary key, g int generated always as identity, n int default nextval('ft.not_its_own'));
select regexp_replace(e, '''\[.*\]''', '...') from ft.events() e;
select seq_name, local, last_value from londiste.seq_info where queue_name = 'q_ft';
alter table ft.new_s drop column g;
select regexp_replace(e, 'select pg_catalog.*', '...') from ft.events() e;
select seq_name from londiste.seq_info where queue_name = 'q_ft';
-- sequences by themselves
create schema ft7;
alter sequence ft.new_s_id_seq rename to "S s";
alter sequence ft."S s" owned by none;
alter table ft."S s" set schema ft7;
alter schema ft7 rename to ft8;
select ft.events();
select s.seq_name, s.seq_oid::regclass, s.owner_oid::regclass, s.owner_column from londiste.seq_structure s where queue_name = 'q_ft';
-- the default, which tells another name, is the same
alter table ft.new_s add column c int;
select count(*) from ft.events();
alter sequence ft8."S s" set schema ft;
alter sequence ft."S s" owned by ft.new_s.c;
alter sequence ft."S s" increment 2;
select ft.events();
alter sequence ft.not_its_own rename to still_not;
alter sequence ft.still_not rename to not_its_own;
select count(*) from ft.events();
drop schema ft8;
drop table ft.new_s;
select ft.events();
drop sequence ft.not_its_own;
-- what a cascade drops goes before the table
create table ft.new_12 (n int primary key);
create table ft.new_13 (n int primary key, to_12 int references ft.new_12);
select count(*) from ft.events();
drop table ft.new_12 cascade;
select regexp_replace(e, 'select pg_catalog.set_config[^;]*;\n', '', 'g') from ft.events() e;
-- about to become a partition, whether with a key at once or later; not where it takes the place of the table above
create table ft.new_3_a (like ft.new_3 including all);
insert into ft.new_3_a values (5);
alter table ft.new_3 attach partition ft.new_3_a for values from (1) to (9);
create table ft.new_3_b (id int not null);
alter table ft.new_3_b add primary key (id);
alter table ft.new_3 attach partition ft.new_3_b for values from (9) to (20);
select regexp_replace(e, '[{].*[}]', '...') from ft.events() e;
begin;
alter table ft.new_3 rename to old_3;
create table ft.three (like ft.old_3 including all) partition by range (id);
alter table ft.three rename to new_3;
commit;
select regexp_replace(e, '''\[.*\]''', '...') from ft.events() e;
-- in a script each node does it
set session_replication_role = local;
create table ft.new_8 (id int primary key);
drop table ft.new_1 cascade;
select count(*) from ft.events();
-- a name that it has given is not the next command's
select ret_code from londiste.local_add_table('q_ft', 'ft.new_8');
select count(*) from ft.events();
begin;
alter schema ft rename to ft_old;
reset session_replication_role;
alter table ft_old.new_8 add column more int;
select regexp_replace(e, 'select pg_catalog.*', '...') from ft_old.events() e;
rollback;
alter table ft.new_8 rename to new_old;
reset session_replication_role;
alter table ft.new_old add column more int;
select regexp_replace(e, 'select pg_catalog.*', '...') from ft.events() e;
set session_replication_role = local;
-- what another node makes of it
select * from pgq_node.register_location('q_there', 'ft leaf', 'dbname=db', false);
select * from pgq_node.register_location('q_there', 'ft root', 'dbname=db', false);
select * from pgq_node.create_node('q_there', 'leaf', 'ft leaf', 'worker', 'ft root', 1, null);
create schema ft5;
create table ft5.model (id int generated by default as identity (start 5 increment 2), s serial, v varchar(9) default 'it''s' not null, g int generated always as (7) stored,
                        primary key (id), unique (v), check (s > 0), self int references ft5.model);
create index on ft5.model (lower(v)) where id > 0;
comment on table ft5.model is 'a model';
comment on column ft5.model.v is 'a column';
alter sequence ft5.model_id_seq rename to the_ids;
alter table ft5.model owner to ft_owner;
grant usage, create on schema ft5 to ft_owner;
create table ft.model as select londiste._structure_of('ft5.model'::regclass) || (select jsonb_agg(d) from londiste.describe_table('ft5.model'::regclass) d where d.kind = 'sequence') as structure;
drop table ft5.model;
select * from londiste.local_create_table('q_there', 'ft5.model', 'ft_owner', 'nobody here', false, '', (select structure from ft.model));
select * from londiste.global_add_table('q_there', 'ft5.model');
select * from londiste.global_update_seq('q_there', 'ft5.the_ids', 1000);
select * from londiste.local_create_table('q_there', 'ft5.model', 'ft_owner', 'nobody here', false, '', (select structure from ft.model));
select * from londiste.local_create_table('q_there', 'ft5.model', 'ft_owner', 'nobody here', false, '', (select structure from ft.model));
select d.kind, d.name, d.message from ft.model m, londiste.structure_difference(londiste._structure_of('ft5.model'::regclass), m.structure, 'ft5.model', false) d;
select to_from.* from (select from_table, to_table, fkey_name, fkey_def from londiste.pending_fkeys) to_from;
select pg_get_userbyid(relowner), relname from pg_class where relnamespace = 'ft5'::regnamespace order by 2;
select seq_name, local, pgq.seq_getval(seq_name) from londiste.seq_info where queue_name = 'q_there';
select setval('ft5.the_ids', 5, false);
reset session_replication_role;
insert into ft5.model (v) values ('x');
set session_replication_role = local;
alter table ft5.model disable trigger all;
insert into ft5.model (v) values ('y'), ('z');
select * from ft5.model;
alter table ft5.model enable trigger all;
select local, merge_state, dest_table from londiste.table_info where queue_name = 'q_there';
-- one is there, like it or not
create table ft.similar (id int primary key);
select * from londiste.global_add_table('q_there', 'ft.similar');
begin;
select * from londiste.local_create_table('q_there', 'ft.similar', 'ft_owner', 'nobody here', false, '', londiste._structure_of('ft.similar'::regclass));
select merge_state from londiste.table_info where queue_name = 'q_there' and table_name = 'ft.similar';
rollback;
select * from londiste.local_create_table('q_there', 'ft.similar', 'ft_owner', 'nobody here', false, '', (select structure from ft.model));
-- what a node may know of a new table somebody has to say, where data is hidden
update londiste.table_info set table_attrs = 'handler=obfuscate&copy_node=x' where queue_name = 'q_there' and table_name = 'ft5.model';
select * from londiste.global_add_table('q_there', 'ft5.secret');
select * from londiste.local_create_table('q_there', 'ft5.secret', 'ft_owner', 'nobody here', false, '', (select structure from ft.model));
select to_regclass('ft5.secret'), local from londiste.table_info where queue_name = 'q_there' and table_name = 'ft5.secret';
select * from londiste.global_remove_table('q_there', 'ft5.secret');
update londiste.table_info set table_attrs = null where queue_name = 'q_there' and table_name = 'ft5.model';
-- another name, which the queue's node takes over, as its owner, with what is noted of the table
select * from londiste.local_add_missing_rows('q_there', 'ft5.model', 1, 2, 'k');
begin;
select * from londiste.local_rename_table('q_there', 'ft5.model', 'ft5.M m');
select * from londiste.local_rename_table('q_there', 'ft.none', 'ft.more');
select table_name, updates from londiste.missing_rows where queue_name = 'q_there';
select from_table, to_table, fkey_def from londiste.pending_fkeys;
rollback;
begin;
select * from londiste.local_rename_table('q_there', 'ft5.model', 'ft6.model');
select nspacl, pg_get_userbyid(nspowner) = current_user from pg_namespace where nspname = 'ft6';
rollback;
-- not as the owner, who may not
revoke create on schema ft5 from ft_owner;
select * from londiste.local_rename_table('q_there', 'ft5.model', 'ft5.m');
grant create on schema ft5 to ft_owner;
-- in copy
begin;
update londiste.table_info set merge_state = 'in-copy', dropped_ddl = 'create index again on ft5.model (self)' where queue_name = 'q_there' and table_name = 'ft5.model';
select * from londiste.local_rename_table('q_there', 'ft5.model', 'ft5.m');
select merge_state, dropped_ddl, custom_snapshot, (select count(*) from ft5.m), 'ft5.again'::regclass from londiste.table_info where queue_name = 'q_there' and table_name = 'ft5.m';
rollback;
-- where another queue has it, or it has a name of its own, it keeps that
begin;
insert into londiste.table_info (queue_name, table_name, local, merge_state) values ('q_ft', 'ft5.model', true, 'ok');
select * from londiste.local_rename_table('q_there', 'ft5.model', 'ft5.m');
select table_name, dest_table from londiste.table_info where queue_name = 'q_there' order by nr;
select * from londiste.local_rename_table('q_there', 'ft5.m', 'ft5.k');
select table_name, dest_table from londiste.table_info where queue_name = 'q_there' order by nr;
select * from londiste.local_drop_tables('q_there', array['ft5.k']);
select to_regclass('ft5.model');
rollback;
-- what a sequence goes with
create table ft5.other (id int primary key, n int);
select * from londiste.global_add_table('q_there', 'ft5.other');
select * from londiste.local_add_table('q_there', 'ft5.other', '{expect_sync}');
create sequence ft5.free;
select * from londiste.global_update_seq('q_there', 'ft5.free', 10);
select londiste.replay_seq_owner('q_there', 'ft5.free', 'ft5.other', 'n');
select * from londiste.local_add_seq('q_there', 'ft5.free');
select londiste.replay_seq_owner('q_there', 'ft5.free', 'ft5.other', 'n'), pg_get_serial_sequence('ft5.other', 'n');
select pg_get_serial_sequence('ft5.other', 'n');
select londiste.replay_seq_owner('q_there', 'ft5.free', 'ft5.model', 'v'), londiste.replay_seq_owner('q_there', 'ft5.free', 'ft5.unknown', 'v'), londiste.replay_seq_owner('q_there', 'ft5.free', 'ft5.other', 'x'),
       londiste.replay_seq_owner('q_there', 'ft5.the_ids', 'ft5.other', 'n');
select londiste.replay_seq_owner('q_there', 'ft5.free', null, null);
begin;
select * from londiste.local_rename_seq('q_there', 'ft5.free', 'ft9.freed');
select 'ft9.freed'::regclass;
rollback;
select pg_get_serial_sequence('ft5.other', 'n');
-- dropped
create view ft5.needs as select * from ft5.model;
select * from londiste.local_drop_tables('q_there', array['ft5.model', 'ft.none']);
drop view ft5.needs;
create table ft5.refers (id int primary key references ft5.model);
select * from londiste.global_add_table('q_there', 'ft5.refers');
select * from londiste.local_add_table('q_there', 'ft5.refers', '{expect_sync}');
select * from londiste.local_drop_tables('q_there', array['ft5.model', 'ft5.refers']);
select to_regclass('ft5.model'), to_regclass('ft5.refers');
select table_name from londiste.table_info where queue_name = 'q_there' order by nr;
select * from londiste.local_drop_tables('q_ft', array['ft.far']);
-- the end
reset session_replication_role;
select * from londiste.set_ddl('q_ft', 'off', null);
drop schema ft, ft3, ft5 cascade;
drop role ft_owner;
select count(*) > 0 from (select londiste.local_remove_table('q_ft', table_name) from londiste.table_info where queue_name = 'q_ft') r;
select count(*) > 0 from (select londiste.global_remove_table('q_there', table_name) from londiste.table_info where queue_name = 'q_there') r;
delete from londiste.applied_execute where queue_name = 'q_ft';
delete from londiste.pending_fkeys where from_table like 'ft5.%';
select ret_code from pgq_node.drop_node('q_ft', 'ft root');
select ret_code from pgq_node.drop_node('q_there', 'ft leaf');
