-- pgq.maint_rotate_tables_step1(i_queue_name): empties the next event table and makes it the current one, when the rotation period is over, or the
-- last rotation was in the future: the clock was put back. Returns 0; 1 when it is to be called again at once, in another transaction, since there are
-- more old ticks than one transaction should delete.
-- Step 2 must follow in a later transaction; until then this does nothing.
--
-- Readers look into the previous and the current table. So this must not happen before the previous table has been read to the end and nobody will write to it any
-- more, or else its events were lost:
-- * Every subscription is at a tick whose snapshot's xmin is beyond step 2 of the last rotation: all writers that did what they should have been read.
-- * No session of this database holds a snapshot from before step 2. A repeatable read or serializable transaction with such a snapshot may still write to
--   the previous table, however new its transaction id is.
-- * No transaction that has written to the previous table is open or prepared: they keep its lock, and we take SHARE.
-- * The previous table holds no event that any subscription might not have read yet, such as one by a repeatable read writer that has ended by now.
-- When one of them does not hold, or somebody (pg_dump) has locked the next table, the rotation is left to a later call.
--
-- Runs as its owner, who may see other sessions' snapshots where the caller may not.
-- Locks: the queue row FOR NO KEY UPDATE, beside which ticks go on, and if somebody has locked it (a registration, a drop) the rotation is left to a later
-- call, too; the previous table in SHARE mode and the next one in ACCESS EXCLUSIVE mode, both without waiting. Called by: pgqd.
-- No table is read through: see _has_events_from.
-- Errors: queue % maint failure: step1=%, current=% (transaction ids went backwards); queue % maint failure: tick % not found;
-- cannot rotate in a % transaction (its view of events would be too old).
create or replace function pgq.maint_rotate_tables_step1(i_queue_name text)
returns integer as $$
declare
    q               record;
    lowest_tick     bigint;
    lowest_xmin     bigint;
    next_nr         integer;
    next_table      text;
    prev_table      text;
begin
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        raise exception 'cannot rotate in a % transaction', current_setting('transaction_isolation')
            using errcode = 'object_not_in_prerequisite_state',
            hint = 'Call the function in a read committed transaction.';
    end if;

    select * into q from pgq.queue
        where queue_name = i_queue_name
            and queue_rotation_period is not null
            and queue_switch_step2 is not null
            and (queue_switch_time + queue_rotation_period < current_timestamp or queue_switch_time > current_timestamp)
        for no key update skip locked;
    if not found then
        return 0;
    end if;
    if txid_current() < q.queue_switch_step1 then
        raise exception 'queue % maint failure: step1=%, current=%', i_queue_name, q.queue_switch_step1, txid_current();
    end if;
    next_nr := (q.queue_cur_table + 1) % q.queue_ntables;
    next_table := pgq.quote_fqname(q.queue_data_pfx || '_' || next_nr);
    prev_table := pgq.quote_fqname(q.queue_data_pfx || '_' || (q.queue_cur_table + q.queue_ntables - 1) % q.queue_ntables);

    select min(sub_last_tick) into lowest_tick from pgq.subscription where sub_queue = q.queue_id;
    if lowest_tick is not null then
        select txid_snapshot_xmin(tick_snapshot) into lowest_xmin
            from pgq.tick where tick_queue = q.queue_id and tick_id = lowest_tick;
        if not found then
            raise exception 'queue % maint failure: tick % not found', i_queue_name, lowest_tick;
        end if;
        if lowest_xmin <= q.queue_switch_step2 then
            return 0;
        end if;
    end if;

    -- backend_xmin has 32 bits; age() counts from our own transaction id.
    if exists (
        select 1 from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
            and coalesce(backend_type, '') <> 'autovacuum worker'
            -- What a standby feeds back is nobody's snapshot; but a replication connection may run statements, too.
            and not (coalesce(backend_type, '') = 'walsender' and starts_with(lower(ltrim(coalesce(query, ''))), 'start_replication'))
            and txid_current() - age(backend_xmin) <= q.queue_switch_step2)
    then
        return 0;
    end if;

    begin
        execute format('lock table %s in share mode nowait', prev_table);
        if lowest_tick is not null and pgq._has_events_from(prev_table, lowest_xmin) then
            return 0;
        end if;
        execute format('lock table %s in access exclusive mode nowait', next_table);
        -- Ticks of the last rotation period stay, so that consumers can be put back to them.
        if pgq._delete_ticks(q.queue_id, q.queue_switch_step2) then
            return 1;
        end if;
        execute format('truncate %s', next_table);
    exception
        when lock_not_available then
            return 0;
    end;

    update pgq.queue
        set queue_cur_table = next_nr, queue_switch_time = current_timestamp, queue_switch_step1 = txid_current(), queue_switch_step2 = null
        where queue_id = q.queue_id;

    return 0;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
