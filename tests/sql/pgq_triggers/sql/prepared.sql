-- A prepared transaction keeps its events, one that is rolled back does not.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_prepared;
set search_path = trig_prepared;
select pgq.create_queue('trig_prepared');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_prepared');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key);
create trigger capture after insert on t for each row execute function pgq.logutriga('trig_prepared');
begin;
insert into t values (1), (2);
savepoint s;
insert into t values (3);
rollback to savepoint s;
insert into t values (4);
prepare transaction 'trig_prepared_1';
begin;
insert into t values (11);
prepare transaction 'trig_prepared_2';
insert into t values (21);
select ev_data from events();
rollback prepared 'trig_prepared_2';
select ev_data from events();
commit prepared 'trig_prepared_1';
select ev_data from events();
-- the writer of an event knows the transaction
begin;
insert into t values (31);
select ev_txid = txid_current() as own from pgq.event_template where ev_data = 'id=31';
savepoint s;
insert into t values (32);
select ev_txid = txid_current() as top_level from pgq.event_template where ev_data = 'id=32';
prepare transaction 'trig_prepared_3';
commit prepared 'trig_prepared_3';
select ev_data from events();

select pgq.drop_queue('trig_prepared', true);
drop schema trig_prepared cascade;
