-- Captures that are prepared for triggers of pgq.logutriga: when they are used, and that nobody can tell but by the time it takes.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema captures;
set search_path = captures;
select pgq.create_queue('captures');
\pset format unaligned
\pset null '<null>'
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'captures');
end;
$$;
-- Runs a statement and tells how many events went through a prepared capture.
create function how(statement text) returns bigint language plpgsql as $$
declare
    n   bigint;
begin
    perform set_config('track_functions', 'all', true);
    select coalesce(sum(calls), 0) into n from pg_stat_xact_user_functions where schemaname = 'pgq' and funcname ~ '^_store_[0-9]';
    execute statement;
    return (select coalesce(sum(calls), 0) - n from pg_stat_xact_user_functions where schemaname = 'pgq' and funcname ~ '^_store_[0-9]');
end;
$$;

create table t (id integer primary key, v text, at timestamp);
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('captures', 'backup');
select how('insert into t values (1, ''general'')');
select pgq.prepare_captures('t'::regclass);
select how('insert into t values (2, ''still general'')');
\connect -
set client_min_messages = warning;
set search_path = captures;
set DateStyle = ISO;
set IntervalStyle = postgres;
select how('insert into t values (3, ''a & b'', ''2020-01-01 12:00''), (4, null, null)'), how('update t set v = ''new'' where id = 3'), how('delete from t where id = 4');
-- a new key is not its business
select how('update t set id = 5 where id = 3');
select pgq.set_queue_config('captures', 'key_update', 'replicate');
select how('update t set id = 5 where id = 3');
select * from events();

-- settings that show in values
set DateStyle = 'German, DMY';
select how('update t set v = null where id = 5');
set DateStyle = ISO;
set session_replication_role = local;
select how('update t set v = ''local'' where id = 5');
reset session_replication_role;
begin isolation level repeatable read;
select how('update t set v = ''repeatable read'' where id = 5');
commit;
select * from events();

-- the table changes
alter table t add column more integer default 7;
select how('update t set v = ''added'' where id = 5');
select pgq.prepare_captures();
alter table t alter column more type bigint, drop column at;
select how('update t set v = ''type'' where id = 5');
alter table t rename column v to "the 'value'";
select how('update t set more = 8 where id = 5');
select pgq.prepare_captures();
alter table t rename column "the 'value'" to v;
alter table t rename column v to "the 'value'";
select how('update t set more = 9 where id = 5');
alter table t rename to renamed;
create schema captures_elsewhere;
alter table renamed set schema captures_elsewhere;
select how('update captures_elsewhere.renamed set more = 10 where id = 5');
alter schema captures_elsewhere rename to captures_renamed;
select how('update captures_renamed.renamed set more = 11 where id = 5');
delete from captures_renamed.renamed where id < 5;
alter table captures_renamed.renamed drop constraint t_pkey, add constraint other_key primary key (more);
select how('update captures_renamed.renamed set id = 6');
alter table captures_renamed.renamed drop constraint other_key;
select how('update captures_renamed.renamed set id = 7');
drop schema captures_renamed cascade;
-- other types for which the same function would do, but for the session's plans
create table types (id integer primary key, v varchar(10), n numeric(8,2));
create trigger capture after insert or update or delete on types for each row execute function pgq.logutriga('captures');
select pgq.prepare_captures();
select how('insert into types values (1, ''a b'', 1.5)');
alter table types alter id type bigint;
select how('insert into types values (2, ''a b'', 1.5)');
select pgq.prepare_captures();
alter table types alter id set statistics 10;
select how('insert into types values (3, ''a b'', 1.5)');
alter table types alter v type text, alter n type numeric;
select how('insert into types values (4, ''a b'', 1.5)'), how('delete from types where id = 1');
-- a session whose strings have backslashes
\connect -
set client_min_messages = warning;
set escape_string_warning = off;
set standard_conforming_strings = off;
set quote_all_identifiers = on;
set search_path = captures;
insert into types values (5, 'a\tb', 1.5);
select pgq.prepare_captures();
select how('insert into types values (6, ''a\\b'', 1.5)');
\connect -
set client_min_messages = warning;
set search_path = captures;
select how('insert into types values (7, ''a b'', 1.5)');
drop table types;
select * from events();

