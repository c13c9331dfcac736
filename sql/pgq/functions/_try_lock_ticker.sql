-- pgq._try_lock_ticker(i_data_pfx): takes the lock of _lock_ticker if nobody else has it. False: somebody has. Called by: the tickers.
-- Error: cannot tick in a % transaction.
create or replace function pgq._try_lock_ticker(i_data_pfx text)
returns boolean as $$
begin
    perform pgq._check_tick_isolation();
    execute pg_catalog.format('lock table only %s in share update exclusive mode nowait', pgq.quote_fqname(i_data_pfx));
    return true;
exception
    when lock_not_available then
        return false;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
