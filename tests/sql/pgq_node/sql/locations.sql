-- Locations of the members, and their way down the cascade.
\set VERBOSITY terse
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

-- a queue without a node here
select * from pgq_node.register_location('loc', 'n1', 'dbname=n1', false);
select * from pgq_node.register_location('loc', 'n1', 'dbname=n1 host=h', true);
select * from pgq_node.get_queue_locations('loc') order by 1;
-- without a location: only the flag, and no new row
select * from pgq_node.register_location('loc', 'n1', null, false);
select * from pgq_node.register_location('loc', 'n2', null, true);
select * from pgq_node.get_queue_locations('loc') order by 1;
select * from pgq_node.get_queue_locations('nowhere');

-- on the root: events
select * from pgq_node.create_node('loc', 'root', 'n1', 'n1_worker', null, null, null);
select * from pgq_node.register_location('loc', 'n2', 'dbname=n2', false);
select * from pgq_node.register_location('loc', 'n2', null, true);
select * from pgq_node.register_location('loc', 'n3', 'dbname=n3', false);
select ret_code from pgq_node.register_subscriber('loc', 'n3', 'n3_worker', null);

-- removal takes the subscription along
select * from pgq_node.unregister_location('loc', 'n3');
select consumer_name from pgq.get_consumer_info('loc');
select * from pgq_node.get_subscriber_info('loc');
select * from pgq_node.unregister_location('loc', 'n1');
-- an unknown one is told to the nodes below, which may know it
select * from pgq_node.unregister_location('loc', 'n9');
select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4
from pgq.event_template where ev_type like 'pgq.%location%' order by ev_id;

-- elsewhere: none, and the parent's location stays
select * from pgq_node.register_location('loc2', 'up', 'dbname=up', false);
select * from pgq_node.register_location('loc2', 'me', 'dbname=me', false);
select * from pgq_node.register_location('loc2', 'far', 'dbname=far', false);
select * from pgq_node.create_node('loc2', 'branch', 'me', 'me_worker', 'up', 1, null);
select * from pgq_node.unregister_location('loc2', 'up');
select * from pgq_node.unregister_location('loc2', 'me');
select * from pgq_node.unregister_location('loc2', 'far');
select * from pgq_node.unregister_location('loc2', 'far');
select count(*) from pgq.event_template where ev_extra1 = 'loc2';
select node_name from pgq_node.get_queue_locations('loc2') order by 1;

select ret_note from pgq_node.drop_node('loc2', 'me');
select ret_note from pgq_node.drop_node('loc', 'n1');
