-- pgq._check_tick_isolation(): refuses to tick with a snapshot that is older than the ticker's lock; see _lock_ticker. Called by: the tickers.
create or replace function pgq._check_tick_isolation()
returns void as $$
begin
    if pg_catalog.current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        raise exception 'cannot tick in a % transaction', pg_catalog.current_setting('transaction_isolation')
            using errcode = 'object_not_in_prerequisite_state',
            hint = 'Call the ticker in a read committed transaction: its snapshot must be taken after the ticker lock.';
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
