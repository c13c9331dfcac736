-- A tick of a transaction's own snapshot.
select pgq.create_queue('snap');
select queue_id as n from pgq.queue where queue_name = 'snap' \gset
select pgq.insert_event('snap', 't', 'one') is not null as inserted;

-- What it refuses.
select pgq.snapshot_tick('snap');
begin isolation level serializable;
select pgq.snapshot_tick('snap');
rollback;
begin isolation level repeatable read;
select pgq.snapshot_tick('nosuch');
rollback;
begin isolation level repeatable read;
select txid_current() > 0 as assigned;
select pgq.snapshot_tick('snap');
rollback;
update pgq.queue set queue_external_ticker = true where queue_name = 'snap';
begin isolation level repeatable read;
select pgq.snapshot_tick('snap');
rollback;
update pgq.queue set queue_external_ticker = false, queue_ticker_paused = true where queue_name = 'snap';
begin isolation level repeatable read;
select pgq.snapshot_tick('snap');
rollback;
update pgq.queue set queue_ticker_paused = false where queue_name = 'snap';

-- The tick has the transaction's snapshot, counts what the tick before has counted, and is no older.
begin isolation level repeatable read;
select txid_current_snapshot()::text as mine \gset
select pgq.snapshot_tick('snap') as tick \gset
commit;
select t.tick_snapshot::text = :'mine' as same, t.tick_event_seq = p.tick_event_seq as counted, t.tick_time >= p.tick_time as in_order, :tick = t.tick_id as newest
from pgq.tick t join pgq.tick p on p.tick_queue = t.tick_queue and p.tick_id = t.tick_id - 1
where t.tick_queue = :n order by t.tick_id desc limit 1;

-- One that was rolled back has used up an id: an ordinary tick helps.
begin isolation level repeatable read;
select pgq.snapshot_tick('snap') is not null as ticked;
rollback;
begin isolation level repeatable read;
select pgq.snapshot_tick('snap');
rollback;
select pgq.force_tick('snap') is not null as forced;
select pgq.ticker('snap') is not null as ticked;
begin isolation level repeatable read;
select pgq.snapshot_tick('snap') is not null as ticked;
commit;

-- A reader may.
create role snapshot_reader;
grant pgq_reader to snapshot_reader;
set role snapshot_reader;
begin isolation level repeatable read;
select pgq.snapshot_tick('snap') is not null as ticked;
commit;
reset role;
create role snapshot_nobody;
set role snapshot_nobody;
begin isolation level repeatable read;
select pgq.snapshot_tick('snap') is not null as ticked;
rollback;
reset role;
drop role snapshot_reader, snapshot_nobody;
select pgq.drop_queue('snap');
