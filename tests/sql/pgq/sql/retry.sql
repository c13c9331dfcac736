-- Retried events are private to their subscription and come again.
\set SHOW_CONTEXT never
select pgq.create_queue('ret');
create function pg_temp.tick() returns boolean language plpgsql as $$
begin
    update pgq.tick set tick_time = tick_time - interval '1 hour';
    return pgq.ticker('ret') is not null;
end;
$$;
select pgq.register_consumer('ret', 'c1'), pgq.register_consumer('ret', 'c2');
select count(pgq.insert_event('ret', 't', i::text, 'x1', null, null, 'x4')) from generate_series(1, 30) i;
select pg_temp.tick();
select pgq.next_batch('ret', 'c1') as b \gset
select pgq.event_retry(:b, 3, 0), pgq.event_retry(:b, 5, '2000-01-01'::timestamptz), pgq.event_retry(:b, 7, 3600);
select pgq.event_retry(:b, 3, 0);
select pgq.event_retry(:b, 99, 0);
select pgq.event_retry(-1, 3, 0);
select pgq.event_retry(null, 3, 0);
select ev_retry_after > now() as later, ev_id, ev_time is not null as ev_time, ev_txid, ev_owner = sub_id as owner, ev_retry, ev_type, ev_data, ev_extra1, ev_extra4
from pgq.retry_queue join pgq.subscription on sub_queue = ev_queue join pgq.consumer on co_id = sub_consumer and co_name = 'c1' order by ev_id;
select pgq.finish_batch(:b);
select pgq.event_retry(:b, 3, 0);
select pgq.maint_retry_events(), pgq.maint_retry_events();
select ev_id from pgq.retry_queue;
select pg_temp.tick();
select pgq.next_batch('ret', 'c1') as b \gset
select ev_id, ev_retry, ev_type, ev_data, ev_extra1, ev_extra4 from pgq.get_batch_events(:b);
-- Once more: the count goes up.
select pgq.event_retry(:b, 5, 0);
select ev_id, ev_retry from pgq.retry_queue order by 1;
select pgq.finish_batch(:b);
-- The other consumer sees each event once.
select pgq.next_batch('ret', 'c2') as b \gset
select count(*), count(distinct ev_id), count(ev_retry) from pgq.get_batch_events(:b);
select pgq.finish_batch(:b);
select pgq.next_batch('ret', 'c2') as b \gset
select count(*) from pgq.get_batch_events(:b);
select pgq.finish_batch(:b);

-- A whole batch; ten events a call.
select count(pgq.insert_event('ret', 't', i::text)) from generate_series(1, 25) i;
select pg_temp.tick();
select pgq.next_batch('ret', 'c1') as b \gset
select count(*) from pgq.get_batch_events(:b);
select pgq.event_retry(:b, (select min(ev_id) from pgq.get_batch_events(:b)), 3600);
select pgq.batch_retry(:b, 0), pgq.batch_retry(:b, 0);
select pgq.batch_retry(-1, 0);
select pgq.finish_batch(:b);
update pgq.retry_queue set ev_retry_after = '2000-01-01' where ev_id = 5;
select pgq.maint_retry_events();
select count(*) from pgq.retry_queue where ev_id = 5;
select pgq.maint_retry_events(), pgq.maint_retry_events(), pgq.maint_retry_events();
select count(*) as not_due from pgq.retry_queue;

-- Direct.
select pgq.event_retry_raw('ret', 'c1', '2000-01-01', 12345, '2001-01-01 00:00:00+00', 4, 'raw', 'd', 'e1', 'e2', 'e3', 'e4');
select pgq.event_retry_raw('ret', 'c1', '2000-01-01', null, now(), null, 'raw', 'd', null, null, null, null) = pgq.seq_getval(queue_event_seq) as from_sequence
from pgq.queue where queue_name = 'ret';
select pgq.event_retry_raw('ret', 'nobody', now(), null, now(), null, 'raw', 'd', null, null, null, null);
select pgq.event_retry_raw('no such', 'c1', now(), null, now(), null, 'raw', 'd', null, null, null, null);
\set VERBOSITY terse
select pgq.event_retry_raw('ret', 'c1', now(), 12345, now(), null, 'raw', 'd', null, null, null, null);
\set VERBOSITY default

-- Neither a closed queue nor a limit keeps events back.
update pgq.queue set queue_disable_insert = true, queue_per_tx_limit = 1;
select pgq.maint_retry_events();
select ev_id, ev_time at time zone 'UTC' as ev_time, ev_retry, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4, ev_txid > 0 as ev_txid
from pgq.event_template where ev_id = 12345;
-- A queue that is gone takes its events along, a consumer too.
select count(*) from pgq.retry_queue;
select pgq.unregister_consumer('ret', 'c1');
select count(*) from pgq.retry_queue;
select pgq.event_retry_raw('ret', 'c2', '2000-01-01', 1, now(), null, 'raw', 'd', null, null, null, null);
select pgq.drop_queue('ret', true);
select count(*) from pgq.retry_queue;
