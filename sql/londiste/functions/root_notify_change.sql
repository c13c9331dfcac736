-- londiste.root_notify_change(i_queue_name, i_ev_type, i_ev_data): puts an event for all nodes into the root's queue. Returns 1. Error: only root node can send events.
create or replace function londiste.root_notify_change(i_queue_name text, i_ev_type text, i_ev_data text)
returns integer as $$
begin
    if not coalesce(pgq_node.is_root_node(i_queue_name), false) then
        raise exception 'only root node can send events';
    end if;
    perform pgq.insert_event(i_queue_name, i_ev_type, i_ev_data);
    return 1;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
