-- londiste._publish_list_script(i_queue_name, i_attrs, i_node_name, i_script): writes a script as an EXECUTE event, under a name that no other one has.
-- i_attrs: for which nodes, as events have it; NULL: for all. Called by: _publish_script, and for the list of tables _follow_drops, _follow_renames, _follow_new_tables; _publish_inheritance.
create or replace function londiste._publish_list_script(i_queue_name text, i_attrs text, i_node_name text, i_script text)
returns void as $$
declare
    prefix  constant text := pg_catalog.format('ddl.%s.%s.', i_node_name, londiste._script_stamp());
    file    text;
begin
    select prefix || 1 + pg_catalog.count(*) into file
        from londiste.applied_execute e
        where pg_catalog.starts_with(e.execute_file, prefix);
    insert into londiste.applied_execute (queue_name, execute_file, execute_sql, execute_attrs) values (i_queue_name, file, i_script, i_attrs);
    perform pgq.insert_event(i_queue_name, 'EXECUTE', i_script, file, i_attrs, null, null);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
