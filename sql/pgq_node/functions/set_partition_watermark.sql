-- pgq_node.set_partition_watermark(i_combined_queue_name, i_part_queue_name, i_watermark): on a combined branch, moves the worker of a merged queue's
-- leaf to the tick that came in with the combined queue.
-- 200 Ok; 201 Part-queue does not exist (also where the combined node is no branch); 401 Worker registration not found.
-- Locks the combined node's row FOR SHARE: while such a change is under way the node is not promoted, after which its leaf moves by itself.
-- Called by: branch workers for event pgq.tick-id.
create or replace function pgq_node.set_partition_watermark(
    in i_combined_queue_name text, in i_part_queue_name text, in i_watermark bigint,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    part    record;
begin
    select p.worker_name into part
        from pgq_node.node_info p
        join pgq_node.node_info c on c.queue_name = p.combined_queue
        where p.queue_name = i_part_queue_name
            and c.queue_name = i_combined_queue_name
            and c.node_type = 'branch'
        for share of c;
    if not found then
        select 201, 'Part-queue does not exist' into ret_code, ret_note;
        return;
    end if;
    update pgq_node.local_state
        set last_tick_id = i_watermark
        where queue_name = i_part_queue_name and consumer_name = part.worker_name;
    if found then
        select 200, 'Ok' into ret_code, ret_note;
    else
        select 401, 'Worker registration not found' into ret_code, ret_note;
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
