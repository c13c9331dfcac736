-- pgq._delete_ticks(i_queue_id, i_below_txid): deletes the queue's oldest ticks while their snapshot's xmin is below i_below_txid, a few thousand at most: a
-- transaction that has written and stays open slows ticks down. Returns whether there are more. Called by: maint_rotate_tables_step1.
create or replace function pgq._delete_ticks(i_queue_id integer, i_below_txid bigint)
returns boolean as $$
declare
    most    constant integer := 5000;
    deleted bigint;
begin
    -- xmin grows with the id, so what comes behind the oldest few thousand is not looked at.
    delete from pgq.tick t
        using (select o.tick_id from pgq.tick o
               where o.tick_queue = i_queue_id
               order by o.tick_queue, o.tick_id
               limit most) oldest
        where t.tick_queue = i_queue_id and t.tick_id = oldest.tick_id and txid_snapshot_xmin(t.tick_snapshot) < i_below_txid;
    get diagnostics deleted = row_count;
    return deleted = most;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