-- rotation, a closed queue, and one whose events are counted
create table t (id integer primary key);
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('captures');
select pgq.prepare_captures();
select how('insert into t values (1)');
update pgq.queue set queue_rotation_period = '0' where queue_name = 'captures';
select pgq.maint_rotate_tables_step1('captures');
select pgq.maint_rotate_tables_step2();
select how('insert into t values (2)'), how('insert into t values (3)');
select tableoid::regclass = pgq.current_event_table('captures')::regclass as current, ev_data from pgq.event_template where ev_extra1 = 'captures.t' order by ev_id;
update pgq.queue set queue_disable_insert = true where queue_name = 'captures';
insert into t values (4);
set session_replication_role = replica;
alter table t enable always trigger capture;
select how('insert into t values (4)');
reset session_replication_role;
update pgq.queue set queue_disable_insert = false where queue_name = 'captures';
select how('insert into t values (5)');
update pgq.queue set queue_per_tx_limit = 1 where queue_name = 'captures';
insert into t values (6), (7);
insert into t values (6);
update pgq.queue set queue_per_tx_limit = null where queue_name = 'captures';
select * from events();

-- a site's own insert_event
create temp table original as
    select pg_get_functiondef('pgq.insert_event(text, text, text, text, text, text, text)'::regprocedure) as definition;
create or replace function pgq.insert_event(queue_name text, ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns bigint language sql set search_path = pg_catalog as $$
    select pgq.insert_event_raw($1, null, now(), null, null, $2, $3, 'site', $5, $6, $7)
$$;
select how('insert into t values (8)');
do $$ begin execute (select definition from original); end $$;
select how('insert into t values (9)');
select * from events();

-- rights
create role captures_writer;
create role captures_inserter;
create role captures_nobody;
grant pgq_writer to captures_writer;
grant execute on function pgq.insert_event(text, text, text, text, text, text, text) to captures_inserter;
grant usage on schema captures to captures_writer, captures_inserter, captures_nobody;
grant insert on t to captures_writer, captures_inserter, captures_nobody;
set role captures_writer;
insert into t values (10);
set role captures_inserter;
insert into t values (11);
set role captures_nobody;
insert into t values (12);
select pgq.prepare_captures();
reset role;
select * from events();
select count(*) from pg_proc where proname ~ '^_(store|capture)_[0-9]' and has_function_privilege('captures_nobody', oid, 'execute');
select prosecdef, left(proname, 7), proconfig from pg_proc where proname ~ '^_(store|capture)_[0-9]' order by 1;
revoke all on schema captures from captures_writer, captures_inserter, captures_nobody;
revoke all on t from captures_writer, captures_inserter, captures_nobody;
revoke all on function pgq.insert_event(text, text, text, text, text, text, text) from captures_inserter;
drop role captures_writer;
drop role captures_inserter;
drop role captures_nobody;

-- partitions tell their parent's name
create table p (id integer primary key, v text) partition by range (id);
create trigger capture after insert or update or delete on p for each row execute function pgq.logutriga('captures');
create table p1 partition of p for values from (0) to (10);
create table p2 (v text, id integer not null);
alter table p attach partition p2 for values from (10) to (20);
select pgq.prepare_captures();
select how('insert into p values (1, ''first''), (11, ''second'')');
alter table p rename to parent;
select how('insert into parent values (2, ''first''), (12, ''second'')'), how('update parent set id = 13 where id = 2');
drop table parent;
select * from events();

-- those that are not needed go, and those of a queue with it
create function n_functions() returns bigint language sql as $$ select count(*) from pg_catalog.pg_proc where pronamespace = 'pgq'::regnamespace and proname ~ '^_(store|capture)_[0-9]+_' $$;
select n_functions();
select func_name from pgq.maint_operations() where func_name = 'pgq.prepare_captures';
select pgq.prepare_captures();
select n_functions();
select func_name from pgq.maint_operations() where func_name = 'pgq.prepare_captures';
select how('insert into t values (20)');
select pgq.drop_queue('captures', true);
select n_functions();
insert into t values (21);
select pgq.create_queue('captures');
select how('insert into t values (21)');
select pgq.prepare_captures();
select * from events();
-- what does not fit is left as it was
create table unusual (id integer, v text, _pgq_ev_extra3 text);
create trigger no_key after insert on unusual for each row execute function pgq.logutriga('captures');
create trigger before before insert on unusual for each row execute function pgq.logutriga('captures', 'pkey=id');
create trigger no_queue after insert on t for each row execute function pgq.logutriga('captures_not');
create trigger expression after insert on t for each row execute function pgq.logutriga('captures', 'ev_extra3=id');
create trigger denied after insert on t for each row execute function pgq.logutriga('captures', 'deny');
select pgq.prepare_captures();
select tgrelid::regclass, tgname, tgname in (select trigger_name from pgq._capture_functions(tgrelid)) as prepared
from pg_trigger where tgfoid = 'pgq.logutriga()'::regprocedure order by 1, 2;
select pgq.drop_queue('captures', true);
drop schema captures cascade;
