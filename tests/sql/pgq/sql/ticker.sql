-- Ticks: thresholds, idle back-off, refusals, external ticks, forced ticks.
\set SHOW_CONTEXT never
select pgq.create_queue('tick');
select queue_id as n from pgq.queue where queue_name = 'tick' \gset
-- age(interval): makes all ticks so much older.
create function pg_temp.age(ival interval) returns void language sql as 'update pgq.tick set tick_time = tick_time - ival';

-- Ten times the default distances, so that a slow machine makes no difference.
select pgq.set_queue_config('tick', 'ticker_max_lag', '30 seconds'), pgq.set_queue_config('tick', 'ticker_idle_period', '10 minutes');

-- One tick only: a second one at once, so that there are two to measure the idle distance.
select pgq.ticker('tick');
select pgq.ticker('tick');
-- Idle: not before max_lag / 2; not before twice the last distance; at idle_period in any case.
select pg_temp.age('10 seconds'), pgq.ticker('tick');
select pg_temp.age('6 seconds'), pgq.ticker('tick');
select pg_temp.age('25 seconds'), pgq.ticker('tick');
select pg_temp.age('10 seconds'), pgq.ticker('tick');
select pg_temp.age('100 minutes'), pgq.ticker('tick');
select pg_temp.age('590 seconds'), pgq.ticker('tick');
select pg_temp.age('15 seconds'), pgq.ticker('tick');

-- New events: max_lag or max_count.
select pgq.insert_event('tick', 't', 'd');
select pgq.ticker('tick');
select pg_temp.age('25 seconds'), pgq.ticker('tick');
select pg_temp.age('10 seconds'), pgq.ticker('tick');
select count(pgq.insert_event('tick', 't', 'd')) from generate_series(1, 499);
select pgq.ticker('tick');
select pgq.insert_event('tick', 't', 'd');
select pgq.ticker('tick');
select tick_id, tick_event_seq from pgq.tick where tick_queue = :n order by tick_id;
-- A tick in the same transaction as the events: they come with the next one.
begin;
select count(pgq.insert_event('tick', 't', 'own')) from generate_series(1, 500);
select pgq.ticker('tick');
commit;
select txid_visible_in_snapshot(ev_txid, tick_snapshot) as visible, count(*)
from pgq.event_template, pgq.tick where ev_data = 'own' and tick_queue = :n and tick_id = 9 group by 1;

-- All queues at once.
select pgq.create_queue('tick2'), pgq.create_queue('tick3'), pgq.create_queue('tick4');
select pgq.set_queue_config('tick3', 'ticker_paused', '1'), pgq.set_queue_config('tick4', 'external_ticker', '1');
select pgq.ticker();
select pgq.ticker();

-- The clock was put back: ticks and rotations do not wait until it has caught up, nor do consumers that ask for batches of some length or age, nor does the brake.
select pgq.create_queue('clock'), pgq.register_consumer('clock', 'c'), pgq.insert_event('clock', 't', 'd');
update pgq.tick set tick_time = now() + interval '1 hour' where tick_queue = (select queue_id from pgq.queue where queue_name = 'clock');
select pgq.ticker('clock'), pgq.ticker('clock');
select pgq.insert_event('clock', 't', 'd');
select next_tick_id, next_tick_id is not null as there from pgq.queue, pgq.find_tick_helper(queue_id, 1, now() + interval '1 hour', 0, 1000, interval '5 minutes')
where queue_name = 'clock';
update pgq.tick set tick_time = now() + interval '1 hour' where tick_queue = (select queue_id from pgq.queue where queue_name = 'clock');
select cur_tick_id from pgq.next_batch_custom('clock', 'c', interval '10 seconds', null, null);
update pgq.subscription set sub_active = now() + interval '1 hour', sub_batch = null, sub_next_tick = null;
select tick_id, braked from pgq.ticker_on_demand('clock', null);
update pgq.queue set queue_switch_time = now() + interval '1 hour', queue_switch_step1 = 1, queue_switch_step2 = 1 where queue_name = 'clock';
select func_name, func_arg from pgq.maint_operations() where func_name like '%rotate%';
select pgq.unregister_consumer('clock', 'c'), pgq.maint_rotate_tables_step1('clock');
select queue_cur_table, queue_switch_time <= now() as past from pgq.queue where queue_name = 'clock';
select pgq.drop_queue('clock');

