-- Rotation waits for every subconsumer's batch, whoever has it by then, and for nothing else.
\set VERBOSITY terse
-- Ids appear in warnings.
alter sequence pgq.batch_id_seq restart 5001;
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
create procedure rotate() language plpgsql as $$
begin
    update pgq.queue set queue_switch_time = now() - interval '1 day';
    perform pgq.maint_rotate_tables_step1('coop');
    commit;
    perform pgq.maint_rotate_tables_step2();
    commit;
    raise notice 'current table: %', (select queue_cur_table from pgq.queue);
end;
$$;
select pgq.create_queue('coop');
select pgq_coop.register_subconsumer('coop', 'c', s) from unnest(array['s1', 's2', 'idle']) s;
-- One rotation goes on under a batch, another would take its events away.
call tick(2);
select pgq.finish_batch(pgq.next_batch('coop', 'c'));
select pgq_coop.next_batch('coop', 'c', 's1') as b1 \gset
call rotate();
call tick(2);
select pgq_coop.next_batch('coop', 'c', 's2') as b2 \gset
select count(*) as events from pgq.get_batch_events(:b2);
select pgq_coop.finish_batch(:b2);
call rotate();
select ev_id from pgq.get_batch_events(:b1);
update pgq.subscription set sub_active = now() - interval '1 hour' where sub_batch = :b1;
select pgq_coop.next_batch('coop', 'c', 's2', '30 minutes') = :b1 as taken;
call rotate();
select ev_id from pgq.get_batch_events(:b1);
select pgq_coop.finish_batch(:b1);
-- The main consumer's own position, which moved on when the batches were given out, is next.
call tick();
select pgq_coop.next_batch('coop', 'c', 's2') as b \gset
select ev_id from pgq.get_batch_events(:b);
select pgq.finish_batch(:b);
call rotate();
select pgq_coop.next_batch('coop', 'c', 's2') as b \gset
select ev_id from pgq.get_batch_events(:b);
select pgq_coop.finish_batch(:b);
call rotate();
-- Idle subconsumers hold nothing back.
call tick();
select pgq_coop.finish_batch(pgq_coop.next_batch('coop', 'c', 's2'));
call rotate();
select pgq.drop_queue('coop', true);
drop procedure tick(integer);
drop procedure rotate();
