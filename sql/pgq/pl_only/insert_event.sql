-- pgq.insert_event(queue_name, ev_type, ev_data, ev_extra1..4): publishes an event with all fields. Returns its id. Errors: see insert_event_raw.
-- The capture triggers call this function by name, so that a site can replace it.
create or replace function pgq.insert_event(
    queue_name text, ev_type text, ev_data text,
    ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns bigint as $$
begin
    return pgq.insert_event_raw(queue_name, null, pg_catalog.now(), null, null,
            ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4);
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
