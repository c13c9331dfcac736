-- What monitoring reads.
\set SHOW_CONTEXT never
select pgq.create_queue('inf'), pgq.create_queue('abc');
select queue_name, queue_ntables, queue_cur_table, queue_rotation_period, queue_switch_time < now() as switch_time, queue_external_ticker, queue_ticker_paused,
       queue_ticker_max_count, queue_ticker_max_lag, queue_ticker_idle_period, ticker_lag > '0' as ticker_lag, ev_per_sec, ev_new, last_tick_id
from pgq.get_queue_info();
select queue_name from pgq.get_queue_info(null);
select queue_name from pgq.get_queue_info('inf');
select * from pgq.get_queue_info('no such');

-- 100 ticks, one every ten seconds with 40 events; then three events.
insert into pgq.tick (tick_queue, tick_id, tick_time, tick_event_seq)
    select queue_id, 1 + i, now() - (101 - i) * interval '10 seconds', 40 * i from pgq.queue, generate_series(1, 100) i where queue_name = 'inf';
select pgq.seq_setval(queue_event_seq, 4003) from pgq.queue where queue_name = 'inf';
select queue_name, ticker_lag between '10 seconds' and '20 seconds' as ticker_lag, ev_per_sec, ev_new, last_tick_id from pgq.get_queue_info('inf');
-- No tick at all.
delete from pgq.tick where tick_queue = (select queue_id from pgq.queue where queue_name = 'abc');
select queue_name, ticker_lag, ev_per_sec, ev_new, last_tick_id from pgq.get_queue_info('abc');

select * from pgq.get_consumer_info();
select pgq.register_consumer_at('inf', 'late', 11), pgq.register_consumer('inf', 'up'), pgq.register_consumer_at('inf', 'sub', 11);
update pgq.subscription set sub_last_tick = null where sub_consumer = (select co_id from pgq.consumer where co_name = 'sub');
select queue_name, consumer_name, lag between '15 minutes' and '16 minutes' as lag, last_seen >= '0' as last_seen, last_tick, current_batch, next_tick, pending_events
from pgq.get_consumer_info();
select pgq.next_batch('inf', 'late') as b \gset
select consumer_name, last_tick, current_batch = :b as batch, next_tick, pending_events from pgq.get_consumer_info('inf', 'late');
select queue_name, consumer_name from pgq.get_consumer_info('inf');
select queue_name, consumer_name from pgq.get_consumer_info(null, 'up');
select queue_name, consumer_name from pgq.get_consumer_info('abc');
select queue_name, consumer_name from pgq.get_consumer_info('inf', 'nobody');
select pgq.drop_queue(queue_name, true) from pgq.queue;
