-- londiste.local_add_missing_rows(i_queue_name, i_table_name, i_updates, i_deletes, i_last_key): so many more rows of the table should have been changed and were not
-- there. 200 Missing rows of table t counted; 404 No such table: t. Called by: the worker, in the transaction of the batch; copies.
create or replace function londiste.local_add_missing_rows(
    in i_queue_name text, in i_table_name text, in i_updates int8, in i_deletes int8, in i_last_key text,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
begin
    perform 1 from londiste.table_info where queue_name = i_queue_name and table_name = fq_table_name and local;
    if not found then
        select 404, 'No such table: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;
    insert into londiste.missing_rows as m (queue_name, table_name, updates, deletes, first_time, last_time, last_key)
        values (i_queue_name, fq_table_name, i_updates, i_deletes, now(), now(), i_last_key)
        on conflict on constraint missing_rows_pkey do update
        set updates = m.updates + excluded.updates, deletes = m.deletes + excluded.deletes,
            last_time = excluded.last_time, last_key = excluded.last_key;
    select 200, 'Missing rows of table ' || fq_table_name || ' counted' into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
