-- londiste.local_set_table_state(i_queue_name, i_table_name, i_snapshot, i_merge_state): 200 Table t state set to 's'|NULL; 404 No such table: t.
create or replace function londiste.local_set_table_state(
    in i_queue_name text, in i_table_name text, in i_snapshot text, in i_merge_state text,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
begin
    update londiste.table_info set custom_snapshot = i_snapshot, merge_state = i_merge_state
        where queue_name = i_queue_name and table_name = fq_table_name and local;
    if not found then
        select 404, 'No such table: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;
    select 200, 'Table ' || fq_table_name || ' state set to ' || coalesce(quote_literal(i_merge_state), 'NULL') into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
