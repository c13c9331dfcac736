-- pgq._newest_event_table_nr(i_queue_id): the number of the event table that is current now, NULL when there is no such queue. Volatile, so it looks with a new snapshot.
-- Called by: _event_table_nr.
create or replace function pgq._newest_event_table_nr(i_queue_id integer)
returns integer as $$
begin
    return (select queue_cur_table from pgq.queue where queue_id = i_queue_id);
end;
$$ language plpgsql volatile set search_path = pg_catalog, pg_temp;
