-- pgq.clear_condition(i_queue_name, i_kind, i_subject): a condition has ended; i_subject NULL: all of that kind. Returns how many there were.
create or replace function pgq.clear_condition(i_queue_name text, i_kind text, i_subject text)
returns integer as $$
declare
    cnt     integer;
begin
    delete from pgq.condition
        where queue_name = i_queue_name and kind = i_kind and (i_subject is null or subject = i_subject);
    get diagnostics cnt = row_count;
    return cnt;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
