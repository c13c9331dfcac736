-- pgq._tick_bound(i_snapshot, i_row_xmin): a transaction id that is above those of all transactions whose event ids a stored tick has counted, from the tick's
-- snapshot and the system column xmin of its row. NULL for no tick. Called by: ticker_on_demand, ticker_demand_state.
--
-- The snapshot's xmax will not do: it is one above the newest *ended* transaction, and a writer that is still running may have a higher id. The transaction that
-- stored the tick got its own id after it had read the event sequence, and writers get theirs before they move it. xmin holds the lower 32 bits of that
-- id, which is less than 2^31 above the snapshot's xmax. A row that was dumped and restored has an unrelated xmin, so the result is kept within the current
-- snapshot's xmax, below which every transaction is whose rows can be seen.
create or replace function pgq._tick_bound(i_snapshot txid_snapshot, i_row_xmin xid)
returns bigint as $$
    select greatest(xmax, least(txid_snapshot_xmax(txid_current_snapshot()), xmax + ((i_row_xmin::text::bigint - xmax) & 4294967295)))
    from txid_snapshot_xmax(i_snapshot) xmax
    where xmax is not null;
$$ language sql stable;
