-- Rotation of event tables.
\set SHOW_CONTEXT never
select pgq.create_queue('rot');
select queue_id as n, queue_data_pfx as pfx from pgq.queue where queue_name = 'rot' \gset
create function pg_temp.due() returns void language sql as $$
    update pgq.queue set queue_switch_time = now() - interval '1 day';
    update pgq.tick set tick_time = tick_time - interval '1 hour';
$$;
create view pg_temp.state as
    select queue_cur_table as cur, queue_switch_step2 is null as rotating, queue_switch_time = now() as just_now,
           queue_switch_step1 = txid_current() as step1_here, queue_switch_step2 = txid_current() as step2_here from pgq.queue where queue_name = 'rot';
create function pg_temp.contents() returns table (nr int, events text) language plpgsql as $$
begin
    for i in 0 .. 2 loop
        return query execute 'select ' || i || ', string_agg(ev_data, '' '' order by ev_id) from '
            || (select queue_data_pfx from pgq.queue where queue_name = 'rot') || '_' || i;
    end loop;
end;
$$;

-- Not due, no period, unknown.
select pgq.maint_rotate_tables_step1('rot'), pgq.maint_rotate_tables_step1('no such'), pgq.maint_rotate_tables_step1(null);
select cur from pg_temp.state;
select pgq.insert_event('rot', 't', 'a');
select pg_temp.due();
begin isolation level repeatable read;
select pgq.maint_rotate_tables_step1('rot');
rollback;
begin;
select pgq.maint_rotate_tables_step1('rot');
select * from pg_temp.state;
-- Step 2 in the same transaction would be a lie.
select pgq.maint_rotate_tables_step2();
select cur, rotating from pg_temp.state;
commit;
-- Not again before step 2.
update pgq.queue set queue_switch_time = now() - interval '1 day';
select pgq.maint_rotate_tables_step1('rot');
select cur, rotating from pg_temp.state;
begin;
select pgq.maint_rotate_tables_step2();
select cur, rotating, step2_here from pg_temp.state;
commit;
select pgq.insert_event('rot', 't', 'b');
select * from pg_temp.contents();

-- Nobody has subscribed: around the ring, the oldest table is emptied.
select pg_temp.due(), pgq.maint_rotate_tables_step1('rot');
select pgq.maint_rotate_tables_step2();
select pgq.insert_event('rot', 't', 'c');
select * from pg_temp.contents();
select pg_temp.due(), pgq.ticker('rot') > 0, pgq.maint_rotate_tables_step1('rot');
select pgq.maint_rotate_tables_step2();
select pgq.insert_event('rot', 't', 'd');
select * from pg_temp.contents();

-- A consumer that is behind holds it up: at a tick from before step 2 ...
select pg_temp.due(), pgq.ticker('rot') > 0;
select pgq.register_consumer('rot', 'slow');
select pgq.insert_event('rot', 't', 'e');
select cur from pg_temp.state;
select pg_temp.due(), pgq.maint_rotate_tables_step1('rot');
select pgq.maint_rotate_tables_step2();
select pgq.insert_event('rot', 't', 'f');
select * from pg_temp.contents();
select pg_temp.due(), pgq.maint_rotate_tables_step1('rot');
select cur, rotating from pg_temp.state;
-- ... it reads what it needs from both tables, over as many ticks as there are ...
select pg_temp.due(), pgq.ticker('rot') > 0;
select pgq.next_batch('rot', 'slow') as b \gset
select ev_data from pgq.get_batch_events(:b);
select pgq.maint_rotate_tables_step1('rot');
select cur, rotating from pg_temp.state;
select pgq.finish_batch(:b);
-- ... and then the ring turns. Ticks from before the last rotation's end go.
select count(*) as ticks from pgq.tick where tick_queue = :n;
select pgq.maint_rotate_tables_step1('rot');
select cur, rotating from pg_temp.state;
select count(*) as ticks, bool_and(tick_id >= sub_last_tick) as kept from pgq.tick, pgq.subscription where tick_queue = :n;
select pgq.maint_rotate_tables_step2();
select * from pg_temp.contents();

-- Events in the previous table with ids beyond step 2, as a writer with an old snapshot leaves them, hold it up until they are read.
select pg_temp.due(), pgq.ticker('rot') > 0;
select pgq.next_batch('rot', 'slow') as b \gset
select count(*) from pgq.get_batch_events(:b);
select pgq.finish_batch(:b);
select :'pfx' || '_' || (cur + 2) % 3 as prev from pg_temp.state \gset
insert into :prev (ev_time, ev_type, ev_data) values (now(), 't', 'late');
select pg_temp.due(), pgq.maint_rotate_tables_step1('rot');
select cur, rotating from pg_temp.state;
select pg_temp.due(), pgq.ticker('rot') > 0;
select pgq.next_batch('rot', 'slow') as b \gset
select ev_data from pgq.get_batch_events(:b);
select pgq.finish_batch(:b);
select pgq.maint_rotate_tables_step1('rot');
select cur, rotating from pg_temp.state;
select pgq.maint_rotate_tables_step2();

