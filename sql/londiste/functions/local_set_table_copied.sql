-- londiste.local_set_table_copied(i_queue_name, i_table_name, i_left_out_columns): the table here holds the provider's rows as of now, without these columns.
-- Replaces the list of columns that are left out and forgets what was counted of missing rows. 200 Table t copied; 404 No such table: t.
-- Locks the table's row of table_info against removal, when there are such columns. Called by: copies, in the transaction that stores the rows; add-table --expect-sync.
create or replace function londiste.local_set_table_copied(
    in i_queue_name text, in i_table_name text, in i_left_out_columns text[],
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
begin
    delete from londiste.missing_rows where queue_name = i_queue_name and table_name = fq_table_name;
    delete from londiste.compare_result where queue_name = i_queue_name and table_name = fq_table_name;
    delete from londiste.left_out_column where queue_name = i_queue_name and table_name = fq_table_name;
    perform 1 from londiste.table_info where queue_name = i_queue_name and table_name = fq_table_name and local;
    if not found then
        select 404, 'No such table: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;
    insert into londiste.left_out_column (queue_name, table_name, column_name)
        select distinct i_queue_name, fq_table_name, c.name from unnest(i_left_out_columns) c (name);
    select 200, 'Table ' || fq_table_name || ' copied' into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
