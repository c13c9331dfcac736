-- Ticks on demand.
\set SHOW_CONTEXT never
select pgq.create_queue('dem'), pgq.create_queue('dem_slow'), pgq.create_queue('dem_ext'), pgq.create_queue('dem_paused');
select queue_id as n from pgq.queue where queue_name = 'dem' \gset
select pgq.set_queue_config('dem_slow', 'ticker_max_lag', '4 seconds'), pgq.set_queue_config('dem_ext', 'external_ticker', '1'),
       pgq.set_queue_config('dem_paused', 'ticker_paused', '1');
select queue_name, event_seq, last_tick_id, tick_event_seq, tick_xmin <= tick_xmax as xids from pgq.ticker_demand_state();
begin;
select count(*) from pgq.ticker_demand_state();
select txid_current_if_assigned() is null as read_only;
rollback;

-- Nothing new.
select queue_id = :n as queue, tick_id, tick_xmin is not null as tick_xmin, tick_xmax >= tick_xmin as tick_xmax, seq_moved, braked
from pgq.ticker_on_demand('dem', null);
-- The very first event is noticed.
select pgq.insert_event('dem', 't', 'd');
select queue_name, event_seq, last_tick_id, tick_event_seq from pgq.ticker_demand_state();
select queue_id = :n as queue, tick_id, tick_xmax >= tick_xmin as tick_xmax, seq_moved, braked from pgq.ticker_on_demand('dem', null);
select queue_id = :n as queue, tick_id, tick_xmax >= tick_xmin as tick_xmax, seq_moved, braked from pgq.ticker_on_demand('dem', null);
select event_seq = tick_event_seq as up_to_date, last_tick_id from pgq.ticker_demand_state();
-- Waiting for what is finished long since.
select tick_id from pgq.ticker_on_demand('dem', 1);

-- Not for these, however much is new.
select pgq.insert_event('dem_slow', 't', 'd'), pgq.insert_event('dem_ext', 't', 'd'), pgq.insert_event('dem_paused', 't', 'd');
select * from pgq.ticker_on_demand('dem_slow', null);
select * from pgq.ticker_on_demand('dem_ext', null);
select * from pgq.ticker_on_demand('dem_paused', null);
select * from pgq.ticker_on_demand('no such', null);
select * from pgq.ticker_on_demand(null, null);
begin isolation level repeatable read;
select * from pgq.ticker_on_demand('dem', null);
rollback;

-- The brake: a consumer that was active lately and is behind, or is at work.
select pgq.register_consumer('dem', 'slow');
select pgq.insert_event('dem', 't', 'd') > 0;
select tick_id, seq_moved, braked from pgq.ticker_on_demand('dem', null);
select pgq.insert_event('dem', 't', 'd') > 0;
select tick_id, seq_moved, braked from pgq.ticker_on_demand('dem', null);
select pgq.next_batch('dem', 'slow') as b \gset
select tick_id, seq_moved, braked from pgq.ticker_on_demand('dem', null);
select pgq.finish_batch(:b);
select tick_id, seq_moved, braked from pgq.ticker_on_demand('dem', null);
select pgq.insert_event('dem', 't', 'd') > 0;
-- One that has not been seen for a minute does not count,
update pgq.subscription set sub_active = now() - interval '61 seconds';
select tick_id, seq_moved, braked from pgq.ticker_on_demand('dem', null);
-- nor watermark consumers, nor an idle subconsumer.
select pgq.unregister_consumer('dem', 'slow'), pgq.register_consumer_at('dem', '.global_watermark', 1), pgq.register_consumer_at('dem', '.node2.watermark', 1),
       pgq.register_consumer('dem', 'slow.sub1');
update pgq.subscription set sub_last_tick = null where sub_consumer = (select co_id from pgq.consumer where co_name = 'slow.sub1');
select pgq.insert_event('dem', 't', 'd') > 0;
select tick_id, seq_moved, braked from pgq.ticker_on_demand('dem', null);
-- An ordinary consumer with a similar name does.
select pgq.register_consumer_at('dem', 'x.watermark', 1);
select pgq.insert_event('dem', 't', 'd') > 0;
select tick_id, seq_moved, braked from pgq.ticker_on_demand('dem', null);
-- Braked or not, nothing new is nothing new.
select pgq.ticker('dem') is null;
update pgq.tick set tick_time = now() - interval '10 seconds';
select pgq.ticker('dem') is not null;
select tick_id, seq_moved, braked from pgq.ticker_on_demand('dem', null);
-- Old ticks without a queue's first: no tick at all, the ordinary ticker makes the first.
select pgq.drop_queue('dem', true);
select pgq.create_queue('dem');
delete from pgq.tick where tick_queue = (select queue_id from pgq.queue where queue_name = 'dem');
select pgq.insert_event('dem', 't', 'd') > 0;
select tick_id, tick_xmin, seq_moved, braked from pgq.ticker_on_demand('dem', null);
select event_seq, last_tick_id, tick_event_seq, tick_xmin, tick_xmax from pgq.ticker_demand_state();
select pgq.ticker('dem');

-- Bound of a tick: above its snapshot's xmax, up to the id of the transaction that stored it; 32 bits wide; never beyond what is known to exist.
select pgq._tick_bound('10:20:', '25'), pgq._tick_bound('10:20:', '20'), pgq._tick_bound('10:20:', '19') = txid_snapshot_xmax(txid_current_snapshot()) as kept;
select pgq._tick_bound('4294967290:4294967294:', '2') = 4294967294 as not_below_xmax;
select pgq.drop_queue(queue_name, true) from pgq.queue;
