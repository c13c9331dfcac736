-- A savepoint rolled back takes exactly its events along.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_savepoints;
set search_path = trig_savepoints;
select pgq.create_queue('trig_savepoints');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_savepoints');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key);
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('trig_savepoints');
begin;
insert into t values (1);
savepoint a;
insert into t values (2), (3);
savepoint b;
insert into t values (4);
release savepoint b;
savepoint c;
insert into t values (5);
rollback to savepoint c;
insert into t values (6);
commit;
select ev_type, ev_data from events();

begin;
insert into t values (11);
savepoint a;
insert into t values (12);
savepoint b;
insert into t values (13);
release savepoint b;
rollback to savepoint a;
insert into t values (14);
rollback to savepoint a;
insert into t values (15);
commit;
select ev_type, ev_data from events();

-- an error in between
begin;
insert into t values (21);
savepoint a;
insert into t values (22), (23), (21);
rollback to savepoint a;
insert into t values (24);
commit;
select ev_type, ev_data from events();

-- all of it
begin;
insert into t values (31);
rollback;
select ev_type, ev_data from events();
insert into t values (41);
select ev_type, ev_data from events();

select pgq.drop_queue('trig_savepoints', true);
drop schema trig_savepoints cascade;
