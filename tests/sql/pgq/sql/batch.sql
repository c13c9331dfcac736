-- Batches: next, custom sizes, reading, cursors, finishing.
\set SHOW_CONTEXT never
select pgq.create_queue('bat');
select queue_id as n, queue_data_pfx as pfx from pgq.queue where queue_name = 'bat' \gset
-- tick(): makes a tick now, whatever the thresholds.
create function pg_temp.tick() returns bigint language plpgsql as $$
begin
    update pgq.tick set tick_time = tick_time - interval '1 hour';
    return pgq.ticker('bat');
end;
$$;
select pgq.register_consumer('bat', 'c1'), pgq.register_consumer('bat', 'c2');
select pgq.next_batch('bat', 'c1');
select * from pgq.next_batch_info('bat', 'c1');
select * from pgq.next_batch_custom('bat', 'c1', null, null, null);

select pgq.insert_event('bat', 'a', 'one'), pgq.insert_event('bat', 'b', 'two', 'x1', 'x2', 'x3', 'x4');
select pg_temp.tick();
select count(pgq.insert_event('bat', 'c', i::text)) from generate_series(1, 20) i;
select pg_temp.tick();

select cur_tick_id, prev_tick_id, cur_tick_time > prev_tick_time as times, cur_tick_event_seq, prev_tick_event_seq, batch_id is not null as batch
from pgq.next_batch_info('bat', 'c1');
-- The same one until it is finished, whatever is asked for.
select pgq.next_batch('bat', 'c1') as b \gset
select batch_id = :b as same, cur_tick_id, prev_tick_id from pgq.next_batch_custom('bat', 'c1', '1 day', 1000, '1 day');
select ev_id, ev_time is not null as ev_time, ev_txid is not null as ev_txid, ev_retry, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4
from pgq.get_batch_events(:b);
select queue_name, consumer_name, batch_end > batch_start as times, prev_tick_id, tick_id, lag > '59 minutes' as lag, seq_start, seq_end from pgq.get_batch_info(:b);
select * from pgq.get_batch_info(-1);
select * from pgq.get_batch_info(null);
select replace(t, :'n', 'N') as tables from pgq.batch_event_tables(:b) t;
select * from pgq.batch_event_tables(-1);
select pgq.batch_event_sql(-1);
select * from pgq.get_batch_events(-1);

-- The SQL: one part a table, ids as literals, the retry filter, ordered.
select regexp_split_to_table(regexp_replace(pgq.batch_event_sql(:b), '[0-9]+', 'N', 'g'), ' (?=union all|from|where|and|order)');

-- Cursors.
select * from pgq.get_batch_cursor(:b, 'outside', 1, null) limit 0;
begin;
select ev_id, ev_data from pgq.get_batch_cursor(:b, 'Odd "cursor"', 1);
move all in "Odd ""cursor""";
close "Odd ""cursor""";
select ev_id, ev_data from pgq.get_batch_cursor(:b, 'cur', 0);
select count(*) as rows from pgq.get_batch_cursor(:b, 'cur2', 100);
select name, is_scrollable, is_holdable from pg_cursors order by 1;
rollback;
begin;
select ev_id, ev_data from pgq.get_batch_cursor(:b, 'cur', 10, 'ev_type = ''b'' and ev_extra1 = ''x1''');
select ev_id, ev_data from pgq.get_batch_cursor(null, 'cur3', 10);
select ev_id, ev_data from pgq.get_batch_cursor(:b, null, 10, null);
select ev_id, ev_data from pgq.get_batch_cursor(:b, 'cur3', null, null);
select name from pg_cursors order by 1;
select ev_id, ev_data from pgq.get_batch_cursor(:b, 'cur', 10);
rollback;
select ev_id, ev_data from pgq.get_batch_cursor(-1, 'cur', 10);
do $$
begin
    perform pgq.get_batch_cursor((select max(sub_batch) from pgq.subscription), 'cur', 10, 'no_such_column');
exception when undefined_column then
    raise notice '%', sqlerrm;
end;
$$;

-- Finish.
select pgq.finish_batch(:b), sub_last_tick, sub_next_tick, sub_batch from pgq.subscription join pgq.consumer on co_id = sub_consumer where co_name = 'c1';
select sub_last_tick, sub_next_tick, sub_batch from pgq.subscription join pgq.consumer on co_id = sub_consumer where co_name = 'c1';
select pgq.finish_batch(:b);
select pgq.finish_batch(null);
select pgq.next_batch('bat', 'c1') as b \gset
select min(ev_data::int), max(ev_data::int), count(*) from pgq.get_batch_events(:b);
select pgq.finish_batch(:b);
select pgq.next_batch('bat', 'c1');
-- An empty batch is a batch.
select pg_temp.tick();
select pgq.next_batch('bat', 'c1') as b \gset
select count(*) from pgq.get_batch_events(:b);
select pgq.finish_batch(:b);

