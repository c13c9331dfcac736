-- Trigger arguments, the checks and their order, session_replication_role, magic columns.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;

create schema trig_args;
set search_path = trig_args, public;
select pgq.create_queue('trig_args');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_args');
end;
$$;
\pset null '<null>'
\pset format unaligned

-- how the trigger is made
create table bad (id integer primary key, v text);
create trigger a after insert or update on bad for each row execute function pgq.logutriga();
insert into bad values (1, 'x');
drop trigger a on bad;
create trigger a after insert or update or delete on bad for each statement execute function pgq.logutriga('trig_args');
insert into bad values (1, 'x');
update bad set v = v;
delete from bad;
drop trigger a on bad;
-- the level comes before the arguments
create trigger a after insert on bad for each statement execute function pgq.sqltriga();
insert into bad values (1, 'x');
drop trigger a on bad;
create trigger a after insert on bad for each row execute function pgq.jsontriga('trig_args', 'bad');
insert into bad values (1, 'x');
drop trigger a on bad;
-- exact case, no blanks
create trigger a after insert on bad for each row execute function pgq.logutriga('trig_args', 'skip');
insert into bad values (1, 'x');
drop trigger a on bad;
create trigger a after insert on bad for each row execute function pgq.logutriga('trig_args', 'ignore =v');
insert into bad values (1, 'x');
drop trigger a on bad;
create trigger a after insert on bad for each row execute function pgq.logutriga('trig_args', '');
insert into bad values (1, 'x');
drop trigger a on bad;
create trigger a after insert on bad for each row execute function pgq.logutriga('trig_args', 'ev_sql=1');
insert into bad values (1, 'x');
drop trigger a on bad;
create trigger a after insert on bad for each row execute function pgq.logutriga('no such queue');
insert into bad values (1, 'x');
drop trigger a on bad;
-- a failed insert leaves nothing
select * from bad;
select * from events();

-- truncate triggers know SKIP and deny only
create trigger a after truncate on bad execute function pgq.sqltriga('trig_args', 'ignore=v');
truncate bad;
drop trigger a on bad;
create trigger a after truncate on bad execute function pgq.sqltriga('trig_args', 'pkey=v');
truncate bad;
drop trigger a on bad;
create trigger a after truncate on bad execute function pgq.sqltriga('trig_args', 'backup');
truncate bad;
drop trigger a on bad;
create trigger a after truncate on bad execute function pgq.sqltriga('trig_args', 'when=true');
truncate bad;
drop trigger a on bad;
create trigger a after truncate on bad execute function pgq.sqltriga('trig_args', 'ev_extra3=1');
truncate bad;
drop trigger a on bad;
create trigger a after truncate on bad execute function pgq.sqltriga('trig_args', 'SKIP');
truncate bad;
drop trigger a on bad;
create trigger a before truncate on bad execute function pgq.sqltriga('trig_args');
truncate bad;
select * from events();
drop table bad;

-- SKIP
create table skp (id integer primary key, v text);
insert into skp values (1, 'keep');
create trigger a before insert or update or delete on skp for each row execute function pgq.logutriga('trig_args', 'SKIP');
insert into skp values (2, 'new');
update skp set v = 'changed';
delete from skp;
select * from skp;
select ev_type, ev_data from events();
drop trigger a on skp;
create trigger a after insert or update or delete on skp for each row execute function pgq.logutriga('trig_args', 'SKIP');
insert into skp values (2, 'new');
update skp set v = 'changed';
delete from skp;
select * from events();

-- deny; before it come key and SKIP, not the magic columns
create table den (id integer primary key, v text, _pgq_ev_foo text);
insert into den values (1, 'x');
create trigger a after insert or update or delete on den for each row execute function pgq.logutriga('trig_args', 'deny');
create trigger b after truncate on den execute function pgq.sqltriga('trig_args', 'deny');
insert into den values (2, 'y');
update den set v = 'z';
delete from den;
truncate den;
set session_replication_role = replica;
insert into den values (3, 'r');
truncate den;
insert into den values (1, 'r');
set session_replication_role = local;
update den set v = 'l';
set session_replication_role = origin;
alter table den enable always trigger a, enable replica trigger b;
set session_replication_role = replica;
delete from den;
truncate den;
set session_replication_role = local;
delete from den;
truncate den;
set session_replication_role = origin;
truncate den;
drop trigger a on den;
create trigger a before insert or update or delete on den for each row execute function pgq.jsontriga('trig_args', 'deny', 'SKIP');
insert into den values (1);
drop trigger a on den;
create trigger a after insert or update or delete on den for each row execute function pgq.jsontriga('trig_args', 'deny', 'SKIP');
insert into den values (1);
drop trigger a on den;
alter table den drop constraint den_pkey;
insert into den values (1);
create trigger a after insert or update or delete on den for each row execute function pgq.jsontriga('trig_args', 'SKIP', 'deny');
update den set v = '1';
drop trigger a on den;
create trigger a after insert or update or delete on den for each row execute function pgq.jsontriga('trig_args', 'deny');
update den set v = '1';
insert into den values (2);
select * from events();
drop table den;

