-- pgq.maint_rotate_tables_step2(): notes for every queue in rotation that all transactions from now on write to the new table. Returns 0.
-- REQUIRES: a transaction of its own, after step 1.
create or replace function pgq.maint_rotate_tables_step2()
returns integer as $$
begin
    update pgq.queue set queue_switch_step2 = txid_current() where queue_switch_step2 is null;
    return 0;
end;
$$ language plpgsql;
