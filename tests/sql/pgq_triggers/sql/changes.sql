-- Which changes of an UPDATE count: equality of the type, not of the text.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_changes;
set search_path = trig_changes, public;
select pgq.create_queue('trig_changes');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_changes');
end;
$$;
\pset null '<null>'
\pset format unaligned

create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create domain dnum as numeric;
create type pair as (a integer, b numeric);
create type pairjson as (a integer, b json);
create type mood as enum ('sad', 'happy');

-- sqltriga lists what changed
create table t (id integer primary key, n numeric, f float8, dn dnum, c text collate ci, i interval, b char(5), j json, jb jsonb,
    p pair, pj pairjson, arr numeric[], txt text, pt point, x xml, e mood, r numrange, tz timestamptz);
create trigger t2 after insert or update on t for each row execute function pgq.sqltriga('trig_changes');
insert into t values (1, 1.0, 0, 1.0, 'a', '1 mon', 'x', '{"a":1}', '{"a":1}', '(1,1.0)', '(1,"{}")', '{1.0}', 'a', '(1,2)', '<a/>', 'sad', '[1.0,2)',
    '2020-01-01 00:00:00+00');
select count(*) from events();
-- equal, in another text
update t set n = 1.00, f = '-0', dn = 1.00, c = 'A', i = '30 days', jb = '{"a":1.0}', p = '(1,1.00)', r = '[1.00,2)', tz = '2020-01-01 01:00:00+01';
select ev_data from events();
-- no equality, or an array: the text decides
update t set j = '{"a": 1}';
update t set pj = '(1,"{ }")';
update t set arr = '{1.00}';
update t set x = '<a />';
update t set pt = '(1,3)';
select ev_data from events();
update t set j = j, pj = pj, arr = arr, x = x, pt = pt;
select ev_data from events();
-- really other
update t set n = 1.01, f = 0.5, dn = 2, c = 'b', i = '31 days', b = 'y', jb = '{"a":2}', p = '(1,2)', r = '[1,3)', e = 'happy', txt = 'A', tz = '2020-01-01 01:00:01+01';
select ev_data from events();
-- from and to NULL
update t set n = null, j = null, arr = null, txt = null, c = null;
update t set n = 0, j = '1', arr = '{}', txt = '', c = '';
select ev_data from events();
update t set n = 0.0, txt = null, j = '1';
select ev_data from events();

-- key: the same comparison
create table k (n numeric, c text collate ci, a integer[], v text, primary key (n, c, a));
create trigger t1 after insert or update on k for each row execute function pgq.logutriga('trig_changes');
create trigger t2 after insert or update on k for each row execute function pgq.sqltriga('trig_changes');
create trigger t3 after insert or update on k for each row execute function pgq.jsontriga('trig_changes');
insert into k values (1.0, 'a', '{1}', 'v');
update k set n = 1.00, c = 'A', v = 'w';
select ev_type, ev_data from events();
update k set n = 2;
update k set c = 'b';
update k set a = '{2}';
update k set n = 2, c = 'b', a = '{2}', v = 'x';
update k set v = 'y';
select ev_type, ev_data from events();

-- key_update: the old key travels beside the new one, in the one form that has room for it
select pgq.set_queue_config('trig_changes', 'key_update', 'replicate');
update k set n = 2;
update k set n = 3, c = 'b', a = '{2}', v = 'x';
update k set n = 3.0, v = null;
update k set n = n + 1;
select ev_type, ev_data, ev_extra1 from events();
create table ku (a integer, b text, g integer generated always as (a * 2) stored, ign text, primary key (b, a));
create trigger t1 after insert or update or delete on ku for each row execute function pgq.logutriga('trig_changes', 'ignore=ign', 'backup');
create trigger t2 before update on ku for each row execute function pgq.jsontriga('trig_changes', 'ev_extra4=b');
insert into ku (a, b, ign) values (1, 'it''s', 'i'), (2, 'c:\d', null);
update ku set b = b || '!', ign = 'j' where a = 1;
update ku set a = a + 10, b = b;
delete from ku where a = 11;
select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra4 from events();
-- by a foreign key's action
create table kc (b text, a integer, primary key (a), foreign key (b, a) references ku on update cascade);
create trigger t1 after insert or update on kc for each row execute function pgq.logutriga('trig_changes');
insert into kc select b, a from ku;
update ku set a = 13;
select ev_type, ev_data, ev_extra1 from events();
-- what follows from the key cannot be told with it
create table ks (id integer primary key, v text);
create trigger t1 after insert or update on ks for each row execute function pgq.logutriga('trig_changes', 'ev_extra3=''hash='' || id');
insert into ks values (1, 'v');
\set VERBOSITY default
\set SHOW_CONTEXT never
update ks set id = 2;
select pgq.set_queue_config('trig_changes', 'key_update', 'refuse');
update ku set a = 14;
select pgq.set_queue_config('trig_changes', 'key_update', 'perhaps');
\set VERBOSITY terse
select pgq.set_queue_config('trig_changes', 'key_update', null);
update ku set a = 14;
select count(*) from events();
drop table kc, ku, ks;

-- ignore= looks at the rest
create table ig (id integer primary key, n numeric, c text collate ci, ign numeric, g numeric generated always as (ign + 1) stored);
create trigger t1 after update on ig for each row execute function pgq.logutriga('trig_changes', 'ignore=ign');
create trigger t2 after update on ig for each row execute function pgq.sqltriga('trig_changes', 'ignore=ign');
create trigger t3 after update on ig for each row execute function pgq.jsontriga('trig_changes', 'ignore=ign');
insert into ig values (1, 1.0, 'a', 1.0);
-- ignored alone, and with others equal in another text; a generated column that follows it is a change
update ig set ign = 2;
update ig set ign = 3, n = 1.00, c = 'A';
select ev_type, ev_data from events();
-- equal all over
update ig set ign = 3.0, n = 1.000;
select ev_type, ev_data from events();
update ig set ign = 4, c = 'b';
select ev_type, ev_data from events();
-- ignored together with what it is made of, and alone
create table ig2 (id integer primary key, a integer, b integer, g integer generated always as (b + 1) stored);
create trigger t1 after update on ig2 for each row execute function pgq.logutriga('trig_changes', 'ignore=b,g');
create trigger t2 after update on ig2 for each row execute function pgq.sqltriga('trig_changes', 'ignore=g');
insert into ig2 values (1, 1, 1);
update ig2 set b = 2;
update ig2 set a = 2;
update ig2 set a = 3, b = 3;
select ev_type, ev_data from events();

-- a search_path without the operators, and with others of the same name
create schema trig_changes_ops;
create function trig_changes_ops.never(numeric, numeric) returns boolean language sql immutable as 'select false';
create operator trig_changes_ops.= (leftarg = numeric, rightarg = numeric, function = trig_changes_ops.never);
set search_path = trig_changes_ops, pg_catalog;
update trig_changes.ig set n = n + 0.0000;
set search_path = '';
update trig_changes.ig set n = n + 0.00000;
set search_path = trig_changes, public;
select ev_type, ev_data from events();
drop schema trig_changes_ops cascade;

set client_min_messages = error;
drop schema trig_changes cascade;
select pgq.drop_queue('trig_changes', true);
