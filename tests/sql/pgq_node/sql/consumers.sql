-- Consumers that keep their position on the node: every code of every function.
\set VERBOSITY terse
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

select ret_note from pgq_node.register_location('con', 'up', 'dbname=up', false);
select ret_note from pgq_node.register_location('con', 'up2', 'dbname=up2', false);
select ret_note from pgq_node.register_location('con', 'me', 'dbname=me', false);
select ret_note from pgq_node.create_node('con', 'leaf', 'me', 'w', 'up', 3, null);

select * from pgq_node.register_consumer('nowhere', 'c', 'up', 5);
select * from pgq_node.register_consumer('con', 'c', 'up', 5);
select * from pgq_node.register_consumer('con', 'c', 'up2', 6);
select * from pgq_node.register_consumer('con', 'd', 'nobody', 6);
select * from pgq_node.get_consumer_info('con');
select * from pgq_node.get_consumer_info('nowhere');

-- state
select * from pgq_node.get_consumer_state('con', 'c');
select ret_code, ret_note from pgq_node.get_consumer_state('nowhere', 'c');
select ret_code, ret_note from pgq_node.get_consumer_state(null, 'c');
select ret_code, ret_note from pgq_node.get_consumer_state('con', 'nobody');
select ret_code, ret_note from pgq_node.get_consumer_state('con', null);

-- pause, answered by uptodate
select * from pgq_node.set_consumer_uptodate('con', 'c', true);
select * from pgq_node.set_consumer_paused('con', 'c', true);
select * from pgq_node.set_consumer_paused('con', 'c', true);
select paused, uptodate from pgq_node.get_consumer_state('con', 'c');
select * from pgq_node.set_consumer_uptodate('con', 'c', true);
select * from pgq_node.set_consumer_uptodate('con', 'nobody', true);
select * from pgq_node.set_consumer_paused('con', 'c', false);
select * from pgq_node.set_consumer_paused('con', 'c', false);
select * from pgq_node.set_consumer_paused('con', 'nobody', false);
select * from pgq_node.set_consumer_uptodate('con', 'c', false);

-- errors, and the batch that clears them
select * from pgq_node.set_consumer_error('con', 'c', 'disk on fire');
select * from pgq_node.set_consumer_error('con', 'nobody', 'disk on fire');
select completed_tick, cur_error from pgq_node.get_consumer_state('con', 'c');
select * from pgq_node.set_consumer_completed('con', 'c', 9);
select completed_tick, cur_error from pgq_node.get_consumer_state('con', 'c');
select * from pgq_node.set_consumer_completed('con', 'nobody', 9);
select * from pgq_node.set_consumer_error('con', 'c', 'again');
select * from pgq_node.set_consumer_error('con', 'c', null);
select cur_error from pgq_node.get_consumer_state('con', 'c');

-- what the position is known by
select * from pgq_node.set_position_proof('con', 'c', 9, '2026-11-29 10:00:00.123456+00', 70, 'up', 7000000000000000001, 1);
select * from pgq_node.set_position_proof('con', 'c', 10, '2026-11-29 10:00:01+00', null, 'up', null, null);
select * from pgq_node.set_position_proof('con', 'nobody', 10, '2026-11-29 10:00:01+00', 71, 'up', null, null);
select consumer_name, tick_id, tick_time at time zone 'UTC' as tick_time, tick_event_seq, provider_node, system_identifier, timeline from pgq_node.position_proof;

-- held: by this session, by one that is gone, by one that asked long ago
select * from pgq_node.set_consumer_uptodate('con', 'c', true);
select held, tick_id, pids from pgq_node.get_consumer_hold('con', 'c');
select * from pgq_node.hold_consumer('con', 'nobody', 10, 60);
select * from pgq_node.hold_consumer('con', 'c', null, 60);
select uptodate from pgq_node.get_consumer_state('con', 'c');
select held, tick_id, pids = array[pg_backend_pid()] as mine from pgq_node.get_consumer_hold('con', 'c');
select * from pgq_node.hold_consumer('con', 'c', 10, 60);
select * from pgq_node.set_consumer_uptodate('con', 'c', true);
select * from pgq_node.hold_consumer('con', 'c', 10, 60);
select uptodate from pgq_node.get_consumer_state('con', 'c');
insert into pgq_node.consumer_hold values ('con', 'c', 0, 5, clock_timestamp() + interval '1 hour');
insert into pgq_node.consumer_hold select 'con', 'c', min(pid), 6, clock_timestamp() - interval '1 second' from pg_stat_activity where pid <> pg_backend_pid();
select held, tick_id, pids = array[pg_backend_pid()] as mine from pgq_node.get_consumer_hold('con', 'c');
insert into pgq_node.consumer_hold select 'con', 'c', max(pid), 7, clock_timestamp() + interval '1 hour' from pg_stat_activity where pid <> pg_backend_pid() and pid not in (select pid from pgq_node.consumer_hold);
select held, tick_id, cardinality(pids) from pgq_node.get_consumer_hold('con', 'c');
select * from pgq_node.hold_consumer('con', 'c', 8, 60);
select tick_id from pgq_node.consumer_hold order by tick_id;
update pgq_node.consumer_hold set tick_id = null where tick_id = 7;
select held, tick_id, cardinality(pids) from pgq_node.get_consumer_hold('con', 'c');
select * from pgq_node.release_consumer('con', 'c');
select * from pgq_node.release_consumer('con', 'c');
select held, tick_id, cardinality(pids) from pgq_node.get_consumer_hold('con', 'c');
delete from pgq_node.consumer_hold;

-- provider
select * from pgq_node.set_consumer_uptodate('con', 'c', true);
select * from pgq_node.change_consumer_provider('con', 'c', 'nobody');
select * from pgq_node.change_consumer_provider('con', 'nobody', 'up');
select * from pgq_node.change_consumer_provider('con', 'c', 'up');
select provider_node, provider_location, uptodate from pgq_node.get_consumer_state('con', 'c');

select * from pgq_node.unregister_consumer('nowhere', 'c');
set session_replication_role = replica;
select * from pgq_node.unregister_consumer('con', 'c');
reset session_replication_role;
select count(*) from pgq_node.position_proof;
select * from pgq_node.unregister_consumer('con', 'c');

-- the worker's whole state: leaf, branch, root
select * from pgq_node.get_worker_state('con');
select ret_note from pgq_node.register_location('con_b', 'up', 'dbname=up', false);
select ret_note from pgq_node.register_location('con_b', 'me', 'dbname=me', false);
select ret_note from pgq_node.create_node('con_b', 'branch', 'me', 'wb', 'up', 4, null);
select * from pgq_node.get_worker_state('con_b');
select ret_code, ret_note from pgq_node.get_worker_state('nowhere');
select ret_note from pgq_node.unregister_consumer('con_b', 'wb');
select ret_code, ret_note from pgq_node.get_worker_state('con_b');
-- merged into a queue whose node is gone
update pgq_node.node_info set combined_queue = 'con_gone' where queue_name = 'con';
select ret_code, ret_note from pgq_node.get_worker_state('con');
select ret_code, combined_queue, combined_type from pgq_node.get_node_info('con');

select ret_note from pgq_node.drop_node('con', 'me');
select ret_note from pgq_node.drop_node('con_b', 'me');
