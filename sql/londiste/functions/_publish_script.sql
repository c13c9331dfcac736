-- londiste._publish_script(i_queue_name, i_table_name, i_node_name, i_script): writes a script for a table as an EXECUTE event, under a name that no other one has.
-- A node runs it if it has the table. Fails for a name that scripts cannot hold. Called by: _follow_ddl, _follow_types, _publish_partitions.
create or replace function londiste._publish_script(i_queue_name text, i_table_name text, i_node_name text, i_script text)
returns void as $$
declare
    prefix  constant text := pg_catalog.format('ddl.%s.%s.', i_node_name, londiste._script_stamp());
    attrs   constant text := 'local-table=' || pgq._urlencode(i_table_name);
    file    text;
begin
    -- Attributes end at a comma, tags at an @.
    if i_table_name ~ '[,@[:cntrl:]]' or strpos(i_table_name, '$name$') > 0 then
        raise exception 'table "%" is replicated: a script for other nodes cannot hold its name', i_table_name
            using errcode = 'feature_not_supported', hint = 'Give the table another name, or "ddl check" to the queue.';
    end if;
    select prefix || 1 + pg_catalog.count(*) into file
        from londiste.applied_execute e
        where pg_catalog.starts_with(e.execute_file, prefix);
    insert into londiste.applied_execute (queue_name, execute_file, execute_sql, execute_attrs) values (i_queue_name, file, i_script, attrs);
    perform pgq.insert_event(i_queue_name, 'EXECUTE', i_script, file, attrs, null, null);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
