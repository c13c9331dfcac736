-- Subscribers and watermarks.
\set VERBOSITY terse
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

select ret_note from pgq_node.register_location('wm', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('wm', 's', 'dbname=s', false);
select ret_note from pgq_node.register_location('wm', 't', 'dbname=t', false);
select ret_note from pgq_node.create_node('wm', 'root', 'r', 'r_worker', null, null, null);
update pgq.queue set queue_external_ticker = true where queue_name = 'wm';
select pgq.ticker('wm', n, now(), n) from generate_series(2, 9) n;
update pgq.queue set queue_external_ticker = false where queue_name = 'wm';
select global_watermark, local_watermark, worker_last_tick from pgq_node.get_node_info('wm');

-- subscribers
select * from pgq_node.register_subscriber('wm', 's', 's_worker', null);
select * from pgq_node.register_subscriber('wm', 't', 't_worker', 6);
select * from pgq_node.register_subscriber('wm', 't', 't_worker', 6);
select * from pgq_node.register_subscriber('wm', 'stranger', 'x_worker', null);
select * from pgq_node.register_subscriber('wm', 's', 's_worker', 99);
select * from pgq_node.register_subscriber('nowhere', 's', 's_worker', null);
select * from pgq_node.get_subscriber_info('wm');
select consumer_name, last_tick from pgq.get_consumer_info('wm');

-- a subscriber's watermark
select * from pgq_node.set_subscriber_watermark('wm', 's', 4);
select * from pgq_node.set_subscriber_watermark('wm', 's', 4);
select * from pgq_node.set_subscriber_watermark('wm', 's', 3);
select * from pgq_node.set_subscriber_watermark('wm', 's', 99);
select * from pgq_node.set_subscriber_watermark('wm', 'stranger', 4);
select * from pgq_node.set_subscriber_watermark('nowhere', 's', 4);
select * from pgq_node.get_subscriber_info('wm');

-- the global one on the root: what all have passed
select global_watermark, local_watermark from pgq_node.get_node_info('wm');
select ret_note from pgq_node.set_subscriber_watermark('wm', 't', 5);
select pgq.register_consumer_at('wm', 's_worker', 4);
select * from pgq_node.set_global_watermark('wm', null);
select * from pgq_node.set_global_watermark('wm', 3);
select * from pgq_node.set_global_watermark('wm', 99);
select * from pgq_node.set_global_watermark('nowhere', 3);
select * from pgq_node.set_global_watermark(null, 3);
select global_watermark, local_watermark from pgq_node.get_node_info('wm');
select last_tick_id from pgq_node.get_consumer_info('wm');
select ev_type, ev_data, ev_extra1 from pgq.event_template where ev_type = 'pgq.global-watermark' order by ev_id;

-- maintenance: at most every five minutes
select pgq_node.maint_watermark('wm');
select global_watermark from pgq_node.get_node_info('wm');
update pgq.tick set tick_time = now() - interval '5 minutes' where tick_id = 3 and tick_queue = (select queue_id from pgq.queue where queue_name = 'wm');
select pgq_node.maint_watermark('wm');
select global_watermark from pgq_node.get_node_info('wm');
select pgq_node.maint_watermark('nowhere');
-- nor where events are refused
update pgq.tick set tick_time = now() - interval '1 hour' where tick_queue = (select queue_id from pgq.queue where queue_name = 'wm');
update pgq.queue set queue_disable_insert = true where queue_name = 'wm';
select pgq_node.maint_watermark('wm');
update pgq.queue set queue_disable_insert = false where queue_name = 'wm';

-- on a branch: the tick must be there
select ret_note from pgq_node.register_location('wm_b', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('wm_b', 'b', 'dbname=b', false);
select ret_note from pgq_node.create_node('wm_b', 'branch', 'b', 'b_worker', 'r', 2, null);
select pgq.ticker('wm_b', 3, now(), 3);
select * from pgq_node.set_global_watermark('wm_b', null);
select * from pgq_node.set_global_watermark('wm_b', 4);
select * from pgq_node.set_global_watermark('wm_b', 3);
select global_watermark, local_watermark from pgq_node.get_node_info('wm_b');
select pgq_node.maint_watermark('wm_b');
select count(*) from pgq.event_template where ev_extra1 = 'wm_b';

-- a leaf has none, and nobody reads from it
select ret_note from pgq_node.register_location('wm_l', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('wm_l', 'l', 'dbname=l', false);
select ret_note from pgq_node.create_node('wm_l', 'leaf', 'l', 'l_worker', 'r', 2, 'wm_b');
select * from pgq_node.set_global_watermark('wm_l', 3);
select * from pgq_node.register_subscriber('wm_l', 'r', 'x', null);

-- merged queues: the leaf's worker follows the combined branch
select combined_queue, combined_type, target_for from pgq_node.get_node_info('wm_l');
select combined_queue, combined_type, target_for from pgq_node.get_node_info('wm_b');
select * from pgq_node.get_worker_state('wm_l');
select * from pgq_node.set_partition_watermark('wm_b', 'wm_l', 17);
select last_tick_id from pgq_node.get_consumer_info('wm_l');
select * from pgq_node.set_partition_watermark('wm_b', 'nowhere', 17);
select * from pgq_node.set_partition_watermark('wm', 'wm_l', 17);
select ret_note from pgq_node.unregister_consumer('wm_l', 'l_worker');
select * from pgq_node.set_partition_watermark('wm_b', 'wm_l', 17);

-- the end of a subscription
select * from pgq_node.unregister_subscriber('wm', 's');
select * from pgq_node.unregister_subscriber('wm', 's');
select consumer_name from pgq.get_consumer_info('wm');

select ret_note from pgq_node.drop_node('wm_l', 'l');
select ret_note from pgq_node.drop_node('wm_b', 'b');
select ret_note from pgq_node.drop_node('wm', 'r');
