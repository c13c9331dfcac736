-- pgq.maint_rotate_tables_step2(): notes for every queue in rotation that step 1 is committed: read committed transactions with higher ids write to the new
-- table. Returns 0. Does nothing for a queue whose step 1 is in the same transaction. Locks those queues' rows; one that
-- somebody has locked is left to a later call. Called by: pgqd, after step 1.
create or replace function pgq.maint_rotate_tables_step2()
returns integer as $$
begin
    perform pgq._check_transaction('rotate');
    update pgq.queue set queue_switch_step2 = txid_current()
        where queue_id in (select q.queue_id from pgq.queue q
                           where q.queue_switch_step2 is null and q.queue_switch_step1 <> txid_current()
                           order by q.queue_id
                           for no key update skip locked);
    return 0;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
