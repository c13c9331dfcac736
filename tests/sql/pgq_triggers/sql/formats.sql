-- The three formats: every operation, keys of every kind, names of every kind.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;

create schema trig_formats;
set search_path = trig_formats, public;
select pgq.create_queue('trig_formats');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_formats');
end;
$$;
\pset null '<null>'
\pset format unaligned

create table t (id integer primary key, txt text, val float8);
create trigger t1 after insert or update or delete on t for each row execute function pgq.logutriga('trig_formats');
create trigger t2 after insert or update or delete on t for each row execute function pgq.sqltriga('trig_formats');
create trigger t3 after insert or update or delete on t for each row execute function pgq.jsontriga('trig_formats');
create trigger u1 after truncate on t execute function pgq.logutriga('trig_formats');
create trigger u2 after truncate on t execute function pgq.sqltriga('trig_formats');
create trigger u3 after truncate on t execute function pgq.jsontriga('trig_formats');

insert into t values (1, 'text1', null), (2, '', 1.5), (3, null, 'NaN'), (-4, 'x', '-Infinity');
select * from events();
update t set txt = 'text2' where id = 1;
update t set txt = null, val = 0.1 where id = 2;
-- changes nothing
update t set val = val where id = 1;
select * from events();
delete from t where id in (1, 3);
select * from events();
truncate t;
select * from events();

-- one statement, many rows, order
insert into t select g, 'r' || g, g from generate_series(1, 3) g;
update t set txt = txt || 'x' where id >= 2;
select ev_type, ev_data from events() where ev_type like '_:%';

-- key of two columns, not in the order of the table
create table two (a text, col1 text, nr integer, b text, primary key (nr, col1));
create trigger t1 after insert or update or delete on two for each row execute function pgq.logutriga('trig_formats');
create trigger t2 after insert or update or delete on two for each row execute function pgq.sqltriga('trig_formats');
create trigger t3 after insert or update or delete on two for each row execute function pgq.jsontriga('trig_formats');
insert into two values ('x', 'c', 1, 'y');
update two set a = 'xx', b = null;
update two set a = a;
delete from two;
select * from events();

-- key with an included column: that one is no key
create table incl (id integer, extra text, primary key (id) include (extra));
create trigger t1 after insert or update on incl for each row execute function pgq.logutriga('trig_formats');
insert into incl values (1, 'a');
update incl set extra = 'b';
select * from events();

-- no key: inserts only
create table nokey (a integer, b text);
create trigger t1 after insert or update or delete on nokey for each row execute function pgq.logutriga('trig_formats');
create trigger t2 after insert or update or delete on nokey for each row execute function pgq.sqltriga('trig_formats');
create trigger t3 after insert or update or delete on nokey for each row execute function pgq.jsontriga('trig_formats');
insert into nokey values (1, 'x');
select * from events();
update nokey set a = 2;
delete from nokey;
-- a unique index is no primary key
create unique index on nokey (a);
delete from nokey;
select * from events();

-- only key columns
create table onlykey (a integer, b integer, primary key (a, b));
create trigger t1 after insert or update or delete on onlykey for each row execute function pgq.logutriga('trig_formats');
create trigger t2 after insert or update or delete on onlykey for each row execute function pgq.sqltriga('trig_formats');
insert into onlykey values (1, 2);
update onlykey set a = a;
delete from onlykey;
select ev_type, ev_data from events();

-- no columns, and one column with nothing in it
create table empty_table ();
create trigger t1 after insert on empty_table for each row execute function pgq.logutriga('trig_formats');
create trigger t2 after insert on empty_table for each row execute function pgq.sqltriga('trig_formats');
create trigger t3 after insert on empty_table for each row execute function pgq.jsontriga('trig_formats');
insert into empty_table default values;
select ev_type, ev_data from events();
begin isolation level repeatable read;
insert into empty_table default values;
commit;
select ev_type, ev_data from events();
alter table empty_table add one text;
insert into empty_table values (null), (''), ('"');
select ev_type, ev_data from events();

