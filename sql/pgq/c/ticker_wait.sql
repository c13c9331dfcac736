-- pgq.ticker_wait(i_sequences, i_positions, i_timeout_ms, woken): returns when there may be something for a ticker to do: woken is true. Or when the time is
-- over, in milliseconds, or the client has gone: woken is false.
--
-- i_sequences    the event sequences of the queues
-- i_positions    where each stood when the caller looked last, as event_seq of ticker_demand_state: it returns at once when one stands elsewhere
-- It is woken by the commit of a transaction that has published events, put events into the retry queue or moved them out of it, called ticker, force_tick
-- or current_event_table, or changed pgq.queue. Sequences moved in other ways it finds within 20 seconds.
--
-- Holds no snapshot and, but for an advisory lock nobody else uses, no lock; pg_stat_activity shows its session as active, waiting for "Extension".
-- Errors: ... cannot run inside a transaction block. Called by: pgqd.
create or replace procedure pgq.ticker_wait(
    i_sequences oid[], i_positions bigint[], i_timeout_ms integer, inout woken boolean default null)
language c as '$libdir/skytools_pgq', 'pgq_ticker_wait';
