-- Nodes are made and dropped: root, branch, leaf.
\set VERBOSITY terse
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

select pgq_node.version();
select pgq_node.upgrade_schema();

-- the location comes first
select * from pgq_node.create_node('n_root', 'root', 'r1', 'r1_worker', null, null, null);
select count(*) from pgq.queue where queue_name = 'n_root';

-- refusals change nothing
select * from pgq_node.register_location('n_root', 'r1', 'dbname=r1', false);
select * from pgq_node.create_node('n_root', 'trunk', 'r1', 'r1_worker', null, null, null);
select * from pgq_node.create_node('n_root', null, 'r1', 'r1_worker', null, null, null);
select * from pgq_node.create_node('n_root', 'root', 'r1', 'r1_worker', 'r2', null, null);
select * from pgq_node.create_node('n_root', 'root', 'r1', 'r1_worker', null, 1, null);
select * from pgq_node.create_node('n_root', 'root', 'r1', 'r1_worker', null, null, 'other');
select count(*) from pgq.queue where queue_name = 'n_root';

-- root
select * from pgq_node.create_node('n_root', 'root', 'r1', 'r1_worker', null, null, null);
select * from pgq_node.create_node('n_root', 'root', 'r1', 'r1_worker', null, null, null);
select queue_external_ticker, queue_disable_insert from pgq.queue where queue_name = 'n_root';
select * from pgq_node.node_info where queue_name = 'n_root';
select * from pgq_node.local_state where queue_name = 'n_root';
select consumer_name, last_tick from pgq.get_consumer_info('n_root');
select * from pgq_node.get_node_info('n_root');
select pgq_node.is_root_node('n_root'), pgq_node.is_leaf_node('n_root');

-- branch
select * from pgq_node.register_location('n_branch', 'r1', 'dbname=r1', false);
select * from pgq_node.register_location('n_branch', 'b1', 'dbname=b1', false);
select * from pgq_node.create_node('n_branch', 'branch', 'b1', 'b1_worker', null, 5, null);
select * from pgq_node.create_node('n_branch', 'branch', 'b1', 'b1_worker', 'r1', null, null);
select count(*) from pgq.queue where queue_name = 'n_branch';
select * from pgq_node.create_node('n_branch', 'branch', 'b1', 'b1_worker', 'r1', 5, 'n_root');
select * from pgq_node.create_node('n_branch', 'branch', 'b1', 'b1_worker', 'r1', 5, null);
select queue_external_ticker, queue_disable_insert from pgq.queue where queue_name = 'n_branch';
select t.tick_id from pgq.tick t join pgq.queue on queue_id = tick_queue where queue_name = 'n_branch' order by 1;
select * from pgq_node.get_node_info('n_branch');
select pgq_node.is_root_node('n_branch'), pgq_node.is_leaf_node('n_branch');
select pgq.insert_event('n_branch', 'type', 'data');
select pgq.ticker('n_branch');

-- a branch at tick 1, which create_queue has made
select * from pgq_node.register_location('n_branch1', 'r1', 'dbname=r1', false);
select * from pgq_node.register_location('n_branch1', 'b1', 'dbname=b1', false);
select * from pgq_node.create_node('n_branch1', 'branch', 'b1', 'b1_worker', 'r1', 1, null);
select consumer_name, last_tick from pgq.get_consumer_info('n_branch1');

-- leaf
select * from pgq_node.register_location('n_leaf', 'r1', 'dbname=r1', false);
select * from pgq_node.register_location('n_leaf', 'l1', 'dbname=l1', false);
select * from pgq_node.create_node('n_leaf', 'leaf', 'l1', 'l1_worker', null, 7, null);
select * from pgq_node.create_node('n_leaf', 'leaf', 'l1', 'l1_worker', 'r1', null, null);
select * from pgq_node.create_node('n_leaf', 'leaf', 'l1', 'l1_worker', 'r1', 7, 'nowhere');
select * from pgq_node.create_node('n_leaf', 'leaf', 'l1', 'l1_worker', 'r1', 7, null);
select * from pgq_node.get_node_info('n_leaf');
select pgq_node.is_root_node('n_leaf'), pgq_node.is_leaf_node('n_leaf');
select count(*) from pgq.queue where queue_name = 'n_leaf';

-- attributes
select * from pgq_node.set_node_attrs('n_leaf', 'sync_watermark=a%2cb');
select node_attrs from pgq_node.get_node_info('n_leaf');
select * from pgq_node.set_node_attrs('nowhere', 'a=b');

-- no such node
select ret_code, ret_note from pgq_node.get_node_info('nowhere');
select ret_code, ret_note from pgq_node.get_node_info(null);
select pgq_node.is_root_node('nowhere');
select pgq_node.is_leaf_node('nowhere');

-- another node is dropped from here: provider, subscriber, unknown
select * from pgq_node.drop_node('n_leaf', 'r1');
select * from pgq_node.register_location('n_root', 'l1', 'dbname=l1', false);
select ret_code, ret_note from pgq_node.register_subscriber('n_root', 'l1', 'l1_worker', null);
select * from pgq_node.drop_node('n_root', 'l1');
select consumer_name from pgq.get_consumer_info('n_root');
select node_name from pgq_node.get_queue_locations('n_root') order by 1;
select * from pgq_node.drop_node('n_root', 'nobody');

-- the node itself: all goes
select * from pgq_node.drop_node('n_leaf', 'l1');
select * from pgq_node.drop_node('n_branch', 'b1');
select * from pgq_node.drop_node('n_branch1', 'b1');
select * from pgq_node.drop_node('n_root', 'r1');
select count(*) from pgq.queue;
select count(*) from pgq_node.node_info;
select count(*) from pgq_node.node_location;
select count(*) from pgq_node.local_state;
select count(*) from pgq.consumer;

-- without a node, what is left of a queue is swept up
select pgq.create_queue('n_left');
select * from pgq_node.register_location('n_left', 'x', 'dbname=x', false);
select * from pgq_node.drop_node('n_left', 'x');
select count(*) from pgq.queue;