-- names
create schema "Sché ma";
create table "Sché ma"."a.B""C" ("Id" integer primary key, "select" text, "a b" text, "x,y" text, "q""uote" text, "per%cent&=" text, "ação" text, "a'b\" text);
create trigger t1 after insert or update or delete on "Sché ma"."a.B""C" for each row execute function pgq.logutriga('trig_formats');
create trigger t2 after insert or update or delete on "Sché ma"."a.B""C" for each row execute function pgq.sqltriga('trig_formats');
create trigger t3 after insert or update or delete on "Sché ma"."a.B""C" for each row execute function pgq.jsontriga('trig_formats');
insert into "Sché ma"."a.B""C" values (1, 's', 'ab', 'xy', 'q', 'p', 'a', null);
update "Sché ma"."a.B""C" set "select" = 'S', "a b" = 'AB', "q""uote" = 'Q', "a'b\" = 'v';
delete from "Sché ma"."a.B""C";
select ev_type, ev_data, ev_extra1 from events();
drop schema "Sché ma" cascade;

-- the triggers keep up with changes of the table
alter table t add extra text default 'dflt';
insert into t values (10, 'a', 1);
alter table t drop txt;
update t set val = 2 where id = 10;
alter table t rename val to "Value";
update t set "Value" = 3 where id = 10;
alter table t alter extra drop default;
alter table t alter extra type integer using id + 7;
alter table t drop constraint t_pkey;
alter table t add primary key (extra);
update t set "Value" = 4 where id = 10;
select ev_type, ev_data from events();
truncate t;
do $$
begin
    -- in one transaction, without leaving the session's statement
    alter table t add again text;
    insert into t values (11, 1, 1, 'x');
    alter table t rename again to once_more;
    alter table t rename to t_new;
    insert into t_new values (12, 1, 2, 'y');
end;
$$;
select ev_type, ev_data, ev_extra1 from events();

-- generated and identity columns
create table gen (id integer generated always as identity primary key, a integer, twice integer generated always as (a * 2) stored,
    dflt integer generated by default as identity);
create trigger t1 after insert or update or delete on gen for each row execute function pgq.logutriga('trig_formats', 'backup');
create trigger t2 after insert or update or delete on gen for each row execute function pgq.sqltriga('trig_formats');
create trigger t3 after insert or update or delete on gen for each row execute function pgq.jsontriga('trig_formats');
insert into gen (a) values (5);
update gen set a = 6;
delete from gen;
select ev_type, ev_data, ev_extra2 from events();
create table genkey (a integer, k integer generated always as (a * 2) stored primary key, b text);
create trigger t1 after insert or update or delete on genkey for each row execute function pgq.logutriga('trig_formats');
create trigger t2 after insert or update or delete on genkey for each row execute function pgq.sqltriga('trig_formats');
insert into genkey values (5, default, 'x');
update genkey set b = 'y';
update genkey set a = 7;
delete from genkey;
select ev_type, ev_data from events();
-- a BEFORE trigger comes before stored ones are computed: it leaves them out, of the old row, too
create table genbef (id integer primary key, a integer, twice integer generated always as (a * 2) stored);
create trigger t1 before insert or update or delete on genbef for each row execute function pgq.logutriga('trig_formats', 'backup');
create trigger t2 before insert or update or delete on genbef for each row execute function pgq.sqltriga('trig_formats');
create trigger t3 before insert or update or delete on genbef for each row execute function pgq.jsontriga('trig_formats', 'backup');
insert into genbef values (1, 5);
update genbef set a = 6;
delete from genbef;
select ev_type, ev_data, ev_extra2 from events();

-- partitions: the name of the table that the trigger was made on; columns of a
-- partition may be in another order
create table part (id integer, v text, w integer, primary key (id)) partition by range (id);
create table part1 partition of part for values from (0) to (10);
create table part2 (gone integer, w integer, v text, id integer not null);
alter table part2 drop gone;
create trigger t1 after insert or update or delete on part for each row execute function pgq.logutriga('trig_formats');
create trigger t2 after insert or update or delete on part for each row execute function pgq.sqltriga('trig_formats');
create trigger u1 after truncate on part execute function pgq.logutriga('trig_formats');
alter table part attach partition part2 for values from (10) to (100) ;
create table part3 partition of part for values from (100) to (1000) partition by range (id);
create table part3a partition of part3 for values from (100) to (200);
insert into part values (1, 'a', 1), (11, 'b', 2), (101, 'c', 3);
update part set w = w + 1;
delete from part;
truncate part;
select ev_type, ev_data, ev_extra1 from events();
-- a trigger of the partition's own, and one made on a middle level
create trigger own after insert on part1 for each row execute function pgq.logutriga('trig_formats');
create trigger mid after insert on part3 for each row execute function pgq.logutriga('trig_formats');
insert into part values (2, 'a', 1), (102, 'c', 3);
select ev_type, ev_data, ev_extra1 from events() where ev_type like 'I:%' order by ev_data, ev_extra1;
-- a row that moves is a delete and an insert
alter table part drop constraint part_pkey;
drop trigger t2 on part;
drop trigger own on part1;
drop trigger mid on part3;
drop trigger t1 on part;
create trigger t1 after insert or update or delete on part for each row execute function pgq.logutriga('trig_formats', 'pkey=v');
update part set id = 12 where id = 2;
select ev_type, ev_data, ev_extra1 from events();

-- inheritance: the child's own triggers, the child's name
create table parent (id integer primary key, v text);
create table child (primary key (id), extra text) inherits (parent);
create trigger t1 after insert or update or delete on parent for each row execute function pgq.logutriga('trig_formats');
create trigger t1 after insert or update or delete on child for each row execute function pgq.logutriga('trig_formats');
insert into parent values (1, 'p');
insert into child values (2, 'c', 'e');
update parent set v = 'x';
select ev_type, ev_data, ev_extra1 from events();

-- as many columns as a table can have
do $$
begin
    execute 'create table wide (' || (select string_agg('c' || g || ' integer', ', ' order by g) from generate_series(1, 1600) g)
        || ', primary key (c1600))';
end;
$$;
create trigger t1 after insert or update or delete on wide for each row execute function pgq.logutriga('trig_formats');
create trigger t2 after insert or update or delete on wide for each row execute function pgq.sqltriga('trig_formats');
create trigger t3 after insert or update or delete on wide for each row execute function pgq.jsontriga('trig_formats');
insert into wide (c1, c2, c1600) values (1, 2, 1600);
update wide set c1599 = 1599;
select left(ev_type, 20) as ev_type, length(ev_data), left(ev_data, 20) as head, right(ev_data, 40) as tail from events();

-- before triggers, instead of triggers
create table bef (id integer primary key, v text);
create trigger t1 before insert or update or delete on bef for each row execute function pgq.logutriga('trig_formats');
insert into bef values (1, 'a') returning *;
update bef set v = 'b' returning *;
delete from bef returning *;
select ev_type, ev_data from events();
create view bef_view as select * from bef;
create trigger t1 instead of insert or update or delete on bef_view for each row execute function pgq.logutriga('trig_formats', 'pkey=id');
insert into bef values (2, 'a');
insert into bef_view values (1, 'a') returning *;
update bef_view set v = 'z' returning *;
delete from bef_view;
select ev_type, ev_data, ev_extra1 from events();

-- a table of another schema of the same name as one seen before, in one session
create schema trig_formats2;
create table trig_formats2.t (x text, id integer primary key);
create trigger t1 after insert on trig_formats2.t for each row execute function pgq.logutriga('trig_formats');
insert into trig_formats2.t values ('x', 1);
select ev_type, ev_data, ev_extra1 from events();

reset client_min_messages;
set client_min_messages = error;
drop schema trig_formats, trig_formats2 cascade;
select pgq.drop_queue('trig_formats', true);
