-- pgq.insert_event_raw(queue_name, ev_id, ev_time, ev_owner, ev_retry, ev_type, ev_data, ev_extra1..4): stores one event. Returns its id.
--
-- ev_id NULL: the sequence's value; the sequence moves in any case, which is how the ticker notices events whose id is given. ev_time NULL: now().
-- Errors: Queue name must not be NULL; No such queue; Insert into queue disallowed (unless session_replication_role = replica);
-- Queue '<name>' allows max <n> events from one TX.
-- Locks: the current event table as INSERT does, until the end of the transaction. Called by: insert_event and sites' own code.
--
-- The transaction id is assigned first of all:
-- * before pgq.queue is read: in read committed a writer that saw the table of before a rotation then has an id below that rotation's step 2;
-- * before the sequence moves: a ticker that sees the sequence moved then has a higher id than this transaction, which ticker_on_demand relies on.
--
-- Limit of PL/pgSQL: in a repeatable read or serializable transaction pgq.queue is read with the transaction's snapshot. A rotation since then goes
-- unnoticed: the event goes to the previous table, which batch_event_tables always names and which maint_rotate_tables_step1 keeps within sight as long as such
-- a transaction may write to it or has written what is not read yet. In the same way queue_disable_insert and queue_per_tx_limit count as of the snapshot.
--
-- The limit of events counts what the transaction keeps: events of a rolled back subtransaction are not counted.
create or replace function pgq.insert_event_raw(
    queue_name text, ev_id bigint, ev_time timestamptz, ev_owner integer, ev_retry integer,
    ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns bigint as $$
declare
    q       record;
    hint    text;
    txid    bigint := txid_current();
    seq_id  bigint;
    counter text;
    stored  bigint := 0;
begin
    select queue_id, queue_data_pfx, queue_cur_table, queue_event_seq, queue_disable_insert, queue_per_tx_limit
        into q
        from pgq.queue where pgq.queue.queue_name = insert_event_raw.queue_name;
    if not found then
        if queue_name is null then
            raise exception 'Queue name must not be NULL';
        end if;
        raise exception 'No such queue';
    end if;
    if q.queue_disable_insert and current_setting('session_replication_role') <> 'replica' then
        hint := pgq._disallowed_hint(queue_name);
        if hint is null then
            raise exception 'Insert into queue disallowed';
        end if;
        raise exception 'Insert into queue disallowed' using hint = hint;
    end if;

    if q.queue_per_tx_limit is not null then
        counter := current_setting('pgq.tx_count_' || q.queue_id, true);
        if split_part(counter, ':', 1) = txid::text then
            stored := split_part(counter, ':', 2)::bigint;
        end if;
        if stored >= q.queue_per_tx_limit then
            raise exception 'Queue ''%'' allows max % events from one TX', queue_name, q.queue_per_tx_limit;
        end if;
        perform set_config('pgq.tx_count_' || q.queue_id, txid || ':' || (stored + 1), false);
    end if;

    seq_id := nextval(q.queue_event_seq::regclass);
    execute 'insert into ' || q.queue_data_pfx || '_' || q.queue_cur_table
        || ' (ev_id, ev_time, ev_txid, ev_owner, ev_retry, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4)'
           ' values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)'
        using coalesce(ev_id, seq_id), coalesce(ev_time, now()), txid, ev_owner, ev_retry, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4;

    -- Whoever closes the queue then waits for those who hold the table's lock: what was read before it was held may be old.
    perform 1 from pgq.queue where queue_id = q.queue_id and queue_disable_insert;
    if found and current_setting('session_replication_role') <> 'replica' then
        raise exception 'Insert into queue disallowed' using hint = coalesce(pgq._disallowed_hint(queue_name), 'The queue was closed a moment ago.');
    end if;
    return coalesce(ev_id, seq_id);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