-- role local: silent before any other check; replica: only those triggers that are enabled for it
create table roles (id integer, v text);
create trigger a after insert or update or delete on roles for each row execute function pgq.logutriga();
create trigger b before insert or update or delete on roles for each row execute function pgq.sqltriga('trig_args', 'SKIP', 'nonsense');
create trigger c after insert on roles for each statement execute function pgq.jsontriga('trig_args');
create trigger d before truncate on roles execute function pgq.jsontriga('trig_args', 'nonsense');
set session_replication_role = local;
insert into roles values (1, 'a'), (2, 'b');
update roles set v = 'c' where id = 1;
delete from roles where id = 2;
select * from roles;
truncate roles;
select * from roles;
reset session_replication_role;
drop trigger a on roles; drop trigger b on roles; drop trigger c on roles; drop trigger d on roles;
create trigger a after insert on roles for each row execute function pgq.logutriga('trig_args', 'ev_extra2=''ordinary''');
create trigger b after insert on roles for each row execute function pgq.logutriga('trig_args', 'ev_extra2=''replica''');
create trigger c after insert on roles for each row execute function pgq.logutriga('trig_args', 'ev_extra2=''always''');
alter table roles enable replica trigger b, enable always trigger c;
insert into roles values (1, 'origin');
set session_replication_role = replica;
insert into roles values (1, 'replica');
set session_replication_role = local;
insert into roles values (1, 'local');
reset session_replication_role;
select ev_data, ev_extra2 from events();
drop table roles;

-- ignore
create table ign (id integer primary key, a text, b text, c text);
create trigger t1 after insert or update or delete on ign for each row execute function pgq.logutriga('trig_args', 'ignore=a,c');
create trigger t2 after insert or update or delete on ign for each row execute function pgq.sqltriga('trig_args', 'ignore=a c');
create trigger t3 after insert or update or delete on ign for each row execute function pgq.jsontriga('trig_args', E'ignore=a ,\tc, nosuch');
insert into ign values (1, 'a', 'b', 'c');
update ign set a = 'aa', b = 'bb';
select ev_type, ev_data from events();
-- only ignored ones: none
update ign set a = 'aaa', c = null;
select ev_type, ev_data from events();
-- nothing at all: still shown
update ign set a = a;
select ev_type, ev_data from events();
delete from ign;
select ev_type, ev_data from events();
-- ignoring the key: it is checked all the same
drop trigger t1 on ign; drop trigger t2 on ign; drop trigger t3 on ign;
create trigger t1 after insert or update or delete on ign for each row execute function pgq.logutriga('trig_args', 'ignore=id');
create trigger t2 after insert or update or delete on ign for each row execute function pgq.sqltriga('trig_args', 'ignore=id');
insert into ign values (1, 'a', 'b', 'c');
update ign set a = 'x';
update ign set id = 2;
delete from ign;
select ev_type, ev_data from events();
-- everything, with a partial name, with a name in other case
drop trigger t1 on ign; drop trigger t2 on ign;
create trigger t1 after insert on ign for each row execute function pgq.logutriga('trig_args', 'ignore=id,a,b,c');
create trigger t2 after insert on ign for each row execute function pgq.sqltriga('trig_args', 'ignore=id,a,b,c');
create trigger t3 after insert on ign for each row execute function pgq.jsontriga('trig_args', 'ignore=id,a,b,c');
create trigger t4 after insert on ign for each row execute function pgq.logutriga('trig_args', 'ignore=aa,A,i');
insert into ign values (1, 'a', 'b', 'c');
select ev_type, ev_data from events();
drop table ign;

-- pkey
create table pk (id integer primary key, a text, b text, c text);
create trigger t1 after insert or update or delete on pk for each row execute function pgq.logutriga('trig_args', 'pkey=b,a');
create trigger t2 after insert or update or delete on pk for each row execute function pgq.sqltriga('trig_args', 'pkey=b a');
create trigger t3 after insert or update or delete on pk for each row execute function pgq.jsontriga('trig_args', 'pkey=b, a,nosuch');
insert into pk values (1, 'a', 'b', 'c');
update pk set id = 2, c = null;
select ev_type, ev_data from events();
update pk set a = 'aa';
\set VERBOSITY default
\set SHOW_CONTEXT never
update pk set b = null;
\set VERBOSITY terse
delete from pk;
select ev_type, ev_data from events();
insert into pk values (1, null, 'b', 'c');
delete from pk;
update pk set c = 'd';
select ev_type, ev_data from events();
drop trigger t2 on pk;
update pk set c = 'd';
delete from pk;
select ev_type, ev_data from events();
drop trigger t1 on pk; drop trigger t3 on pk;
create trigger t1 after insert or update or delete on pk for each row execute function pgq.logutriga('trig_args', 'pkey=nosuch');
insert into pk values (1, 'a', 'b', 'c');
update pk set c = 'd';
delete from pk;
select ev_type, ev_data from events();
drop table pk;

