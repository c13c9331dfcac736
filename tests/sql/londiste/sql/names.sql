-- Names, and what is in the catalog.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

select londiste.version();
select londiste.upgrade_schema();

select londiste.make_fqname('t'), londiste.make_fqname('s.t'), londiste.make_fqname('s.t.u'), londiste.make_fqname(null);
select * from londiste.split_fqname('t');
select * from londiste.split_fqname('s.t');
select * from londiste.split_fqname('s.t.u');
select londiste.quote_fqname('t'), londiste.quote_fqname('S.t u'), londiste.quote_fqname('user'), londiste.quote_fqname('a"b.c');

create schema names;
create schema "Names";
create table names.plain (a int, b text, primary key (b, a));
create table "Names"."odd one" (id serial primary key);
create table names.parts (id int primary key) partition by range (id);
create view names.view as select 1 as one;
create table public.names_public (id serial primary key);
select londiste.find_table_oid('names.plain') = 'names.plain'::regclass as plain,
       londiste.find_table_oid('Names.odd one') = '"Names"."odd one"'::regclass as odd,
       londiste.find_table_oid('names.parts') = 'names.parts'::regclass as parts,
       londiste.find_table_oid('names_public') = 'public.names_public'::regclass as public,
       londiste.find_table_oid('names.view') as view,
       londiste.find_table_oid('names.nothing') as nothing,
       londiste.find_table_oid(null) as "null";
select londiste.find_seq_oid('Names.odd one_id_seq') = '"Names"."odd one_id_seq"'::regclass as seq,
       londiste.find_seq_oid('names.plain') as plain;
select londiste.find_rel_oid('names.view', 'v') = 'names.view'::regclass as view,
       londiste.find_rel_oid('names.view', 'r') as "table";

-- also after a rename of a key column, and with one dropped
select londiste.find_column_types('names.plain');
alter table names.plain rename a to z;
alter table names.plain add c int, add d int;
alter table names.plain drop c;
select londiste.find_column_types('names.plain');
select londiste.find_column_types('names.nothing');

select p.proname, londiste.is_replica_func(p.oid)
from pg_proc p
where p.oid in ('pgq.logutriga()'::regprocedure, 'pgq.sqltriga()'::regprocedure, 'pgq.jsontriga()'::regprocedure,
                'londiste.truncate_trigger()'::regprocedure, 'londiste.table_info_trigger()'::regprocedure)
order by 1;

select londiste._trigger_args('{}'), londiste._trigger_args('{q}'), londiste._trigger_args(array['a\b', 'ü', '']);

select londiste.set_session_replication_role('replica', false);
show session_replication_role;
begin;
select londiste.set_session_replication_role('local', true);
show session_replication_role;
rollback;
show session_replication_role;
select londiste.set_session_replication_role('origin', false);
select londiste.set_session_replication_role('slave', false);
select londiste.set_session_replication_role(null, false);
show session_replication_role;

drop schema names, "Names" cascade;
drop table public.names_public;
