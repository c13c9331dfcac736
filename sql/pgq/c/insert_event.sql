-- pgq.insert_event(queue_name, ev_type, ev_data, ev_extra1..4): publishes an event with all fields. Returns its id. Errors: see insert_event_raw.
-- The capture triggers insert as this function does, and call it by name when a site has replaced it.
create or replace function pgq.insert_event(
    queue_name text, ev_type text, ev_data text,
    ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns bigint as '$libdir/skytools_pgq', 'pgq_insert_event' language c
security definer set search_path = pg_catalog, pg_temp;
