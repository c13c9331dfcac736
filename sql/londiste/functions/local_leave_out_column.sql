-- londiste.local_leave_out_column(i_queue_name, i_table_name, i_column_name): events may have this column, which the table here lacks; its values are not replicated.
-- 200 Column c of table t is left out; 404 No such table: t. Called by: administrators, when the worker stopped at such an event; it sees this at its next attempt.
create or replace function londiste.local_leave_out_column(
    in i_queue_name text, in i_table_name text, in i_column_name text,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
begin
    -- Locked and touched, so that a worker sees that something about its tables has changed.
    update londiste.table_info set local = local where queue_name = i_queue_name and table_name = fq_table_name and local;
    if not found then
        select 404, 'No such table: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;
    insert into londiste.left_out_column (queue_name, table_name, column_name)
        values (i_queue_name, fq_table_name, i_column_name)
        on conflict on constraint left_out_column_pkey do nothing;
    select 200, 'Column ' || i_column_name || ' of table ' || fq_table_name || ' is left out' into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
