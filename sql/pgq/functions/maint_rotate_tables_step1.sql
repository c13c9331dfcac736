-- pgq.maint_rotate_tables_step1(i_queue_name): makes the next event table the current one, if the rotation period is over and nobody needs that table. Returns 0.
--
-- Step 2 must follow in a later transaction. Locks the queue row and, without waiting, the table to be emptied (a lock held by pg_dump postpones the rotation).
-- Nobody needs the table when every subscription's position is past the end of the last rotation, and no session holds a snapshot from before it: a
-- repeatable read writer with such a snapshot would still write to the table that is about to fall out of the readers' sight.
-- Other users' snapshots are visible only to superusers and members of pg_read_all_stats; without that right long repeatable read writers are not waited for.
-- Errors: queue % maint failure: step1=%, current=%; queue % maint failure: tick % not found.
create or replace function pgq.maint_rotate_tables_step1(i_queue_name text)
returns integer as $$
declare
    q               record;
    lowest_tick     bigint;
    lowest_xmin     bigint;
    nr              integer;
    tbl             text;
begin
    select * into q from pgq.queue
        where queue_name = i_queue_name
            and queue_rotation_period is not null
            and queue_switch_step2 is not null
            and queue_switch_time + queue_rotation_period < current_timestamp
        for update;
    if not found then
        return 0;
    end if;
    if txid_current() < q.queue_switch_step1 then
        raise exception 'queue % maint failure: step1=%, current=%', i_queue_name, q.queue_switch_step1, txid_current();
    end if;

    select min(sub_last_tick) into lowest_tick from pgq.subscription where sub_queue = q.queue_id;
    if lowest_tick is not null then
        select txid_snapshot_xmin(tick_snapshot) into lowest_xmin
            from pgq.tick where tick_queue = q.queue_id and tick_id = lowest_tick;
        if not found then
            raise exception 'queue % maint failure: tick % not found', i_queue_name, lowest_tick;
        end if;
        if lowest_xmin <= q.queue_switch_step2 then
            return 0;   -- somebody still needs the oldest table
        end if;
    end if;

    perform 1 from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type in ('client backend', 'parallel worker', 'background worker')
            and backend_xmin is not null
            and txid_current() - age(backend_xmin) <= q.queue_switch_step2
        limit 1;
    if found then
        return 0;       -- somebody may still write to it
    end if;

    nr := (q.queue_cur_table + 1) % q.queue_ntables;
    tbl := pgq.quote_fqname(q.queue_data_pfx || '_' || nr::text);
    begin
        execute 'lock table ' || tbl || ' in access exclusive mode nowait';
        execute 'truncate ' || tbl;
    exception
        when lock_not_available then
            return 0;
    end;

    update pgq.queue
        set queue_cur_table = nr, queue_switch_time = current_timestamp, queue_switch_step1 = txid_current(), queue_switch_step2 = null
        where queue_id = q.queue_id;

    -- Ticks of the last rotation period stay, so that consumers can be put back to them.
    delete from pgq.tick
        where tick_queue = q.queue_id and txid_snapshot_xmin(tick_snapshot) < q.queue_switch_step2
            and (lowest_tick is null or tick_id < lowest_tick);
    return 0;
end;
$$ language plpgsql;