-- Refusals.
select pgq.ticker('no such');
select pgq.ticker(null);
select pgq.ticker('tick3');
select pgq.ticker('tick4');
select pgq.ticker('tick', 10, now(), 10);
select pgq.ticker('no such', 10, now(), 10);
begin isolation level repeatable read;
select pgq.ticker('tick');
rollback;
begin isolation level serializable;
select pgq.ticker();
rollback;
begin isolation level read uncommitted;
select pgq.ticker('tick');
rollback;
begin isolation level repeatable read;
select pgq.ticker('tick4', 10, now(), 10);
rollback;
begin isolation level repeatable read;
select pgq.create_queue('refused');
rollback;

-- External ticks take id, time and sequence from their origin.
select pgq.ticker('tick4', 100, '2020-02-02 02:02:02+00', 5000);
select tick_id, tick_time at time zone 'UTC' as tick_time, tick_event_seq from pgq.tick join pgq.queue on queue_id = tick_queue
where queue_name = 'tick4' and tick_id > 1 order by 1;
select pgq.seq_getval(queue_tick_seq), pgq.seq_getval(queue_event_seq), nextval(queue_event_seq::regclass) from pgq.queue where queue_name = 'tick4';
\set VERBOSITY terse
select pgq.ticker('tick4', 100, now(), 5001);
\set VERBOSITY default
select pgq.ticker('tick4', 50, '2020-01-01 00:00:00+00', 10);
select pgq.seq_getval(queue_tick_seq), pgq.seq_getval(queue_event_seq) from pgq.queue where queue_name = 'tick4';
update pgq.queue set queue_ticker_paused = true where queue_name = 'tick4';
select pgq.ticker('tick4', 101, now(), 5001);

-- Forced: the next round of the ticker ticks.
select pgq.create_queue('force');
select pgq.ticker('force');
select pgq.force_tick('force'), pgq.ticker('force'), pgq.force_tick('no such'), pgq.force_tick(null);
select last_value from pgq.queue, lateral (select pgq.seq_getval(queue_event_seq) as last_value) s where queue_name = 'force';
update pgq.queue set queue_ticker_paused = true where queue_name = 'force';
select pgq.force_tick('force');
update pgq.queue set queue_ticker_paused = false, queue_external_ticker = true where queue_name = 'force';
select pgq.force_tick('force');
select last_value from pgq.queue, lateral (select pgq.seq_getval(queue_event_seq) as last_value) s where queue_name = 'force';

-- A ticker with nothing to do writes nothing.
begin;
select pgq.ticker('tick');
select txid_current_if_assigned() is null as read_only;
rollback;

-- The sequence went backwards; a fresh sequence that an earlier tick counted as 1 did not.
update pgq.tick set tick_event_seq = tick_event_seq + 5000 where tick_queue = :n and tick_id = (select max(tick_id) from pgq.tick where tick_queue = :n);
select pg_temp.age('1 hour');
select pgq.ticker('tick') is not null as ticked \gset
\echo :ticked
select pgq.create_queue('fresh');
update pgq.tick set tick_event_seq = 1 where tick_queue = (select queue_id from pgq.queue where queue_name = 'fresh');
select pgq.ticker('fresh');

-- Restored into a cluster with lower transaction ids.
update pgq.tick set tick_snapshot = (txid_current()::text || ':' || (txid_current() + 1000)::text || ':')::txid_snapshot
where tick_queue = (select queue_id from pgq.queue where queue_name = 'fresh');
-- A warning, with ids that differ from run to run.
set client_min_messages = error;
select pg_temp.age('1 hour'), pgq.ticker('fresh');
reset client_min_messages;
update pgq.tick set tick_snapshot = ((txid_current() + 1000)::text || ':' || (txid_current() + 2000)::text || ':')::txid_snapshot
where tick_queue = (select queue_id from pgq.queue where queue_name = 'fresh');
do $$
declare
    hint text;
begin
    perform pgq.ticker('fresh');
exception when others then
    get stacked diagnostics hint = pg_exception_hint;
    raise notice '%; hint: %', regexp_replace(sqlerrm, '[0-9]+', 'N', 'g'), hint;
end;
$$;
select pgq.drop_queue(queue_name) from pgq.queue;
