-- pgq._wake_ticker(): the commit of this transaction will wake whoever waits in ticker_wait. What the functions in C write wakes by itself.
create or replace function pgq._wake_ticker()
returns void as '$libdir/skytools_pgq', 'pgq_wake_ticker' language c;