-- Enlarged batches: c2 is at tick 1; ticks 2 (2 events), 3 (22), 4 (22).
select pgq.find_tick_helper(:n, 4, now(), 22, 1, '1 second');
select next_tick_id, next_tick_seq from pgq.find_tick_helper(:n, 1, (select tick_time from pgq.tick where tick_queue = :n and tick_id = 1), 0, 23, null);
select next_tick_id, next_tick_seq from pgq.find_tick_helper(:n, 1, (select tick_time from pgq.tick where tick_queue = :n and tick_id = 1), 0, 22, null);
select next_tick_id, next_tick_seq from pgq.find_tick_helper(:n, 1, (select tick_time from pgq.tick where tick_queue = :n and tick_id = 1), 0, 5, null);
select next_tick_id, next_tick_seq from pgq.find_tick_helper(:n, 1, (select tick_time from pgq.tick where tick_queue = :n and tick_id = 1), 0, 2, null);
select next_tick_id, next_tick_seq from pgq.find_tick_helper(:n, 1, (select tick_time from pgq.tick where tick_queue = :n and tick_id = 1), 0, null, '1 day');
select next_tick_id, next_tick_seq from pgq.find_tick_helper(:n, 1, (select tick_time from pgq.tick where tick_queue = :n and tick_id = 1), 0, null, '100 minutes');
select next_tick_id, next_tick_seq from pgq.find_tick_helper(:n, 1, (select tick_time from pgq.tick where tick_queue = :n and tick_id = 1), 0, 1000, '59 minutes');
select next_tick_id, next_tick_seq from pgq.find_tick_helper(:n, 1, (select tick_time from pgq.tick where tick_queue = :n and tick_id = 1), 0, null, null);
select cur_tick_id from pgq.next_batch_custom('bat', 'c2', null, 23, null);
select cur_tick_id from pgq.next_batch_custom('bat', 'c2', '1 day', null, null);
select cur_tick_id from pgq.next_batch_custom('bat', 'c2', '1 minute', 22, null);
select batch_id as b, prev_tick_id, cur_tick_id from pgq.next_batch_custom('bat', 'c2', null, 22, null) \gset
\echo :prev_tick_id :cur_tick_id
select count(*), min(ev_id), max(ev_id) from pgq.get_batch_events(:b);
select pgq.finish_batch(:b);

-- Refusals.
select pgq.next_batch('bat', 'c3');
select pgq.next_batch('no such', 'c1');
select pgq.next_batch(null, null);
update pgq.subscription set sub_last_tick = 77;
select pgq.next_batch('bat', 'c1');
update pgq.subscription set sub_last_tick = null;
select pgq.next_batch('bat', 'c1');
select pgq.drop_queue('bat', true);

-- Snapshots made by hand: 10 and 1090 run at the old tick and have ended by the newer one, 1050 runs at both, 1200 ends between, 1400 runs at the newer one. What
-- is far below the range is listed (10), what is near is drawn into it (1090).
select pgq.create_queue('snap');
select queue_id as n, queue_data_pfx as pfx from pgq.queue where queue_name = 'snap' \gset
select pgq.register_consumer('snap', 'c');
update pgq.tick set tick_snapshot = '10:1150:10,1050,1090' where tick_queue = :n;
insert into pgq.tick (tick_queue, tick_id, tick_snapshot, tick_event_seq) values (:n, 2, '1050:1500:1050,1400', 1000);
\set previous :pfx _2
\set current :pfx _0
update pgq.queue set queue_switch_step1 = 1, queue_switch_step2 = 1 where queue_id = :n;
insert into :current (ev_id, ev_time, ev_txid, ev_type)
    select i, now(), i, case when i in (10, 1090) then 'ended' when i in (1050, 1400) then 'runs' when i < 1150 or i >= 1500 then 'outside' else 'between' end
    from unnest(array[5, 10, 11, 1049, 1050, 1089, 1090, 1091, 1149, 1150, 1151, 1200, 1399, 1400, 1401, 1499, 1500, 1501]) i;
insert into :current (ev_id, ev_time, ev_txid, ev_type) values (1, now(), 1300, 'earlier id, later transaction');
insert into :previous (ev_id, ev_time, ev_txid, ev_type) values (1600, now(), 10, 'previous table');
select pgq.next_batch('snap', 'c') as b \gset
select ev_id, ev_txid, ev_type from pgq.get_batch_events(:b);
select pgq.batch_event_sql(:b) ~ '\.ev_txid >= 1090 and ev\.ev_txid <= 1500 .*ev_txid in \(10\)' as shape;
-- Tables: before a rotation's step 1 only the previous one, otherwise both, also long after.
update pgq.queue set queue_cur_table = 1, queue_switch_step1 = 1501, queue_switch_step2 = null where queue_id = :n;
select replace(t, :'pfx', 'N') from pgq.batch_event_tables(:b) t;
update pgq.queue set queue_switch_step1 = 1500 where queue_id = :n;
select replace(t, :'pfx', 'N') from pgq.batch_event_tables(:b) t;
update pgq.queue set queue_switch_step1 = 5, queue_switch_step2 = 6 where queue_id = :n;
select replace(t, :'pfx', 'N') from pgq.batch_event_tables(:b) t;
select pgq.drop_queue('snap', true);
