-- pgq._check_tick_txids(i_xmin, i_xmax): refuses to go on when the newest tick (its snapshot's xmin and xmax) knows transaction ids that this cluster has not
-- reached: the database was restored into a cluster with lower transaction ids, and events would be lost.
-- Assigns a transaction id only when in doubt: a ticker that finds nothing to do must not write. Called by: the tickers.
-- Errors: Invalid PgQ state: old xmin=%, old xmax=%, cur txid=%; a warning (Dubious PgQ state) when only xmax is ahead.
create or replace function pgq._check_tick_txids(i_xmin bigint, i_xmax bigint)
returns void as $$
begin
    if i_xmax <= txid_snapshot_xmax(txid_current_snapshot()) then
        return;
    end if;
    if i_xmin > txid_current() then
        raise exception 'Invalid PgQ state: old xmin=%, old xmax=%, cur txid=%', i_xmin, i_xmax, txid_current()
            using hint = 'This database was restored into a cluster with lower transaction ids. Raise them with pg_resetwal -e, or drop and re-create the queue.';
    end if;
    if i_xmax > txid_current() then
        raise warning 'Dubious PgQ state: old xmax=%, cur txid=%', i_xmax, txid_current();
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
