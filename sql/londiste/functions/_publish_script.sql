-- londiste._publish_script(i_queue_name, i_table_name, i_node_name, i_script): writes a script for a table as an EXECUTE event, under a name that no other one has.
-- A node runs it if it has the table. Fails for a name that scripts cannot hold. Called by: _follow_ddl, _follow_types, _publish_partitions.
create or replace function londiste._publish_script(i_queue_name text, i_table_name text, i_node_name text, i_script text)
returns void as $$
begin
    -- Attributes end at a comma, tags at an @.
    if i_table_name ~ '[,@[:cntrl:]]' or strpos(i_table_name, '$name$') > 0 then
        raise exception 'table "%" is replicated: a script for other nodes cannot hold its name', i_table_name
            using errcode = 'feature_not_supported', hint = 'Give the table another name, or "ddl check" to the queue.';
    end if;
    perform londiste._publish_list_script(i_queue_name, 'local-table=' || pgq._urlencode(i_table_name), i_node_name, i_script);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
