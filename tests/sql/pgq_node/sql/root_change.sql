-- The root becomes a branch, a branch the root.
\set VERBOSITY terse
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

select ret_note from pgq_node.register_location('rc', 'a', 'dbname=a', false);
select ret_note from pgq_node.register_location('rc', 'b', 'dbname=b', false);
select ret_note from pgq_node.create_node('rc', 'root', 'a', 'a_worker', null, null, null);
select ret_note from pgq_node.set_consumer_uptodate('rc', 'a_worker', true);
select pgq.insert_event('rc', 'type', 'last words');

select * from pgq_node.demote_root('nowhere', 1, 'b');
select * from pgq_node.demote_root('rc', 2, 'b');
select * from pgq_node.demote_root('rc', 3, 'b');
select * from pgq_node.demote_root('rc', 4, 'b');
select * from pgq_node.demote_root('rc', null, 'b');
select * from pgq_node.promote_branch('rc');
select * from pgq_node.promote_branch('nowhere');

-- steps 1 and 2 can be repeated
select * from pgq_node.demote_root('rc', 1, 'b');
select * from pgq_node.demote_root('rc', 1, 'b');
select pgq.insert_event('rc', 'type', 'too late');
select * from pgq_node.demote_root('rc', 2, 'b');
select * from pgq_node.demote_root('rc', 2, 'b');
-- the last tick holds the last event
select pgq.register_consumer_at('rc', 'reader', 1);
select b.cur_tick_id, b.prev_tick_id from pgq.next_batch_info('rc', 'reader') b;
select e.ev_type, e.ev_data
from pgq.subscription s, pgq.get_batch_events(s.sub_batch) e
where s.sub_batch is not null;
select pgq.unregister_consumer('rc', 'reader');

select * from pgq_node.demote_root('rc', 3, 'nobody');
select * from pgq_node.demote_root('rc', 3, null);
select * from pgq_node.demote_root('rc', 3, 'b');
select node_type, provider_node, worker_last_tick, worker_uptodate from pgq_node.get_node_info('rc');
select * from pgq_node.demote_root('rc', 3, 'b');
select * from pgq_node.demote_root('rc', 1, 'b');
select pgq.insert_event('rc', 'type', 'too late');

-- what a branch worker leaves: copied events with high ids under a tick that does not know them
begin;
set local session_replication_role = replica;
select pgq.insert_event_raw('rc', 5000, now(), null, null, 'type', 'copied', null, null, null, null);
commit;
select pgq.ticker('rc', 40, now(), 0);
select ret_note from pgq_node.set_consumer_uptodate('rc', 'a_worker', true);

select * from pgq_node.promote_branch('rc');
select node_type, provider_node, worker_uptodate from pgq_node.get_node_info('rc');
select last_tick_id from pgq_node.get_consumer_info('rc');
select queue_external_ticker, queue_disable_insert from pgq.queue where queue_name = 'rc';
select pgq.insert_event('rc', 'type', 'first words') > 5000 as goes_on;
update pgq.queue set queue_ticker_max_count = 1 where queue_name = 'rc';
select pgq.ticker('rc');

-- a leaf is neither
select ret_note from pgq_node.register_location('rc_l', 'b', 'dbname=b', false);
select ret_note from pgq_node.register_location('rc_l', 'l', 'dbname=l', false);
select ret_note from pgq_node.create_node('rc_l', 'leaf', 'l', 'l_worker', 'b', 1, null);
select * from pgq_node.demote_root('rc_l', 1, 'b');
select * from pgq_node.promote_branch('rc_l');

select ret_note from pgq_node.drop_node('rc_l', 'l');
select ret_note from pgq_node.drop_node('rc', 'a');
