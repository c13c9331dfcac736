-- Events go in: insert_event, insert_event_raw, current_event_table, limits and refusals.
\set SHOW_CONTEXT never
select pgq.create_queue('pub');
select queue_id as n, queue_data_pfx as pfx from pgq.queue where queue_name = 'pub' \gset
select pgq.insert_event('pub', 't', 'first'), pgq.insert_event('pub', 't', null), pgq.insert_event('pub', 't', 'all', 'e1', 'e2', 'e3', 'e4');
-- A given id is stored, and the sequence moves all the same.
select pgq.insert_event_raw('pub', 1000, '2020-02-02 02:02:02+00', 17, 3, 'raw', 'data', 'x1', null, null, 'x4');
select pgq.insert_event_raw('pub', null, null, null, null, null, null, null, null, null, null);
select ev_id, case when ev_time = now() then 'now' when ev_time < '2021-01-01' then (ev_time at time zone 'UTC')::text else 'earlier' end as ev_time,
       ev_txid between txid_current() - 10 and txid_current() as ev_txid, ev_owner, ev_retry, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4
from pgq.event_template order by ev_id;
begin;
select pgq.insert_event('pub', 'now', '');
select ev_time = now() as now, ev_txid = txid_current() as txid from pgq.event_template where ev_type = 'now';
-- Direct writing.
select replace(pgq.current_event_table('pub'), :'n', 'N');
select pgq.current_event_table('pub') as tbl \gset
insert into :tbl (ev_time, ev_type) values (now(), 'direct') returning ev_id, ev_txid = txid_current() as txid;
rollback;
select pgq.current_event_table('no such');
select pgq.current_event_table(null);

select pgq.insert_event(null, 't', 'd');
select pgq.insert_event('no such', 't', 'd');

-- A queue that is closed, as on a branch: only replicas write.
update pgq.queue set queue_disable_insert = true where queue_name = 'pub';
select pgq.insert_event('pub', 't', 'd');
select pgq.current_event_table('pub');
set session_replication_role = local;
select pgq.insert_event('pub', 't', 'd');
set session_replication_role = replica;
select pgq.insert_event('pub', 't', 'as replica') > 0;
select pgq.current_event_table('pub') is not null;
reset session_replication_role;
update pgq.queue set queue_disable_insert = false where queue_name = 'pub';

-- The limit of events a transaction.
update pgq.queue set queue_per_tx_limit = 3 where queue_name = 'pub';
begin;
select count(pgq.insert_event('pub', 'l', i::text)) from generate_series(1, 3) i;
select pgq.insert_event('pub', 'l', '4');
rollback;
begin;
select count(pgq.insert_event('pub', 'l', i::text)) from generate_series(1, 2) i;
savepoint a;
select count(pgq.insert_event('pub', 'l', i::text)) from generate_series(3, 3) i;
rollback to a;
-- What was rolled back is not counted, the rest is.
select pgq.insert_event('pub', 'l', '3') > 0;
savepoint b;
select pgq.insert_event('pub', 'l', '4') > 0;
rollback to b;
commit;
-- Queues are counted apart, and each transaction anew.
select pgq.create_queue('pub2');
begin;
select count(pgq.insert_event('pub2', 'l', i::text)) from generate_series(1, 5) i;
select count(pgq.insert_event('pub', 'l', i::text)) from generate_series(1, 3) i;
commit;
select count(pgq.insert_event('pub', 'l', i::text)) from generate_series(1, 4) i;
update pgq.queue set queue_per_tx_limit = 0 where queue_name = 'pub';
select pgq.insert_event('pub', 'l', 'none');
select count(*) from pgq.event_template where ev_type = 'l';

-- Whoever sees the sequence moved has a higher transaction id than the writer: the id is assigned first, also when the insert fails.
begin;
select txid_current_if_assigned() is null as none_yet;
do $$
begin
    perform pgq.insert_event('pub2', 't', 'd');
    assert (select ev_txid from pgq.event_template where ev_data = 'd' and ev_type = 't' order by ev_txid desc limit 1) = txid_current();
end;
$$;
select txid_current_if_assigned() is not null as assigned;
rollback;
begin;
select pgq.current_event_table('pub2') is not null, txid_current_if_assigned() is not null as assigned;
rollback;

-- The caller's search_path and settings do not matter.
create schema trap;
create function trap.nextval(regclass) returns bigint language sql as 'select 666::bigint';
create function trap.now() returns timestamptz language sql as $$ select '1999-09-09'::timestamptz $$;
set search_path = trap, pg_catalog;
select pgq.insert_event('pub2', 'trap', 'd') < 666;
reset search_path;
select ev_time > '2020-01-01' from pgq.event_template where ev_type = 'trap';
drop schema trap cascade;
select pgq.drop_queue('pub'), pgq.drop_queue('pub2');
