-- Functions of older releases that nothing calls any more. Re-runnable.
drop function if exists pgq._lock_ticker(integer);
