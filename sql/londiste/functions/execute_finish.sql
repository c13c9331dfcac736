-- londiste.execute_finish(i_queue_name, i_file_name): the script is done; on the root it goes down the cascade. 200 Execute finished: f; 404 without execute_start.
create or replace function londiste.execute_finish(
    in i_queue_name text, in i_file_name text,
    out ret_code int4, out ret_note text)
as $$
declare
    script  record;
begin
    select e.execute_sql, e.execute_attrs into script
        from londiste.applied_execute e
        where e.execute_file = i_file_name and e.queue_name = i_queue_name;
    if not found then
        select 404, 'execute_file called without execute_start' into ret_code, ret_note;
        return;
    end if;
    if pgq_node.is_root_node(i_queue_name) then
        -- What the script did to partitions it does on every node.
        perform londiste.check_partitions(i_queue_name, false);
        perform pgq.insert_event(i_queue_name, 'EXECUTE', script.execute_sql, i_file_name, script.execute_attrs, null, null);
    end if;
    select 200, 'Execute finished: ' || i_file_name into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
