-- Rings of other sizes: as many tables as pgq.queue.queue_ntables says by default when the queue is made. Every event comes once, through many rotations.
\set SHOW_CONTEXT never
create table ring_read (queue_name text, ev_data text);
create procedure ring_round(i_queue text, i_rounds integer) language plpgsql as $$
declare
    b   bigint;
begin
    for i in 1 .. i_rounds loop
        perform pgq.insert_event(i_queue, 't', i || ' before');
        commit;
        update pgq.queue set queue_switch_time = now() - interval '1 day';
        perform pgq.maint_rotate_tables_step1(i_queue);
        commit;
        perform pgq.insert_event(i_queue, 't', i || ' between');
        commit;
        perform pgq.maint_rotate_tables_step2();
        commit;
        perform pgq.insert_event(i_queue, 't', i || ' after');
        commit;
        update pgq.tick set tick_time = tick_time - interval '1 hour';
        perform pgq.ticker(i_queue);
        commit;
        -- The consumer is one batch behind in every other round.
        for j in 1 .. i % 2 * 2 loop
            b := pgq.next_batch(i_queue, 'c');
            exit when b is null;
            insert into ring_read select i_queue, ev_data from pgq.get_batch_events(b);
            perform pgq.finish_batch(b);
            commit;
        end loop;
    end loop;
end;
$$;
alter table pgq.queue alter queue_ntables set default 2;
select pgq.create_queue('two');
alter table pgq.queue alter queue_ntables set default 5;
select pgq.create_queue('five');
alter table pgq.queue alter queue_ntables set default 3;
select pgq.create_queue('three');
select queue_name, queue_ntables, array(select regexp_replace(c.oid::regclass::text, '.*_', '') from pg_inherits i join pg_class c on c.oid = i.inhrelid
                                        where i.inhparent = queue_data_pfx::regclass order by 1) as tables
from pgq.get_queue_info() join pgq.queue using (queue_name, queue_ntables) order by 1;
select pgq.register_consumer(queue_name, 'c') from pgq.queue;
call ring_round('two', 9);
call ring_round('three', 9);
call ring_round('five', 13);
select q.queue_name, count(r.ev_data) as events, count(distinct r.ev_data) as different from pgq.queue q left join ring_read r using (queue_name) group by 1 order by 1;
select queue_name, queue_cur_table from pgq.queue order by 1;
select pgq.drop_queue(queue_name, true) from pgq.queue;
select relname from pg_class where relnamespace = 'pgq'::regnamespace and relname ~ '^event_[0-9]';
drop procedure ring_round(text, integer);
drop table ring_read;
