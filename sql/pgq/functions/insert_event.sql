-- pgq.insert_event(queue_name, ev_type, ev_data): publishes an event. Returns its id. Errors: see insert_event_raw.
create or replace function pgq.insert_event(queue_name text, ev_type text, ev_data text)
returns bigint as $$
begin
    return pgq.insert_event(queue_name, ev_type, ev_data, null, null, null, null);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
