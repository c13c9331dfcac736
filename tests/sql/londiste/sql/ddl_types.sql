-- With "ddl replicate" types and domains that replicated tables use follow, and missing ones are made.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;
set timezone = 'UTC';
create schema dt;
select ret_code from pgq_node.register_location('q_types', 'dt root', 'dbname=db', false);
select ret_code from pgq_node.create_node('q_types', 'root', 'dt root', 'worker', null, null, null);
create type dt.mood as enum ('sad', 'ok');
create domain dt.positive as int constraint above check (value > 0);
create type dt.inner_pair as (x int, m dt.mood);
create domain dt.pairs as dt.inner_pair[];
create type dt.floats as range (subtype = float8, subtype_diff = float8mi);
create type dt.unused as enum ('a');
create table dt.t (id int primary key, m dt.mood not null default 'ok', p dt.pairs, r dt.floats, d dt.positive);
create table dt.u (id int primary key, m dt.mood[]);
create table dt.plain (id int primary key);
select ret_code from londiste.local_add_table('q_types', 'dt.t');
select ret_code from londiste.local_add_table('q_types', 'dt.u');
select ret_code from londiste.local_add_table('q_types', 'dt.plain');
select ret_code from londiste.set_ddl('q_types', 'replicate', null);
select structure ->> 'name' from londiste.type_structure order by 1;
-- what was published since the last look; a node that is as the root is already does nothing
create function dt.events() returns setof text language plpgsql as $$
declare
    ev      record;
begin
    for ev in execute (
        select format('with gone as (delete from %s returning *) select * from gone where ev_type <> ''londiste.add-table'' and ev_extra1 not like ''set_ddl%%'' order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'q_types')
    loop
        return next ev.ev_extra2 || ' ' || regexp_replace(ev.ev_data, 'select pg_catalog.set_config[^;]*;' || chr(10), '', 'g');
        if ev.ev_data not like '%@%' then
            set local session_replication_role = local;
            execute ev.ev_data;
            set local session_replication_role = origin;
        end if;
    end loop;
end $$;
alter type dt.mood add value 'fine';
alter type dt.mood add value 'glum' before 'ok';
alter type dt.mood add value 'it''s @dt.t@ bad' before 'sad';
select dt.events();
alter type dt.mood rename value 'glum' to 'grim';
select dt.events();
-- defaults have the label's name, and are not changed thereby
alter type dt.mood rename value 'ok' to 'okay';
alter table dt.t alter d set default 3;
select regexp_replace(e, 'set_config.*', '') from dt.events() e;
-- domains
alter domain dt.positive set default 5;
alter domain dt.positive set not null;
alter domain dt.positive drop not null;
alter domain dt.positive add constraint "Odd %" check (value < 100) not valid;
alter domain dt.positive validate constraint "Odd %";
alter domain dt.positive rename constraint above to over;
alter domain dt.positive drop constraint over;
alter domain dt.positive drop default;
select dt.events();
\set VERBOSITY default
alter domain dt.positive add check (value > random());
\set VERBOSITY terse
-- composite types: what tables do not forbid
alter type dt.inner_pair add attribute y text collate "C", drop attribute x;
select dt.events();
alter type dt.inner_pair rename attribute y to "Y y";
alter type dt.inner_pair alter attribute "Y y" type int;
select dt.events();
-- names
alter type dt.mood rename to "Mood m";
create schema dt2;
alter domain dt.positive set schema dt2;
select dt.events();
alter schema dt2 rename to dt3;
select dt.events();
alter schema dt3 rename to dt2;
select count(*) from dt.events();
alter table dt.t add column x int;
select regexp_replace(e, 'do .*', '') from dt.events() e;
-- what no table of the queue uses, what undid itself, what each node does by a script
alter type dt.unused add value 'b';
begin; alter type dt."Mood m" rename value 'fine' to 'well'; rollback;
begin; set local session_replication_role = local; alter type dt."Mood m" rename value 'fine' to 'well'; commit;
select count(*) from dt.events();
begin;
alter type dt."Mood m" rename value 'well' to 'good';
select relation::regclass from pg_locks where mode = 'ShareRowExclusiveLock' and relation in (select oid from pg_class where relnamespace = 'dt'::regnamespace) order by 1;
commit;
select count(*) from dt.events();
-- types that columns are added with, or change to, are made where they are missing
create domain dt.email as text collate "C" default 'a@b' not null constraint has_at check (value like '%@%');
create type dt.stuff as (n numeric(10,2), mails dt.email[], t text collate "C");
alter table dt.plain add column s dt.stuff, add column r dt.floats, add column i int4range;
select dt.events();
alter domain dt.email drop not null;
alter type dt.unused add value 'c' before 'a';
alter table dt.plain alter s type dt.unused using 'c'::dt.unused;
select dt.events();
alter table dt.plain drop column s;
-- extensions' are left to them
create type dt.foreign as enum ('a');
alter extension plpgsql add type dt.foreign;
alter table dt.plain add column c dt.foreign;
select dt.events();
alter type dt.foreign rename value 'a' to 'b';
select dt.events();
alter extension plpgsql drop type dt.foreign;
-- by whom it belongs to
create role dt_user;
alter type dt."Mood m" owner to dt_user;
grant usage on schema dt to dt_user;
set role dt_user;
alter type dt."Mood m" add value 'his';
select londiste._follow_types();
reset role;
select dt.events();
select ret_code from londiste.set_ddl('q_types', 'check', null);
select count(*) from londiste.type_structure;
alter type dt."Mood m" add value 'unseen';
select count(*) from dt.events();
-- the other tests' queries find nothing of this
drop schema dt, dt2 cascade;
drop role dt_user;
select count(*) > 0 from (select londiste.local_remove_table('q_types', table_name) from londiste.table_info where queue_name = 'q_types') r;
delete from londiste.applied_execute where queue_name = 'q_types';
select ret_code from pgq_node.drop_node('q_types', 'dt root');
