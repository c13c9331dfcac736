-- pgq_node.wake_worker(i_queue_name): notifies the worker of the node of this queue, when the transaction commits, that the node's state was changed. Longer names of queues
-- than a channel can hold: the worker looks by itself. Called by the functions that change the state.
create or replace function pgq_node.wake_worker(i_queue_name text)
returns void as $$
    select pg_notify('pgq_node_' || i_queue_name, '') where octet_length(i_queue_name) <= 54;
$$ language sql set search_path = pg_catalog, pg_temp;