-- backup
create table bak (id integer primary key, a text, b text, c boolean);
create trigger t1 after insert or update or delete on bak for each row execute function pgq.logutriga('trig_args', 'backup');
create trigger t2 after insert or update or delete on bak for each row execute function pgq.sqltriga('trig_args', 'backup', 'ignore=b');
create trigger t3 after insert or update or delete on bak for each row execute function pgq.jsontriga('trig_args', 'backup');
create trigger t4 after insert or update or delete on bak for each row execute function pgq.sqltriga('trig_args', 'backup', 'ev_extra2=a');
insert into bak values (1, 'old a', 'b', true);
select ev_extra2 from events();
update bak set a = 'new', b = null;
select ev_type, ev_data, ev_extra2 from events();
delete from bak;
select ev_extra2 from events();
drop table bak;

-- magic columns
create table mag (_pgq_ev_type text, id integer primary key, _pgq_ev_data text, _pgq_ev_extra1 integer, v text,
    _pgq_ev_extra2 text, _pgq_ev_extra3 timestamp, _pgq_ev_extra4 boolean);
create trigger t1 after insert or update or delete on mag for each row execute function pgq.logutriga('trig_args');
create trigger t2 after insert or update or delete on mag for each row execute function pgq.sqltriga('trig_args', 'backup');
create trigger t3 after insert or update or delete on mag for each row execute function pgq.jsontriga('trig_args', 'ev_data=''arg''');
insert into mag values ('T', 1, 'D', 1, 'v', 'x2', '2020-12-31 01:02:03', true);
insert into mag (id, v) values (2, 'v');
select * from events();
update mag set v = 'w', _pgq_ev_type = 'TT', _pgq_ev_extra1 = 11 where id = 1;
delete from mag where id = 1;
select * from events();
alter table mag drop _pgq_ev_type, drop _pgq_ev_data;
update mag set _pgq_ev_extra4 = false;
select * from events();
alter table mag add _pgq_ev_foo text;
update mag set v = 'w';
alter table mag drop _pgq_ev_foo;
alter table mag add "_pgq_ev_Type" text;
insert into mag (id) values (5);
-- other names that begin with an underscore are ordinary
alter table mag drop "_pgq_ev_Type";
alter table mag add _pgq_ev text, add _id integer;
insert into mag (id, _pgq_ev, _id) values (5, 'x', 7);
select ev_type, ev_data from events();

-- a site's own insert_event is called
begin;
create or replace function pgq.insert_event(queue_name text, ev_type text, ev_data text,
    ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns bigint language plpgsql as $$
begin
    raise warning 'insert_event(%, %, %, %, %, %, %)', queue_name, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4;
    return 1;
end;
$$;
create table site (id integer primary key, v text);
create trigger t1 after insert or update or delete on site for each row execute function pgq.logutriga('any queue');
create trigger t2 after insert or update or delete on site for each row execute function pgq.sqltriga('any queue', 'when=id > 1');
create trigger t3 after truncate on site execute function pgq.jsontriga('any queue');
insert into site values (1, 'x'), (2, 'y');
truncate site;
rollback;

-- no rights but those on the table
create role trig_args_user;
create role trig_args_writer in role pgq_writer;
grant usage on schema trig_args to trig_args_user, trig_args_writer;
create table den (id integer primary key, v text);
insert into den values (1, 'x');
create trigger a after insert or update or delete on den for each row execute function pgq.logutriga('trig_args', 'deny');
create table own (id integer primary key, v text);
create trigger a after insert or update or delete on own for each row execute function pgq.logutriga('trig_args', 'ignore=v', 'when=id > 0');
grant all on den, own to trig_args_user, trig_args_writer;
set role trig_args_user;
delete from den;
insert into own values (1, 'x');
set role trig_args_writer;
delete from den;
insert into own values (1, 'x');
update own set v = 'y';
delete from own;
reset role;
select ev_type, ev_data from events();
create trigger forbidden after insert on own for each row execute function pgq.logutriga('trig_args');
drop trigger forbidden on own;
alter table own owner to trig_args_user;
set role trig_args_user;
create trigger forbidden after insert on own for each row execute function pgq.logutriga('trig_args');
reset role;

set client_min_messages = error;
drop schema trig_args cascade;
drop role trig_args_user, trig_args_writer;
select pgq.drop_queue('trig_args', true);
