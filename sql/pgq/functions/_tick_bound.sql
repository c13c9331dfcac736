-- pgq._tick_bound(i_snapshot, i_row_xmin): a transaction id that is above those of all transactions whose event ids a stored tick has counted, from the tick's
-- snapshot and the system column xmin of its row. NULL for no tick. Called by: ticker_on_demand, ticker_demand_state.
--
-- The snapshot's xmax will not do: it is one above the newest *ended* transaction, and a writer that is still running may have a higher id. The transaction (or
-- subtransaction, see _insert_ticks) that stored the tick got its own id after the event sequence had been read, and writers get theirs before they move it.
-- xmin holds the lower 32 bits of that id, which is less than 2^31 above the snapshot's xmax. A row that was dumped and restored has an unrelated xmin, so the result is kept within the current
-- snapshot's xmax, below which every transaction is whose rows can be seen. One expression, without a search_path of its own, so that the planner can
-- inline it: every name and operator is qualified.
create or replace function pgq._tick_bound(i_snapshot txid_snapshot, i_row_xmin xid)
returns bigint as $$
    select case when i_snapshot is not null then
        greatest(pg_catalog.txid_snapshot_xmax(i_snapshot),
                 least(pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()),
                       pg_catalog.txid_snapshot_xmax(i_snapshot)
                     operator(pg_catalog.+) ((i_row_xmin::pg_catalog.text::bigint operator(pg_catalog.-) pg_catalog.txid_snapshot_xmax(i_snapshot))
                                             operator(pg_catalog.&) 4294967295)))
    end;
$$ language sql stable;
