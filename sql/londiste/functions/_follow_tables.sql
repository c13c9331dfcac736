-- londiste._follow_tables(i_event): what the command that just ended did to the list of replicated tables and sequences: dropped, renamed and new ones.
-- i_event: sql_drop, ddl_command_end. Called by: _follow_ddl, before it looks at the structure of those that are left.
create or replace function londiste._follow_tables(i_event text)
returns void as $$
begin
    if pg_catalog.current_setting('session_replication_role') = 'local' then
        -- What a script does each node does by itself. What it has renamed is not to be taken for the next command's.
        update londiste.table_structure s set structure = londiste._structure_of(s.table_oid)
            where i_event = 'ddl_command_end' and s.table_oid in (select r.oid from londiste._renamed_tables() r (oid));
    elsif i_event = 'sql_drop' then
        perform londiste._follow_drops();
    else
        perform londiste._follow_renames(array(select r.oid from londiste._renamed_tables() r (oid)));
        perform londiste._follow_seqs();
        perform londiste._follow_new_tables();
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
