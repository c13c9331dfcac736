-- pgq.insert_event_raw(queue_name, ev_id, ev_time, ev_owner, ev_retry, ev_type, ev_data, ev_extra1..4): stores one event. Returns its id.
--
-- ev_id NULL: the sequence's value; the sequence moves in any case, which is how the ticker notices events whose id is given. ev_time NULL: now().
-- Errors: Queue name must not be NULL; No such queue; Insert into queue disallowed (unless session_replication_role = replica);
-- Queue '<name>' allows max <n> events from one TX.
-- Locks: the current event table as INSERT does, until the end of the transaction. Called by: insert_event and sites' own code.
--
-- The queue's row is read as it is now, not as of the transaction's snapshot: an event never goes to a table that a rotation has left behind.
-- The limit of events counts what the transaction keeps: events of a rolled back subtransaction are not counted.
create or replace function pgq.insert_event_raw(
    queue_name text, ev_id bigint, ev_time timestamptz, ev_owner integer, ev_retry integer,
    ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns bigint as '$libdir/skytools_pgq', 'pgq_insert_event_raw' language c;
