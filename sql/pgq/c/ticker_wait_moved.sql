-- pgq.ticker_wait_moved(i_sequences, i_positions, i_timeout_ms, moved, committed): as ticker_wait, and tells why it returns:
--
-- moved      those of i_sequences that stand elsewhere, by their place there, from 1; empty or NULL: none
-- committed  somebody's commit woke it. Without moved: what was committed is no event of these queues
-- Called by: pgqd.
create or replace procedure pgq.ticker_wait_moved(
    i_sequences oid[], i_positions bigint[], i_timeout_ms integer, inout moved integer[] default null, inout committed boolean default null)
language c as '$libdir/skytools_pgq', 'pgq_ticker_wait_moved';
