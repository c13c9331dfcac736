-- A capture trigger that is a deferred constraint trigger publishes when it fires.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_deferred;
set search_path = trig_deferred;
select pgq.create_queue('trig_deferred');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_deferred');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key, v text);
create constraint trigger capture after insert or update or delete on t deferrable initially deferred
    for each row execute function pgq.logutriga('trig_deferred');
insert into t values (1, 'one'), (2, 'two');
select ev_type, ev_data from events();

begin;
insert into t values (3, 'three');
update t set v = 'changed' where id = 3;
select count(*) from events();
set constraints all immediate;
select ev_type, ev_data from events();
delete from t where id = 1;
select ev_type, ev_data from events();
commit;
select ev_type, ev_data from events();

-- undone before it fires, and an error when it fires
begin;
insert into t values (4, 'four');
savepoint s;
insert into t values (5, 'undone');
rollback to savepoint s;
insert into t values (6, 'six');
commit;
select ev_type, ev_data from events();
begin;
insert into t values (7, 'seven');
update t set id = 8 where id = 7;
commit;
select ev_type, ev_data from events();

-- an ordinary capture trigger beside it, and changes made by a deferred trigger while the transaction commits
create table log (id integer primary key);
create trigger capture after insert on log for each row execute function pgq.logutriga('trig_deferred');
create function note() returns trigger language plpgsql as $$ begin insert into log values (new.id); return null; end; $$;
create constraint trigger note after insert on t deferrable initially deferred for each row execute function note();
create trigger now_capture after insert on t for each row execute function pgq.sqltriga('trig_deferred');
begin;
insert into t values (20, 'twenty');
insert into t values (21, 'twenty-one');
commit;
select ev_type, ev_data from events();
begin;
insert into t values (22, 'twenty-two');
prepare transaction 'trig_deferred';
commit prepared 'trig_deferred';
select ev_type, ev_data from events();

select pgq.drop_queue('trig_deferred', true);
drop schema trig_deferred cascade;
