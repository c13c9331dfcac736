-- Batches of subconsumers, one after the other.
\set VERBOSITY terse
\pset null '<null>'
create procedure tick(i_times integer default 1) language plpgsql as $$
begin
    for i in 1 .. i_times loop
        perform pgq.insert_event('coop', 't', 'd');
        commit;
        update pgq.tick set tick_time = tick_time - interval '1 hour';
        perform pgq.ticker('coop');
        commit;
    end loop;
end;
$$;
-- Ids appear in warnings.
alter sequence pgq.batch_id_seq restart 1001;
create view subs as
    select c.co_name, s.sub_id = min(s.sub_id) over () as same, s.sub_last_tick as last, s.sub_next_tick as next, s.sub_batch is not null as busy
    from pgq.subscription s join pgq.consumer c on c.co_id = s.sub_consumer order by c.co_name;
select pgq.create_queue('coop');

-- Registration, of the main consumer too.
select pgq_coop.register_subconsumer('coop', 'c', 's1'), pgq_coop.register_subconsumer('coop', 'c', 's1') as again;
select pgq_coop.register_subconsumer(i_queue_name := 'coop', i_consumer_name := 'c', i_subconsumer_name := 's2');
select * from subs;
select pgq_coop.register_subconsumer('no such', 'c', 's');
select pgq_coop.register_subconsumer('coop', null, 's');
select pgq_coop.register_subconsumer('coop', 'c', null);
select pgq_coop.register_subconsumer(null, 'c', 's');
-- A consumer of that name that reads by itself stays what it is.
select pgq.register_consumer('coop', 'c.alone');
select pgq_coop.register_subconsumer('coop', 'c', 'alone');
select pgq_coop.next_batch('coop', 'c', 'alone');
select pgq.unregister_consumer('coop', 'c.alone');

-- Nothing to do yet.
select pgq_coop.next_batch('coop', 'c', 's1');
call tick();
select pgq_coop.next_batch('coop', 'c', 's1') as b1 \gset
select pgq_coop.next_batch('coop', 'c', 's1') = :b1 as same, pgq_coop.next_batch('coop', 'c', 's2') as none_left;
select * from subs;
call tick();
-- The third registers itself.
select pgq_coop.next_batch(i_queue_name := 'coop', i_consumer_name := 'c', i_subconsumer_name := 's3') as b3 \gset
select :b3 <> :b1 as another;
select * from subs;
select queue_name, consumer_name, lag is null as no_lag, last_tick, next_tick, current_batch is not null as batch
from pgq.get_consumer_info('coop');
select queue_name, consumer_name, prev_tick_id, tick_id from pgq.get_batch_info(:b3);
select ev_id, ev_data from pgq.get_batch_events(:b1);
select ev_id, ev_data from pgq.get_batch_events(:b3);

-- In any order.
select pgq_coop.finish_batch(i_batch_id := :b3), pgq_coop.finish_batch(:b3) as again;
select pgq_coop.finish_batch(:b1), pgq_coop.finish_batch(null) as none;
select * from subs;

-- Retried events come back to any of them.
call tick();
select pgq_coop.next_batch('coop', 'c', 's1') as b1 \gset
select pgq.event_retry(:b1, ev_id, 0) from pgq.get_batch_events(:b1);
select pgq_coop.finish_batch(:b1);
select pgq.maint_retry_events();
update pgq.tick set tick_time = tick_time - interval '1 hour';
select pgq.ticker('coop');
select pgq_coop.next_batch('coop', 'c', 's2') as b2 \gset
select ev_id, ev_retry from pgq.get_batch_events(:b2);
select pgq_coop.finish_batch(:b2);

-- pgq.finish_batch, too, leaves no position in a subconsumer's row.
call tick();
select pgq.finish_batch(pgq_coop.next_batch('coop', 'c', 's1'));
select * from subs;

-- The main consumer and its subconsumers exclude each other.
call tick();
select pgq.next_batch('coop', 'c') as main \gset
select pgq_coop.next_batch('coop', 'c', 's1');
-- Its own batch is none of a subconsumer's.
select pgq_coop.finish_batch(:main);
select pgq.finish_batch(:main);
select pgq_coop.next_batch('coop', 'c', 's1') as none;
call tick(2);
select pgq_coop.next_batch('coop', 'c', 's1') is not null as batch;
-- The main consumer would go on after what the subconsumers have taken.
select prev_tick_id, cur_tick_id from pgq.next_batch_info('coop', 'c');
select * from subs;
select pgq.finish_batch(sub_batch) from pgq.subscription where sub_batch is not null;
select pgq.next_batch('coop', 'c.s1');

-- Limits.
call tick(3);
select pgq_coop.next_batch_custom('coop', 'c', 's1', '2 days', null, null) as too_young;
select pgq_coop.next_batch_custom('coop', 'c', 's1', null, 100, null) as too_few;
select pgq_coop.next_batch_custom('coop', 'c', 's1', null, null, '2 days', '1 day') as too_short;
select pgq_coop.next_batch_custom(i_queue_name := 'coop', i_consumer_name := 'c', i_subconsumer_name := 's1', i_min_lag := null, i_min_count := 3, i_min_interval := null) as b \gset
select tick_id - prev_tick_id as ticks from pgq.get_batch_info(:b);
select pgq_coop.finish_batch(:b);
call tick(2);
select pgq_coop.next_batch_custom(i_queue_name := 'coop', i_consumer_name := 'c', i_subconsumer_name := 's1', i_min_lag := '1 second', i_min_count := null,
                                  i_min_interval := '1 second', i_dead_interval := null) as b \gset
select tick_id - prev_tick_id as ticks from pgq.get_batch_info(:b);
select pgq_coop.finish_batch(:b);

-- Consumers in two queues share the names, and nothing else.
select pgq.create_queue('coop2');
select pgq_coop.register_subconsumer('coop2', 'c', 's1');
select pgq_coop.unregister_subconsumer('coop', 'c', 's1', 0);
select q.queue_name, c.co_name from pgq.subscription s join pgq.queue q on q.queue_id = s.sub_queue right join pgq.consumer c on c.co_id = s.sub_consumer order by 1, 2;
select pgq.drop_queue('coop2', true), pgq.drop_queue('coop', true);
select count(*) from pgq.consumer;
drop view subs;
drop procedure tick(integer);
