-- pgq.insert_event_raw(queue_name, ev_id, ev_time, ev_owner, ev_retry, ev_type, ev_data, ev_extra1..4): stores one event. Returns its id.
--
-- ev_id NULL: the sequence's value; the sequence moves in any case, which is how the ticker notices retried events. ev_time NULL: now().
-- Errors: Queue name must not be NULL; No such queue; Insert into queue disallowed (unless session_replication_role = replica);
-- Queue '<name>' allows max <n> events from one TX.
--
-- The transaction id is assigned before the sequence moves: a tick that sees the sequence moved then has this transaction either in its snapshot's
-- running list or below its xmax, which the on-demand ticker relies on.
--
-- Limit of PL/pgSQL: in a repeatable read or serializable transaction pgq.queue is read with the transaction's snapshot, which may be older than a
-- rotation. The event then goes to the previous table. pgq.batch_event_tables therefore always names the previous table as well, and
-- pgq.maint_rotate_tables_step1 empties a table only when no transaction that could still write to it can be running.
create or replace function pgq.insert_event_raw(
    queue_name text, ev_id bigint, ev_time timestamptz, ev_owner integer, ev_retry integer,
    ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns bigint as $$
declare
    q       record;
    txid    bigint;
    seq_id  bigint;
    counter text;
    done    bigint := 0;
begin
    if queue_name is null then
        raise exception 'Queue name must not be NULL';
    end if;
    select queue_id, queue_data_pfx, queue_cur_table, queue_event_seq, queue_disable_insert, queue_per_tx_limit
        into q
        from pgq.queue where pgq.queue.queue_name = insert_event_raw.queue_name;
    if not found then
        raise exception 'No such queue';
    end if;
    if q.queue_disable_insert and current_setting('session_replication_role') <> 'replica' then
        raise exception 'Insert into queue disallowed';
    end if;

    txid := txid_current();

    -- Counted per session, queue and transaction, also over rolled back subtransactions: is_local = false survives them.
    if q.queue_per_tx_limit is not null then
        counter := current_setting('pgq.tx_count_' || q.queue_id, true);
        if split_part(counter, ':', 1) = txid::text then
            done := split_part(counter, ':', 2)::bigint;
        end if;
        if done >= q.queue_per_tx_limit then
            raise exception 'Queue ''%'' allows max % events from one TX', queue_name, q.queue_per_tx_limit;
        end if;
        perform set_config('pgq.tx_count_' || q.queue_id, txid || ':' || (done + 1), false);
    end if;

    seq_id := nextval(q.queue_event_seq::regclass);
    if ev_id is null then
        ev_id := seq_id;
    end if;
    execute 'insert into ' || q.queue_data_pfx || '_' || q.queue_cur_table
        || ' (ev_id, ev_time, ev_txid, ev_owner, ev_retry, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4)'
           ' values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)'
        using ev_id, coalesce(ev_time, now()), txid, ev_owner, ev_retry, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4;
    return ev_id;
end;
$$ language plpgsql;
