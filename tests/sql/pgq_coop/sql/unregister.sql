-- The end of subconsumers.
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
alter sequence pgq.batch_id_seq restart 2001;
create view subs as
    select c.co_name, s.sub_last_tick as last, s.sub_next_tick as next, s.sub_batch is not null as busy
    from pgq.subscription s right join pgq.consumer c on c.co_id = s.sub_consumer order by c.co_name;
select pgq.create_queue('coop');
select pgq_coop.unregister_subconsumer('coop', 'c', 's1', 0) as no_main;
select pgq_coop.register_subconsumer('coop', 'c', s) from unnest(array['s1', 's2', 's3']) s;
select pgq_coop.unregister_subconsumer('coop', 'c', 'nobody', 0), pgq_coop.unregister_subconsumer('no such', 'c', 's1', 0),
       pgq_coop.unregister_subconsumer('coop', 'nobody', 's1', 0), pgq_coop.unregister_subconsumer('coop', 'c', null, 0);
-- Idle.
select pgq_coop.unregister_subconsumer(i_queue_name := 'coop', i_consumer_name := 'c', i_subconsumer_name := 's3', i_batch_handling := 0), pgq_coop.unregister_subconsumer('coop', 'c', 's3', 1) as again;
select * from subs;
-- With a batch.
call tick(2);
select pgq_coop.next_batch('coop', 'c', 's1') as b1, pgq_coop.next_batch('coop', 'c', 's2') as b2 \gset
select pgq_coop.unregister_subconsumer('coop', 'c', 's1', 0);
select pgq_coop.unregister_subconsumer('coop', 'c', 's1', null);
select pgq_coop.unregister_subconsumer('coop', 'c', 's1', 2);
select * from subs;
select pgq_coop.unregister_subconsumer('coop', 'c', 's1', 1);
select pgq_coop.finish_batch(:b1);
select * from subs;
select pgq_coop.next_batch('coop', 'c', 's1') as nothing_left;
select pgq_coop.finish_batch(:b2);

-- A consumer that only has such a name is none of them.
select pgq.register_consumer('coop', 'c.alone');
select pgq_coop.unregister_subconsumer('coop', 'c', 'alone', 1);
select pgq.unregister_consumer('coop', 'c.alone');

-- By pgq.unregister_consumer, busy or not: only that one, retry events stay.
call tick();
select pgq_coop.next_batch('coop', 'c', 's1') as b1 \gset
select pgq.event_retry(:b1, ev_id, 3600) from pgq.get_batch_events(:b1);
select pgq.unregister_consumer('coop', 'c.s1'), pgq.unregister_consumer('coop', 'c.s2');
select * from subs;
select count(*) as retry from pgq.retry_queue;
-- The main one takes all along, even while it has a batch open itself.
select pgq_coop.register_subconsumer('coop', 'c', s) from unnest(array['s1', 's2', 's1.more']) s;
call tick(2);
select pgq_coop.next_batch('coop', 'c', 's2') is not null as sub, pgq.next_batch('coop', 'c') is not null as main;
select pgq.register_consumer('coop', 'other');
select * from subs;
select pgq.register_consumer_at('coop', 'c.s2', 2);
select pgq.unregister_consumer('coop', 'c') as rows;
select * from subs;
select count(*) as retry from pgq.retry_queue;
-- Their names may be used again.
select pgq_coop.register_subconsumer('coop', 'c', 's1');
select * from subs;
select pgq.drop_queue('coop', true);
drop view subs;
drop procedure tick(integer);
