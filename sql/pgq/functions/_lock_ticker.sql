-- pgq._lock_ticker(i_queue_id): one ticker at a time for a queue, until the end of the transaction. Called by: the tickers, before they read anything that decides.
--
-- Two tickers at once could store ticks whose ids and snapshots are in different order. The lock is taken in a statement of its own, before the statement
-- that takes the tick's snapshot: in read committed that snapshot is then newer than the other ticker's commit. Other isolation levels
-- take one snapshot for the whole transaction and are refused.
-- Lock: pg_advisory_xact_lock(1886876012, queue id); the number is the class of PgQ's ticker locks.
create or replace function pgq._lock_ticker(i_queue_id integer)
returns void as $$
begin
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        raise exception 'cannot tick in a % transaction', current_setting('transaction_isolation')
            using errcode = 'object_not_in_prerequisite_state',
            hint = 'Call the ticker in a read committed transaction: its snapshot must be taken after the ticker lock.';
    end if;
    perform pg_advisory_xact_lock(1886876012, i_queue_id);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
