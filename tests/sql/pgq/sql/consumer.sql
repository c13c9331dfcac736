-- Subscriptions.
\set SHOW_CONTEXT never
select pgq.create_queue('con'), pgq.create_queue('con2');
select queue_id as n from pgq.queue where queue_name = 'con' \gset
select pgq.ticker('con');
select pgq.register_consumer('con', 'c1'), pgq.register_consumer('con', 'c1'), pgq.register_consumer_at('con', 'c1', null);
select pgq.register_consumer_at('con', 'c2', 1), pgq.register_consumer('con2', 'c1');
select q.queue_name, c.co_name, s.sub_last_tick, s.sub_batch, s.sub_next_tick
from pgq.subscription s join pgq.consumer c on co_id = sub_consumer join pgq.queue q on queue_id = sub_queue order by 1, 2;
select pgq.register_consumer('no such', 'c1');
\set VERBOSITY terse
select pgq.register_consumer('con', null);
\set VERBOSITY default
select pgq.register_consumer_at('con', 'c1', 99);
select pgq.register_consumer_at('con', 'c3', 99);
select co_name from pgq.consumer order by 1;
-- Moving back drops the open batch.
select pgq.next_batch('con', 'c2') is not null;
select pgq.register_consumer_at('con', 'c2', 2);
select c.co_name, s.sub_last_tick, s.sub_batch, s.sub_next_tick from pgq.subscription s join pgq.consumer c on co_id = sub_consumer where sub_queue = :n order by 1;
-- With a NULL position an open batch stays.
select pgq.register_consumer_at('con', 'c2', 1), pgq.next_batch('con', 'c2') is not null, pgq.register_consumer('con', 'c2');
select c.co_name, s.sub_last_tick, s.sub_batch is not null as batch, s.sub_next_tick from pgq.subscription s join pgq.consumer c on co_id = sub_consumer
where sub_queue = :n order by 1;
select pgq.create_queue('con3');
delete from pgq.tick where tick_queue = (select queue_id from pgq.queue where queue_name = 'con3');
select pgq.register_consumer('con3', 'c1');

-- Gone: the consumer's row with the last subscription.
select pgq.unregister_consumer('con', 'c1'), pgq.unregister_consumer('con', 'c1'), pgq.unregister_consumer('con', 'no such'), pgq.unregister_consumer('no such', 'c1'),
       pgq.unregister_consumer(null, null);
select co_name from pgq.consumer order by 1;
select pgq.unregister_consumer('con2', 'c1'), pgq.unregister_consumer('con', 'c2');
select co_name from pgq.consumer order by 1;

-- A main consumer with two subconsumers, one of them busy, the same sub_id.
select pgq.register_consumer('con', 'main'), pgq.register_consumer('con', 'main.s1'), pgq.register_consumer('con', 'main.s2');
update pgq.subscription set sub_id = (select min(sub_id) from pgq.subscription);
update pgq.subscription set sub_last_tick = null where sub_consumer = (select co_id from pgq.consumer where co_name = 'main.s1');
update pgq.subscription set sub_last_tick = 1, sub_next_tick = 2, sub_batch = 4711 where sub_consumer = (select co_id from pgq.consumer where co_name = 'main.s2');
insert into pgq.retry_queue (ev_retry_after, ev_queue, ev_id, ev_time, ev_owner) select now(), sub_queue, 1, now(), sub_id from pgq.subscription limit 1;
select pgq.unregister_consumer('con', 'main.s2');
select co_name from pgq.consumer join pgq.subscription on co_id = sub_consumer order by 1;
select count(*) as retry from pgq.retry_queue;
select pgq.register_consumer('con', 'other');
select pgq.unregister_consumer('con', 'main');
select co_name from pgq.consumer order by 1;
select count(*) as retry from pgq.retry_queue;
-- The last one of a sub_id is not a subconsumer.
update pgq.subscription set sub_last_tick = null;
select pgq.unregister_consumer('con', 'other');
select pgq.drop_queue(queue_name, true) from pgq.queue;
