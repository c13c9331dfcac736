-- What the C form needs and this one does not: after a change from one to the other it must not stay behind.
drop trigger if exists queue_changed on pgq.queue;
drop trigger if exists queue_changed on pgq.queue_setting;
drop function if exists pgq._queue_changed();
drop procedure if exists pgq.ticker_wait(oid[], bigint[], integer, boolean);
drop procedure if exists pgq.ticker_wait_moved(oid[], bigint[], integer, integer[], boolean);
