-- londiste._trigger_label(i_table_name): the comment on the triggers of a table, by its name on the queue. It stays with the trigger when the table gets another name.
create or replace function londiste._trigger_label(i_table_name text)
returns text as $$
begin
    return 'londiste table ' || londiste.make_fqname(i_table_name);
end;
$$ language plpgsql strict immutable set search_path = pg_catalog, pg_temp;
