-- A node gets another name: its own, at its provider, at its subscriber.
\set VERBOSITY terse
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

-- the node itself, a root: with a subscriber and a marker of its own name elsewhere
select ret_note from pgq_node.register_location('rn', 'a', 'dbname=a', false);
select ret_note from pgq_node.register_location('rn', 'b', 'dbname=b', false);
select ret_note from pgq_node.create_node('rn', 'root', 'a', 'a_worker', null, null, null);
select ret_note from pgq_node.register_subscriber('rn', 'b', 'b_worker', null);
select pgq.register_consumer_at('rn', 'b.gravestone', 1);

select * from pgq_node.rename_node_step1('rn', 'nobody', 'x');
select * from pgq_node.rename_node_step1('rn', 'a', 'b');
select * from pgq_node.rename_node_step2('rn', 'a', 'new');
select * from pgq_node.rename_node_step1('rn', 'a', 'new');
select * from pgq_node.rename_node_step1('rn', 'a', 'new');
select * from pgq_node.get_queue_locations('rn') order by 1;
select * from pgq_node.rename_node_step2('rn', 'a', 'new');
select * from pgq_node.rename_node_step2('rn', 'a', 'new');
select node_name, provider_node from pgq_node.get_node_info('rn');
select * from pgq_node.get_queue_locations('rn') order by 1;

-- at the provider of a node
select * from pgq_node.rename_node_step1('rn', 'b', 'a.b+c');
select * from pgq_node.rename_node_step2('rn', 'b', 'a.b+c');
select node_name, worker_name, node_watermark from pgq_node.get_subscriber_info('rn');
select consumer_name, last_tick from pgq.get_consumer_info('rn') order by 1;
select ret_note from pgq_node.set_subscriber_watermark('rn', 'a.b+c', 1);

-- a node that isolates the watermark of others, one of them the renamed one
select ret_note from pgq_node.set_node_attrs('rn', 'x=1&sync_watermark=b%2ca.b%2bc%2cab&y=a.b+c');
select ret_note from pgq_node.register_location('rn', 'ab', 'dbname=ab', false);
select ret_note from pgq_node.rename_node_step1('rn', 'ab', 'z');
select ret_note from pgq_node.rename_node_step2('rn', 'ab', 'z');
select node_attrs from pgq_node.get_node_info('rn');
select ret_note from pgq_node.drop_node('rn', 'new');
