-- pgq.current_event_table(x_queue_name): the table that events go to now, for direct INSERT or COPY in this transaction only. The producer fills ev_time;
-- ev_id and ev_txid have defaults.
-- Assigns the transaction id before pgq.queue is read and before the event sequence can move, for the reasons given at insert_event_raw.
-- Locks: the table as INSERT does, for those who may write to it: no rotation can leave it behind before they do, however late that is.
-- Errors: Event queue not found; Writing to queue disabled (unless session_replication_role = replica).
create or replace function pgq.current_event_table(x_queue_name text)
returns text as $$
declare
    q           record;
    event_table text;
    locked      text;
begin
    perform txid_current();
    perform pgq._wake_ticker();
    loop
        select queue_data_pfx, queue_cur_table, queue_disable_insert into q
            from pgq.queue where queue_name = x_queue_name;
        if not found then
            raise exception 'Event queue not found';
        end if;
        if q.queue_disable_insert and current_setting('session_replication_role') <> 'replica' then
            raise exception 'Writing to queue disabled';
        end if;
        event_table := q.queue_data_pfx || '_' || q.queue_cur_table::text;
        -- Rotations may have passed before we had the lock.
        exit when event_table = locked or not has_table_privilege(event_table, 'insert');
        execute 'lock table ' || event_table || ' in row exclusive mode';
        locked := event_table;
    end loop;
    return event_table;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