-- So does a prepared transaction that has written to the previous table.
select pg_temp.due(), pgq.ticker('rot') > 0;
select pgq.next_batch('rot', 'slow') as b \gset
select pgq.finish_batch(:b);
select :'pfx' || '_' || (cur + 2) % 3 as prev, cur from pg_temp.state \gset
begin;
insert into :prev (ev_time, ev_txid, ev_type, ev_data) values (now(), 0, 't', 'prepared');
prepare transaction 'pgq_test_rotation';
select pg_temp.due(), pgq.maint_rotate_tables_step1('rot');
select cur = :cur as unchanged from pg_temp.state;
rollback prepared 'pgq_test_rotation';
select pgq.maint_rotate_tables_step1('rot');
select cur = :cur as unchanged from pg_temp.state;
select pgq.maint_rotate_tables_step2();

-- However much there is in the previous table, it is not read through.
select pg_temp.due(), pgq.ticker('rot') > 0;
select pgq.next_batch('rot', 'slow') as b \gset
select pgq.finish_batch(:b);
select :'pfx' || '_' || (cur + 2) % 3 as prev, cur from pg_temp.state \gset
insert into :prev (ev_time, ev_txid, ev_type, ev_data) select now(), 0, 't', 'many' from generate_series(1, 5000);
analyze :prev;
begin;
select pg_temp.due(), pgq.maint_rotate_tables_step1('rot');
select cur <> :cur as turned from pg_temp.state;
select seq_tup_read + idx_tup_fetch < 100 as few from pg_stat_xact_user_tables where relid = (:'prev')::regclass;
commit;
select pgq.maint_rotate_tables_step2();

-- Nor is a load that was rolled back, whatever its transaction id.
select pg_temp.due(), pgq.ticker('rot') > 0;
select pgq.next_batch('rot', 'slow') as b \gset
select pgq.finish_batch(:b);
select :'pfx' || '_' || (cur + 2) % 3 as prev, cur from pg_temp.state \gset
begin;
insert into :prev (ev_time, ev_txid, ev_type, ev_data) select now(), queue_switch_step1, 't', 'many' from generate_series(1, 5000), pgq.queue where queue_id = :n;
rollback;
begin;
select seq_scan as scans, idx_tup_fetch as fetched from pg_stat_xact_user_tables where relid = (:'prev')::regclass \gset
select pg_temp.due(), pgq.maint_rotate_tables_step1('rot');
select cur <> :cur as turned from pg_temp.state;
select seq_scan - :scans as seq_scan, idx_tup_fetch - :fetched as idx_tup_fetch from pg_stat_xact_user_tables where relid = (:'prev')::regclass;
commit;
select pgq.maint_rotate_tables_step2();

-- Many old ticks are deleted over several transactions, the oldest first, and only when the rotation can be: then it follows.
select pg_temp.due(), pgq.ticker('rot') > 0;
select cur from pg_temp.state \gset
insert into pgq.tick (tick_queue, tick_id, tick_snapshot, tick_event_seq) select :n, -tick, '1:1:', 0 from generate_series(1, 10007) tick;
select pgq.maint_rotate_tables_step1('rot') as consumer_is_behind, count(*) from pgq.tick where tick_queue = :n and tick_id < 0;
select pgq.next_batch('rot', 'slow') as b \gset
select pgq.finish_batch(:b);
select pgq.maint_rotate_tables_step1('rot');
select cur = :cur as unchanged from pg_temp.state;
select count(*), min(tick_id) from pgq.tick where tick_queue = :n and tick_id < 0;
select pgq.maint_rotate_tables_step1('rot');
select count(*) from pgq.tick where tick_queue = :n and tick_id < 0;
select pgq.maint_rotate_tables_step1('rot');
select cur <> :cur as turned from pg_temp.state;
select count(*) from pgq.tick where tick_queue = :n and tick_id < 0;
select pgq.maint_rotate_tables_step2();

-- No period, no rotation. Errors.
select queue_cur_table as cur from pgq.queue where queue_name = 'rot' \gset
select pg_temp.due();
begin;
alter table pgq.queue alter queue_rotation_period drop not null;
update pgq.queue set queue_rotation_period = null;
select pgq.maint_rotate_tables_step1('rot');
select cur = :cur as unchanged from pg_temp.state;
rollback;
begin;
update pgq.subscription set sub_last_tick = 999999;
select pgq.maint_rotate_tables_step1('rot');
rollback;
begin;
update pgq.queue set queue_switch_step1 = txid_current() + 1000;
do $$
begin
    perform pgq.maint_rotate_tables_step1('rot');
exception when others then
    raise notice '%', regexp_replace(sqlerrm, '=[0-9]+', '=N', 'g');
end;
$$;
rollback;
select pgq.drop_queue('rot', true);
