-- queue_per_tx_limit counts the events that a transaction keeps.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_limit;
set search_path = trig_limit;
select pgq.create_queue('trig_limit');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_limit');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key);
create trigger capture after insert on t for each row execute function pgq.logutriga('trig_limit');
update pgq.queue set queue_per_tx_limit = 3 where queue_name = 'trig_limit';
insert into t select generate_series(1, 3);
insert into t select generate_series(4, 7);
select count(*) from events();
begin;
insert into t select generate_series(11, 13);
savepoint s;
insert into t values (14);
rollback to savepoint s;
update pgq.queue set queue_per_tx_limit = 4 where queue_name = 'trig_limit';
insert into t values (15);
savepoint s;
insert into t values (16);
rollback to savepoint s;
select ev_data from events();
commit;
-- what was undone does not count
begin;
insert into t values (21);
savepoint s;
insert into t values (22), (23), (24);
rollback to savepoint s;
insert into t values (25), (26), (27);
commit;
select ev_data from events();
do $$
begin
    insert into t values (31), (32);
    begin
        insert into t values (33), (34), (35);
    exception when raise_exception then
        raise warning '%', sqlerrm;
    end;
    insert into t values (36), (37);
end;
$$;
select ev_data from events();
-- with what is published in another way
begin;
select pgq.insert_event('trig_limit', 'a', 'a') is not null as stored;
insert into t values (41), (42), (43);
insert into t values (44);
rollback;
select ev_data from events();
update pgq.queue set queue_per_tx_limit = 0 where queue_name = 'trig_limit';
insert into t values (51);
update pgq.queue set queue_per_tx_limit = null where queue_name = 'trig_limit';
insert into t select generate_series(101, 200);
select count(*) from events();

select pgq.drop_queue('trig_limit', true);
drop schema trig_limit cascade;
