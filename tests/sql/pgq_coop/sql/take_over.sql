-- Subconsumers that have died.
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
alter sequence pgq.batch_id_seq restart 3001;
create function die(variadic i_names text[]) returns void language sql as $$
    update pgq.subscription set sub_active = sub_active - interval '1 hour'
    where sub_consumer in (select co_id from pgq.consumer where co_name = any (i_names));
$$;
create view subs as
    select c.co_name, s.sub_last_tick as last, s.sub_next_tick as next, s.sub_batch is not null as busy, now() - s.sub_active > '1 minute' as silent
    from pgq.subscription s right join pgq.consumer c on c.co_id = s.sub_consumer order by c.co_name;
select pgq.create_queue('coop');
select pgq_coop.register_subconsumer('coop', 'c', s) from unnest(array['s1', 's2', 's3']) s;
call tick(3);
select pgq_coop.next_batch('coop', 'c', 's1') as b1, pgq_coop.next_batch('coop', 'c', 's2') as b2 \gset
select die('c.s1');
-- Nobody asks, or not for long enough.
select pgq_coop.next_batch('coop', 'c', 's3', '2 hours') as b3 \gset
select :b3 not in (:b1, :b2) as new;
select * from subs;
select pgq_coop.finish_batch(:b3);
select pgq_coop.next_batch('coop', 'c', 's3', null) as nothing;
-- The dead one's batch, under its id, with its events; its registration is gone.
select pgq_coop.next_batch('coop', 'c', 's3', '30 minutes') = :b1 as taken;
select * from subs;
select ev_id from pgq.get_batch_events(:b1);
-- Until it is finished no other one.
select die('c.s2');
select pgq_coop.next_batch(i_queue_name := 'coop', i_consumer_name := 'c', i_subconsumer_name := 's3', i_dead_interval := '30 minutes') = :b1 as same;
-- The old owner was only slow: it comes back as a new one. Whoever finishes first has finished.
select pgq_coop.finish_batch(:b1), pgq_coop.finish_batch(:b1) as late;
select pgq_coop.next_batch('coop', 'c', 's1', '30 minutes') = :b2 as taken;
select * from subs;
select pgq_coop.finish_batch(:b2);

-- One with a batch before one without, the longest silent one first; each call ends one.
call tick(3);
select pgq_coop.register_subconsumer('coop', 'c', s) from unnest(array['idle1', 'idle2', 'busy1', 'busy2']) s;
select pgq_coop.next_batch('coop', 'c', 'busy1') as b1, pgq_coop.next_batch('coop', 'c', 'busy2') as b2 \gset
select die('c.idle1', 'c.idle2', 'c.busy1', 'c.busy2'), die('c.idle1', 'c.busy2'), die('c.idle1');
select pgq_coop.next_batch('coop', 'c', 's1', '30 minutes') = :b2 as busy2;
select pgq_coop.next_batch_custom('coop', 'c', 's3', '1 day', 1000, '1 day', '30 minutes') = :b1 as busy1;
select * from subs;
-- One without a batch is ended, too; what there is comes from the queue.
select pgq_coop.next_batch('coop', 'c', 's4', '30 minutes') not in (:b1, :b2) as new;
select * from subs;
select pgq_coop.next_batch('coop', 'c', 's5', '30 minutes') as nothing;
select * from subs;

-- Neither oneself nor the main consumer is ever dead.
select pgq_coop.finish_batch(sub_batch) from pgq.subscription where sub_batch is not null;
select pgq_coop.unregister_subconsumer('coop', 'c', s, 0) from unnest(array['s3', 's4', 's5']) s;
select die('c', 'c.s1');
select pgq_coop.next_batch('coop', 'c', 's1', '30 minutes') as nothing;
call tick();
select pgq_coop.next_batch('coop', 'c', 's1', '30 minutes') is not null as batch;
select die('c.s1');
select pgq_coop.next_batch('coop', 'c', 's1', '30 minutes') is not null as own;
select * from subs;

-- The dead one's name stays when it works for another queue, too.
select pgq.create_queue('coop2');
select pgq_coop.register_subconsumer('coop2', 'c', 's1');
select die('c.s1');
select pgq_coop.next_batch('coop', 'c', 's2', '30 minutes') is not null as taken;
select q.queue_name, c.co_name from pgq.subscription s join pgq.queue q on q.queue_id = s.sub_queue right join pgq.consumer c on c.co_id = s.sub_consumer order by 1, 2;

select pgq.drop_queue('coop2', true), pgq.drop_queue('coop', true);
drop view subs;
drop procedure tick(integer);
drop function die(text[]);
